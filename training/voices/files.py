"""The tagger's folder (config, weights as f16, checksums) and its golden vectors for the TypeScript tests.

    python -m training.voices.files --checkpoint RUN.pt --figures FIGURES.json --out resources/models/voices \\
      --golden test/fixtures/listeners/voices.json

What the norms scale and shift, and the scale of attention, is folded into the matrices that follow.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from training.voices.features import FEATURES, chord_order, note_features
from training.voices.network import PITCH_PERIODS, REACH, TIME_PERIODS, VoiceTagger
from training.voices.notes import settle


def folded(net):
    """name -> array; of a whole network."""
    out = {}

    def put(name, layer, norm=None, scale=None):
        weight, bias = layer.weight.detach(), layer.bias.detach()
        if norm is not None:
            bias = bias + weight @ norm.bias.detach()
            weight = weight * norm.weight.detach()
        if scale is not None:
            weight, bias = weight * scale[:, None], bias * scale
        out[f"{name}.weight"], out[f"{name}.bias"] = weight.numpy(), bias.numpy()

    put("first", net.first)
    put("second", net.second)
    for i, (attend, feed) in enumerate(zip(net.attention, net.feed)):
        put(f"layers.{i}.ask", attend.ask, attend.norm, asked_scale(net))
        put(f"layers.{i}.mix", attend.out)
        put(f"layers.{i}.wide", feed.wide, feed.norm)
        put(f"layers.{i}.out", feed.out)
    put("last", net.last, net.norm)
    return out


def asked_scale(net):
    width, heads = net.first.out_features, net.attention[0].heads
    return torch.cat([torch.full((width,), (width // heads) ** -0.5), torch.ones(2 * width)])


def write_model(folder, net, figures):
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v.astype(np.float16)) for k, v in folded(net).items()}, folder / "weights.safetensors")
    config = {
        "format": 1,
        "name": "voices",
        "features": FEATURES,
        "width": net.first.out_features,
        "heads": net.attention[0].heads,
        "layers": len(net.attention),
        "reach": REACH,
        "pitchPeriods": PITCH_PERIODS,
        "timePeriods": TIME_PERIODS,
        "figures": figures,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    names = ("config.json", "weights.safetensors")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n")


def read_model(folder):
    """A network that says what the files say."""
    config = json.loads((folder / "config.json").read_text())
    net = VoiceTagger(config["features"], config["width"], config["layers"], config["heads"])
    tensors = {k: torch.tensor(v.astype(np.float32)) for k, v in load_file(folder / "weights.safetensors").items()}

    def get(name, layer, scale=None):
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        if scale is not None:
            weight, bias = weight / scale[:, None], bias / scale
        layer.weight.data, layer.bias.data = weight, bias

    get("first", net.first)
    get("second", net.second)
    for i, (attend, feed) in enumerate(zip(net.attention, net.feed)):
        get(f"layers.{i}.ask", attend.ask, asked_scale(net))
        get(f"layers.{i}.mix", attend.out)
        get(f"layers.{i}.wide", feed.wide)
        get(f"layers.{i}.out", feed.out)
    get("last", net.last)
    return net.eval()


def write_golden(folder, out):
    """Notes in no order, on 64ths of a second; what is known of each and what the written model says, in chord order."""
    random = np.random.RandomState(11)
    count = 260
    start = np.cumsum(random.choice([0, 0, 1, 8, 16, 32], count)) / 64
    pitch = random.randint(36, 88, count)
    end = start + random.randint(2, 120, count) / 64
    velocity = random.randint(30, 110, count)
    mixed = random.permutation(count)
    start, end, pitch, velocity = start[mixed], end[mixed], pitch[mixed], velocity[mixed]
    order = chord_order(start, pitch)
    x = note_features(start[order], end[order], pitch[order], velocity[order])
    net = read_model(folder)
    with torch.no_grad():
        rows = [torch.tensor(a, dtype=torch.float32)[None] for a in (x, start[order] - start[order][0], pitch[order])]
        beliefs = net(*rows, torch.ones(1, count, dtype=torch.bool))[0].numpy()
    voices = np.empty(count, int)
    voices[order] = settle(start[order], end[order], pitch[order], beliefs.argmax(1))
    notes = [{"startSeconds": a, "endSeconds": b, "pitch": int(p), "velocity": int(v)} for a, b, p, v in zip(start, end, pitch, velocity)]
    case = {
        "notes": notes,
        "order": order.tolist(),
        "features": x.round(5).tolist(),
        "beliefs": beliefs.round(5).tolist(),
        "voices": voices.tolist(),
    }
    case = json.loads(json.dumps(case), parse_float=lambda text: round(float(text), 6))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(case))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--figures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--golden", type=Path, required=True)
    options = parser.parse_args()
    kept = torch.load(options.checkpoint)
    net = VoiceTagger(FEATURES, kept["width"])
    net.load_state_dict(kept["state"])
    write_model(options.out, net.eval(), json.loads(options.figures.read_text()))
    write_golden(options.out, options.golden)


if __name__ == "__main__":
    main()
