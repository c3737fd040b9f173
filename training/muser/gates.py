"""Gates that expose a hollow codec while it trains; loss and perplexity look fine on models whose codes hold nothing.

- cross-entropy of each element on held-out songs, with the right codes, with another clip's codes, with blank history;
- mutual information between each book's codes and each element's attribute.
Free-running reconstruction and transfer are in evaluate.py: they need the sampler.
"""

import math

import torch

from training.muser.data import fixed_batches
from training.muser.features import start_features
from training.muser.model import element_values
from training.muser.quantizer import perplexity
from training.muser.vocabulary import ELEMENTS


def roll(codes):
    """Codes of another row of the batch."""
    if isinstance(codes, dict):
        return {name: q.roll(1, 0) for name, q in codes.items()}
    return codes.roll(1, 0)


def blank(batch, beat_rate):
    """The batch with its history wiped: the decoder has only codes, place in time and conditions."""
    features = torch.from_numpy(start_features()).int() if beat_rate else torch.tensor([0, 0, 0, 1, 0, 0, 0, 0])
    return {**batch, "features": features.expand_as(batch["features"]).clone()}


def mutual_information(x, y):
    """Nats between two integer tensors, plug-in estimate less its first-order bias (Miller-Madow)."""
    x, y = torch.unique(x, return_inverse=True)[1], torch.unique(y, return_inverse=True)[1]
    joint = torch.zeros(int(x.max()) + 1, int(y.max()) + 1).index_put_((x, y), torch.ones(len(x)), accumulate=True)

    def entropy(counts):
        p = counts[counts > 0] / counts.sum()
        return float(-(p * p.log()).sum()) + (int((counts > 0).sum()) - 1) / (2 * float(counts.sum()))

    return max(0.0, entropy(joint.sum(0)) + entropy(joint.sum(1)) - entropy(joint.flatten()))


@torch.no_grad()
def gates(codec, songs, batch=16, limit=192):
    """-> {crossEntropy, accuracy, otherCodes, blankHistory: {element: nats}, information: {book: {element: nats}}, perplexity}."""
    codec.eval()
    config, beat_rate = codec.config, codec.beat_rate
    sums = {kind: {e: [0.0, 0] for e in ELEMENTS} for kind in ("crossEntropy", "otherCodes", "blankHistory")}
    books = {b["name"]: [] for b in config["books"]}
    attributes = {e: [] for e in ELEMENTS}
    for data in fixed_batches(songs, batch, config["training"]["steps"], limit, beat_rate):
        with torch.autocast("cpu", torch.bfloat16):
            codes, indices, _, _ = codec.quantize(data)
            for kind, b, c in (("crossEntropy", data, codes), ("otherCodes", data, roll(codes)),
                               ("blankHistory", blank(data, beat_rate), codes)):  # fmt: skip
                for e, (loss, count) in codec.losses(b, c).items():
                    if count:
                        sums[kind][e][0] += float(loss) * count
                        sums[kind][e][1] += count
        mask = data["beat_mask"] if beat_rate else data["mask"]
        for name in books:
            books[name].append((indices[name] if beat_rate else indices)[mask])
        for e, v in element_values(data, config)[0].items():
            attributes[e].append(v.float())
    out = {kind: {e: s / max(1, n) for e, (s, n) in per.items()} for kind, per in sums.items()}
    codes = {name: torch.cat(parts) for name, parts in books.items()}
    levels = {e: quantiles(torch.cat(parts)) for e, parts in attributes.items()}
    out["information"] = {n: {e: round(mutual_information(c, v), 3) for e, v in levels.items()} for n, c in codes.items()}
    out["perplexity"] = {b["name"]: round(perplexity(codes[b["name"]], b["size"]), 1) for b in config["books"]}
    out["sum"] = sum(out["crossEntropy"].values())
    return out


def quantiles(values, bins=16):
    """Integers 0..bins-1 by rank, values that are equal staying together."""
    edges = torch.quantile(values[:: max(1, len(values) // 100_000)], torch.linspace(0, 1, bins + 1)[1:-1])
    return torch.bucketize(values, torch.unique(edges))


def unigram(songs, config, limit=192):
    """Cross-entropy of each element under its own frequencies, over the same steps as `gates`."""
    from training.muser.model import carried_steps

    counts = {e: torch.zeros(256) for e in ELEMENTS}
    beat_rate = config["codeRate"] == "beat"
    for data in fixed_batches(songs, 16, config["training"]["steps"], limit, beat_rate):
        for e, steps in carried_steps(data, beat_rate).items():
            counts[e] += torch.bincount(data["words"][steps][:, ELEMENTS.index(e)].long(), minlength=256)
    out = {}
    for e, c in counts.items():
        p = c[c > 0] / c.sum()
        out[e] = float(-(p * p.log()).sum())
    assert all(math.isfinite(v) for v in out.values())
    return out
