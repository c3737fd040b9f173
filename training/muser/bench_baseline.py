"""PyTorch on the same weights, for docs/performance.md: words a second in recurrent form (constant state) and in the way of
MusER's published sampler (every position of the window is computed again for every word). One thread, batch 1.

  python -m training.muser.bench_baseline --model resources/models/affetto

The music itself does not matter to the time a word takes: inputs are rows drawn at random from the model's own tables.
Prints one JSON object. `npm run bench` runs it when it finds a Python with torch.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from training.muser.layers import EPS, causal_attention, feature_map
from training.muser.vocabulary import ELEMENTS, SIZES


class Weights:
    """Tensors of a weights folder by name, as float32."""

    def __init__(self, folder):
        self.config = json.loads(Path(folder, "config.json").read_text())
        if self.config["codeRate"] != "beat":
            raise SystemExit("bench_baseline.py: only for models with codes a beat")
        self.found = {}
        self.tensors = {k: v.float() for k, v in load_file(Path(folder, "weights.safetensors")).items()}

    def linear(self, name, x):
        return F.linear(x, self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])

    def tables(self, prefix):
        """Found once a prefix: the measurement is of the network, not of this search."""
        if prefix not in self.found:
            self.found[prefix] = [t for k, t in self.tensors.items() if k.startswith(prefix) and t.dim() == 2]
        return self.found[prefix]

    def row(self, prefix):
        """The sum of a random row of each table whose name begins so."""
        return sum(t[int(random.random() * len(t))] for t in self.tables(prefix))


class Stack:
    """A stack of layers; `step` keeps a constant state, `window` computes all positions."""

    def __init__(self, weights, name, spec):
        self.weights, self.name, self.spec = weights, name, spec
        self.heads, self.size = spec["heads"], spec["width"] // spec["heads"]
        self.decay = torch.tensor(spec["decay"])
        shape = (spec["layers"], self.heads, self.size)
        self.state, self.total = torch.zeros(*shape, self.size), torch.zeros(shape)

    def attend(self, layer, qkv):
        q, k, v = qkv.view(3, self.heads, self.size)
        q, k = feature_map(q), feature_map(k)
        self.state[layer] = self.decay[:, None, None] * self.state[layer] + k[:, :, None] * v[:, None]
        self.total[layer] = self.decay[:, None] * self.total[layer] + k
        read = (q[:, None] @ self.state[layer])[:, 0]
        return (read / ((q * self.total[layer]).sum(-1, keepdim=True) + EPS)).flatten()

    def attend_window(self, qkv):
        q, k, v = qkv.view(len(qkv), 3, self.heads, self.size).permute(1, 2, 0, 3)[:, None]
        y = causal_attention(feature_map(q), feature_map(k), v, self.decay)
        return y[0].transpose(0, 1).reshape(len(qkv), -1)

    def run(self, x, window):
        w = self.weights
        for i in range(self.spec["layers"]):
            at = f"{self.name}.layers.{i}"
            qkv = w.linear(f"{at}.attn.qkv", w.norm(f"{at}.norm1", x))
            x = x + w.linear(f"{at}.attn.out", self.attend_window(qkv) if window else self.attend(i, qkv))
            h = w.linear(f"{at}.ffn.up", w.norm(f"{at}.norm2", x))
            x = x + w.linear(f"{at}.ffn.down", F.gelu(h, approximate="tanh"))
        return w.norm(f"{self.name}.norm", x)


def draw(logits):
    """Nucleus sampling, top-p 0.9."""
    ranked, order = F.softmax(logits, -1).sort(descending=True)
    kept = ranked * (ranked.cumsum(-1) - ranked < 0.9)
    return int(order[torch.multinomial(kept, 1)])


class Model:
    def __init__(self, weights):
        self.weights, spec = weights, weights.config["decoder"]
        self.whole = Stack(weights, "global", spec["global"])
        self.elements = {e: Stack(weights, f"elements.{e}", spec["element"]) for e in ELEMENTS}
        self.prior = Stack(weights, "prior", weights.config["prior"]["stack"])
        self.joins = spec["joins"]

    def word(self, length):
        """One word; `length` positions of the window are computed again where it is not None."""
        w, window = self.weights, length is not None
        x = w.tensors["decoder.embed.bias"]
        for name, _ in w.config["decoder"]["features"]:
            x = x + w.row(f"decoder.embed.{name}")
        x = x + w.row("decoder.memory.cur.") + w.row("decoder.memory.next.")
        h = self.whole.run(x.expand(length, -1) if window else x, window)
        for e in w.config["order"]:
            y = w.linear(f"elements.{e}.in", h) + w.row(f"elements.{e}.cur.") + w.row(f"elements.{e}.next.")
            y = self.elements[e].run(y, window)
            inner = w.linear(f"heads.{e}.in", y[-1] if window else y)
            for j in self.joins[e]:
                inner = inner + w.row(f"heads.{e}.join.{j}")
            assert draw(w.linear(f"heads.{e}.out", F.gelu(inner, approximate="tanh"))) < SIZES[e]

    def beat(self, length):
        """One beat's codes."""
        w, window = self.weights, length is not None
        x = w.tensors["prior.embed.bias"] + w.row("prior.last.") + w.row("prior.ref.")
        for name, _ in w.config["prior"]["features"]:
            x = x + w.row(f"prior.embed.{name}")
        h = self.prior.run(x.expand(length, -1) if window else x, window)
        total = h[-1] if window else h
        for book in w.config["books"]:
            name = f"prior.heads.{book['name']}"
            inner = F.gelu(w.linear(f"{name}.in", w.norm(f"{name}.norm", total)), approximate="tanh")
            total = total + w.tensors[f"prior.chain.{book['name']}"][draw(w.linear(f"{name}.out", inner))]


def words_a_second(model, words_a_beat, window, seconds, least=2):
    """Words a second of processor time: the median of five spells. `window` positions are computed again for each word;
    None for the recurrent form."""
    beats = None if window is None else max(1, round(window / words_a_beat))
    spells, owed = [], 0.0
    for _ in range(6):
        start, count = time.process_time(), 0
        while count < least or time.process_time() - start < seconds / 5:
            owed += 1
            while owed >= words_a_beat:
                model.beat(beats)
                owed -= words_a_beat
            model.word(window)
            count += 1
        spells.append(count / (time.process_time() - start))
    return sorted(spells[1:])[2]  # the first warms up


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--words-a-beat", type=float, default=6.0)
    parser.add_argument("--window", type=int, default=1024)
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with torch.no_grad():
        model = Model(Weights(args.model))
        out = {
            "recurrent": {"wordsPerSecond": words_a_second(model, args.words_a_beat, None, args.seconds)},
            "recompute": {
                "wordsPerSecond": words_a_second(model, args.words_a_beat, args.window, args.seconds),
                "window": args.window,
            },
            "torch": torch.__version__,
        }
    print(json.dumps(out))


if __name__ == "__main__":
    main()
