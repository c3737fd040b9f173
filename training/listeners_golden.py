"""Golden vectors of the beat tracker's network and the recogniser, for the TypeScript tests.

    python training/listeners_golden.py --recogniser resources/models/recogniser --out test/fixtures/listeners
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

from beats import BeatNetwork, folded, stack_frames
from recogniser_course import FROM_NOTES, deviations, raw_columns, smoothed
from recogniser_files import read_model

FRAMES = 120
FEATURES = 19


def beats_case(out):
    """A tiny network with lived-in batch norms: the folded tensors, and what the unfolded network says."""
    torch.manual_seed(7)
    network = BeatNetwork(FEATURES, channels=3, blocks=3)
    for _ in range(20):
        network(stack_frames(torch.randn(4, FRAMES, FEATURES) * 1.5 + 0.3))
    network.eval()
    rows = torch.randn(1, FRAMES, FEATURES)
    mean, deviation = torch.linspace(-0.2, 0.4, FEATURES), torch.linspace(0.5, 2.0, FEATURES)
    with torch.no_grad():
        y = network(stack_frames((rows - mean) / deviation))[0]
    tensors = {name: np.ascontiguousarray(t.detach().numpy()) for name, t in folded(network).items()}
    save_file(tensors | {"features.mean": mean.numpy(), "features.deviation": deviation.numpy()}, out / "beats.safetensors")
    case = {
        "blocks": 3,
        "frames": FRAMES,
        "values": [round(v, 6) for v in rows.flatten().tolist()],
        "beat": y[:2].T.flatten().tolist(),
        "downbeat": y[2:].T.flatten().tolist(),
    }
    (out / "beats.json").write_text(json.dumps(case))


def recogniser_case(folder, out):
    """The shipped recogniser on random feature rows: its four outputs, and the course over ten bars of them."""
    config, t = read_model(folder)
    random = np.random.RandomState(3)
    some = lambda count: random.randn(count, len(config["features"])).astype(np.float32)
    rows = some(3) * t["features.deviation"] + t["features.mean"]
    case = {"features": rows.tolist(), "outputs": network_outputs(config, t, rows)[1].tolist()}
    bars = some(10) * t["features.deviation"] + t["features.mean"]
    notes_per_second = config["features"].index("notesPerSecond")
    bars[:, notes_per_second] = np.abs(bars[:, notes_per_second])
    middles = np.cumsum(random.uniform(1, 4, 10))
    z, outputs = network_outputs(config, t, bars)
    notes = {name: random.uniform(0, 1, 10) for name in FROM_NOTES}
    columns = raw_columns(bars, z.numpy(), outputs.numpy(), notes, config["features"])
    axes = zip(t["features.course"], t["course.weight"], config["course"]["gain"])
    moved = np.stack([gain * smoothed(deviations(columns, middles, s) @ w, middles) for s, w, gain in axes], 1)
    from_notes = {name: values.tolist() for name, values in notes.items()}
    case["course"] = {
        "features": bars.tolist(),
        "notes": from_notes,
        "middles": middles.tolist(),
        "moved": moved.tolist(),
    }
    (out / "recogniser.json").write_text(json.dumps(case))


def network_outputs(config, t, rows):
    """Raw feature rows -> standardised rows, four outputs each."""
    z = (torch.tensor(rows) - torch.tensor(t["features.mean"])) / torch.tensor(t["features.deviation"])
    z = z.clamp(-config["clip"], config["clip"])
    x = z.expand(config["members"], -1, -1)
    for i, layer in enumerate(("in", "middle", "out")):
        x = torch.einsum("mbi,moi->mbo", x, torch.tensor(t[f"{layer}.weight"])) + torch.tensor(t[f"{layer}.bias"])[:, None]
        x = F.gelu(x, approximate="tanh") if i < 2 else x
    y = x.mean(0)
    straight = z @ torch.tensor(t["linear.weight"]).T + torch.tensor(t["linear.bias"])
    y[:, 2:] = 0.5 * (y[:, 2:] + straight)
    return z, y


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recogniser", type=Path, default=Path("resources/models/recogniser"))
    parser.add_argument("--out", type=Path, default=Path("test/fixtures/listeners"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    beats_case(options.out)
    recogniser_case(options.recogniser, options.out)


if __name__ == "__main__":
    main()
