"""A second judge of emotion, to check the first by: it shares neither features nor data beyond EMOPIA with the recogniser.

    python training/judge.py FOLDER            judges the .mid files whose names have a quadrant (Q1 … Q4), prints JSON
    python training/judge.py --clips FILE      hears the clips of a JSON file, as `npm run research -- evaluate --python` asks it to
    python training/judge.py --train DATA      trains it on DATA/emopia and measures it on songs it has not seen

It reads notes alone (onset, key, velocity, release; no pedal), 128 at a time, and has no features made by hand but the
surroundings of a note: see judge_network.py. Five members, each without one fold of EMOPIA's training songs; their mean logit judges.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from judge_network import Judge
from judge_notes import batch, read_notes, windows

HOME = Path(__file__).parent / "judge"
FOLDS = 5
FEWEST_NOTES = 8


def sides(quadrant):
    """'Q1' … 'Q4' -> (positive, excited)."""
    return quadrant in ("Q1", "Q4"), quadrant in ("Q1", "Q2")


@torch.no_grad()
def opinion(members, notes):
    """(2,) logits of valence and arousal: the mean over members and over the windows of a clip."""
    stretches = batch(windows(notes))
    return np.mean([member(*stretches).mean(0).numpy() for member in members], 0)


def accuracy(logits, signs):
    right = (np.array(logits) > 0) == np.array(signs)
    share = lambda hits: round(float(hits.mean()), 3)
    return {"4Q": share(right.all(1)), "arousal": share(right[:, 1]), "valence": share(right[:, 0]), "clips": len(right)}


def load_members(folder=HOME):
    tensors = load_file(folder / "weights.safetensors")
    members = []
    for m in range(FOLDS):
        member = Judge()
        prefix = f"{m}."
        member.load_state_dict({k[len(prefix) :]: v.float() for k, v in tensors.items() if k.startswith(prefix)})
        members.append(member.eval())
    return members


def judge_folder(folder, members, seconds=None):
    """Accuracy over a folder's clips, all and by quadrant; only their first `seconds` if given."""
    logits, signs, quadrants, skipped = [], [], [], []
    for path in sorted(Path(folder).rglob("*.mid")):
        named = re.search(r"Q[1-4]", path.name) or re.search(r"Q[1-4]", str(path.relative_to(folder)))
        notes = read_notes(path)
        if seconds and len(notes):
            notes = notes[notes[:, 0] < notes[0, 0] + seconds]
        if not named or len(notes) < FEWEST_NOTES:
            skipped.append(path.name)
            continue
        logits.append(opinion(members, notes))
        signs.append(sides(named.group()))
        quadrants.append(named.group())
    if not logits:
        raise SystemExit(f"{folder}: no .mid file of {FEWEST_NOTES} notes or more with Q1, Q2, Q3 or Q4 in its name")
    found = accuracy(logits, signs)
    of = lambda q: [i for i, quadrant in enumerate(quadrants) if quadrant == q]
    found["by quadrant"] = {
        q: accuracy([logits[i] for i in of(q)], [signs[i] for i in of(q)]) for q in sorted(set(quadrants))
    }
    return found | {"skipped": skipped}


def hear_clips(file, members):
    """What is heard in each clip of a JSON file {"clips": [[[onset, pitch, velocity, seconds], ...], ...]}: valence and arousal in
    -1..1 (twice the chance of the positive side, less one), or null for clips of too few notes."""
    heard = []
    for clip in json.loads(Path(file).read_text())["clips"]:
        notes = np.array(sorted(map(tuple, clip)), np.float32).reshape(-1, 4)
        logits = opinion(members, notes) if len(notes) >= FEWEST_NOTES else None
        heard.append(None if logits is None else [round(float(v), 4) for v in np.tanh(logits / 2)])
    return {"heard": heard}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of .mid files, or of folders of them")
    parser.add_argument("--clips", type=Path, metavar="FILE", help="hear the notes of clips in a JSON file, print JSON")
    parser.add_argument("--seconds", type=float, help="hear only the first seconds of each file")
    parser.add_argument("--train", type=Path, metavar="DATA", help="the folder that holds emopia/")
    parser.add_argument("--out", type=Path, default=HOME, help="the judge's weights")
    parser.add_argument("--steps", type=int, default=800, help="--train: updates a member")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.train:
        from judge_training import train

        print(json.dumps(train(options), indent=1))
    elif options.clips:
        print(json.dumps(hear_clips(options.clips, load_members(options.out))))
    elif options.folder:
        print(json.dumps(judge_folder(options.folder, load_members(options.out), options.seconds), indent=1))
    else:
        parser.error("name a folder of .mid files to judge, or --train DATA")


if __name__ == "__main__":
    main()
