"""What a trained codec's codes hold, on held-out clips: one JSON line for `npm run research -- evaluate --gates`.

    python -m training.muser.evaluate --codec training/runs/affetto/codec.pt --data training/data --name affetto >> gates.jsonl

Cross-entropy of each element with the right codes, with another clip's and with no history, mutual information of codes and
elements, and the unigram's cross-entropy over the same steps. Everything that plays or generates is measured by
`npm run research -- evaluate` itself, through the code that ships.
"""

import argparse
import json

import torch

from training.muser.data import load_songs
from training.muser.gates import gates, unigram
from training.muser.model import Codec


def load_codec(path):
    state = torch.load(path, weights_only=False)
    codec = Codec(state["config"])
    codec.load_state_dict(state["model"])
    return codec.eval(), state.get("step")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True, help="checkpoint of the codec")
    parser.add_argument("--data", required=True, help="folder with <source>.json and <source>.words.bin")
    parser.add_argument("--source", default="emopia", choices=("emopia", "pop1k7"))
    parser.add_argument("--labels", help="the recogniser's labels of that source")
    parser.add_argument("--name", required=True, help="the model's name in the tables")
    parser.add_argument("--limit", type=int, default=400, help="crops of eight bars")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    codec, step = load_codec(args.codec)
    songs = load_songs(args.data, args.source, args.labels, cache=False)
    held = [song for song in songs if song.split == "val"]
    check = gates(codec, held, limit=args.limit)
    print(json.dumps({"model": args.name, "source": args.source, "step": step, "check": check,
                      "unigram": unigram(held, codec.config, args.limit)}))  # fmt: skip


if __name__ == "__main__":
    main()
