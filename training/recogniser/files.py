"""The recogniser's folder: config, weights (f16), checksums, and the figures that its model card quotes."""

import hashlib
import json

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

LAYERS = ("in", "middle", "out")


def write_model(folder, net, scale, linear, mix, course, figures, names, rated):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"features.mean": scale.mean, "features.deviation": scale.deviation}
    for i, name in enumerate(LAYERS):
        tensors[f"{name}.weight"] = net.weights[2 * i].detach().transpose(1, 2).contiguous().numpy()
        tensors[f"{name}.bias"] = net.weights[2 * i + 1].detach()[:, 0].numpy()
    tensors["linear.weight"], tensors["linear.bias"] = np.ascontiguousarray(linear[0].T), linear[1]
    tensors |= {"features.course": np.stack(course["spread"])}
    tensors |= {"course.weight": np.stack(course["weight"])}
    # Means and deviations keep full precision: their ranges differ by orders of magnitude.
    half = {k: v.astype(np.float32 if k.startswith("features.") else np.float16) for k, v in tensors.items()}
    save_file(half, folder / "weights.safetensors")
    config = {
        "format": 1,
        "name": "recogniser",
        "features": names,
        "clip": 4.0,
        "members": int(net.members),
        "hidden": [int(net.weights[0].shape[2]), int(net.weights[2].shape[2])],
        "mix": {key: [round(float(v), 5) for v in value] for key, value in mix.items()},
        "course": course["config"],
        "ratings": {"centre": rated.centre.round(5).tolist(), "spread": rated.spread.round(5).tolist()},
        "figures": figures,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("config.json", "weights.safetensors")
    }
    (folder / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n")


def read_networks(folder, net):
    """Puts the networks of a written model into `net`."""
    _, tensors = read_model(folder)
    for i, name in enumerate(LAYERS):
        net.weights[2 * i] = torch.tensor(tensors[f"{name}.weight"]).transpose(1, 2).contiguous()
        net.weights[2 * i + 1] = torch.tensor(tensors[f"{name}.bias"])[:, None]
    return net


def read_model(folder):
    """-> config, tensors as float32."""
    config = json.loads((folder / "config.json").read_text())
    return config, {k: v.astype(np.float32) for k, v in load_file(folder / "weights.safetensors").items()}
