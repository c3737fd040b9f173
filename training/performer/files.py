"""The performer's folder (config, weights as f16, checksums) and its golden vectors for the TypeScript tests."""

import hashlib
import json

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from training.performer.network import GAPS, PHASES, Performer


def write_model(folder, net, figures):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {k: np.ascontiguousarray(v.detach().numpy().astype(np.float16)) for k, v in net.state_dict().items()}
    tensors["persistence"] = tensors["persistence"].reshape(1)
    save_file(tensors, folder / "weights.safetensors")
    config = {"format": 1, "name": "performer", **sizes(net), "phases": PHASES, "gaps": GAPS, "figures": figures}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    names = ("config.json", "weights.safetensors")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n")


def read_model(folder):
    config = json.loads((folder / "config.json").read_text())
    net = Performer(config["steps"], config["memory"], config["notes"])
    tensors = {k: torch.tensor(v.astype(np.float32)) for k, v in load_file(folder / "weights.safetensors").items()}
    tensors["persistence"] = tensors["persistence"].reshape(())
    net.load_state_dict(tensors)
    return net.eval()


def sizes(net):
    context = net.ahead.hidden_size + net.behind.hidden_size
    return {
        "steps": net.ahead.input_size,
        "memory": net.foot_in.in_features - context,
        "notes": net.note_in.in_features - context,
    }


def write_golden(folder, out):
    """What the written model says of two bars of random rows (four beats, then three)."""
    net = read_model(folder)
    random = np.random.RandomState(5)
    width = sizes(net)
    rows, memory, notes = (torch.tensor(random.rand(28, width[k]).astype(np.float32).round(3)) for k in width)
    bar = torch.tensor([0] * 16 + [1] * 12)
    with torch.no_grad():
        context = net.context(rows[None], bar[None])[0]
        answers = {"foot": net.foot(context, memory), "hand": net.hand(context), "note": net.note(context, notes)}
    case = {"bars": [16, 12], "rows": rows.tolist(), "memory": memory.tolist(), "notes": notes.tolist()}
    case |= {k: [[round(x, 6) for x in row] for row in v.tolist()] for k, v in answers.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(case))
