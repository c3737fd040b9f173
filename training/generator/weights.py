"""The weights of a run in half precision, in one file that training can go on from (what is lost: the optimizers' memory).

    python -m training.generator.weights --codec RUN/decoder.pt --prior RUN/prior.pt --out FILE.safetensors
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

PARTS = ("codec", "prior")


def keep(parts, path):
    """{"codec" or "prior": checkpoint} -> a safetensors file: names begin with the part's; integers stay as they are."""
    tensors, about = {}, {}
    for part, state in parts.items():
        for name, value in state["model"].items():
            tensors[f"{part}.{name}"] = (value.half() if value.is_floating_point() else value).contiguous()
        about[part] = json.dumps({"config": state["config"], "seen": int(state["seen"])})
    save_file(tensors, path, about)


def read_part(path, part):
    """A checkpoint of train.py, or its part of a file that `keep` wrote -> {"model", "config", "seen"}."""
    if Path(path).suffix != ".safetensors":
        return torch.load(path, map_location="cpu", weights_only=False)
    with safe_open(path, "pt") as file:
        names = [name for name in file.keys() if name.startswith(f"{part}.")]
        if not names:
            raise SystemExit(f"{path}: it holds no {part}")
        model = {name.removeprefix(f"{part}."): file.get_tensor(name) for name in names}
        about = json.loads(file.metadata()[part])
    return {"model": {k: v.float() if v.is_floating_point() else v for k, v in model.items()}, **about}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--prior", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    keep({part: read_part(getattr(args, part), part) for part in PARTS}, args.out)


if __name__ == "__main__":
    main()
