"""The emotion recogniser: from hand-made features of notes to valence and arousal.

    npm run research -- features --emotion --data DATA --out FEATURES
    python -m training.recogniser.train --features FEATURES --out resources/models/recogniser [--labels LABELS]

Two kinds of teacher share one small network. EMOPIA gives the sign of valence and of arousal for a clip; VGMIDI gives
what about 30 listeners felt, on a scale, for game music. Five folds, disjoint in song (EMOPIA) and nearly so in game
series (VGMIDI, whose pieces are listed series by series, so a fold is a run of them): every member of the ensemble is trained on
four, and what it says of the fifth is the out-of-fold opinion that the figures and the labels of training clips use.
The runs are of equal length, so that the last of a series may sit in the next fold: --whole-series trains and judges
without that.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.recogniser.course import course_model
from training.recogniser.data import FOLDS, load_emopia, load_ratings
from training.recogniser.files import read_networks, write_model
from training.recogniser.labels import write_labels

HIDDEN = (64, 32)
OUTPUTS = 4  # logits of valence and arousal (EMOPIA), standardised ratings of valence and arousal (VGMIDI)
SMOOTHING = 0.1
CLIP = 4.0


class Scale:
    """Standardises features by the training rows; far outliers are held at CLIP."""

    def __init__(self, rows):
        self.mean = rows.mean(0).astype(np.float32)
        self.deviation = (rows.std(0) + 1e-6).astype(np.float32)

    def __call__(self, rows):
        return np.clip((rows - self.mean) / self.deviation, -CLIP, CLIP).astype(np.float32)


class Ensemble:
    """M small networks trained side by side as batched products; member m leaves out fold m % FOLDS."""

    def __init__(self, inputs, seeds, generator):
        self.members = FOLDS * seeds
        sizes = (inputs, *HIDDEN, OUTPUTS)
        self.weights = []
        for i, o in zip(sizes, sizes[1:]):
            w = torch.randn(self.members, i, o, generator=generator) / i**0.5
            self.weights += [w.requires_grad_(), torch.zeros(self.members, 1, o).requires_grad_()]

    def __call__(self, x, dropout=0.0):
        """(M, B, inputs) or (B, inputs) -> (M, B, OUTPUTS)."""
        if x.dim() == 2:
            x = x.expand(self.members, -1, -1)
        for layer in range(0, len(self.weights), 2):
            x = F.dropout(x, dropout, dropout > 0)
            x = torch.baddbmm(self.weights[layer + 1], x, self.weights[layer])
            if layer + 2 < len(self.weights):
                x = F.gelu(x, approximate="tanh")
        return x


def train_ensemble(emopia, rated, scale, steps, seeds, seed=0, batch=(192, 96)):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    clip_x, clip_y, clip_fold = emopia.training_rows()
    rate_x, rate_y, rate_fold = rated.training_rows()
    clip_x, rate_x = torch.tensor(scale(clip_x)), torch.tensor(scale(rate_x))
    clip_y = torch.tensor(clip_y) * (1 - SMOOTHING) + SMOOTHING / 2
    rate_y = torch.tensor(rate_y)
    net = Ensemble(clip_x.shape[1], seeds, generator)
    pools = [
        [torch.tensor(np.flatnonzero(fold != m % FOLDS)) for m in range(net.members)] for fold in (clip_fold, rate_fold)
    ]
    optimiser = torch.optim.AdamW(net.weights, lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    pick = lambda pool, n: torch.stack([p[torch.randint(len(p), (n,), generator=generator)] for p in pool])
    for step in range(steps):
        i, j = pick(pools[0], batch[0]), pick(pools[1], batch[1])
        out = net(torch.cat([clip_x[i], rate_x[j]], 1), dropout=0.25)
        sign = F.binary_cross_entropy_with_logits(out[:, : batch[0], :2], clip_y[i])
        felt = F.mse_loss(out[:, batch[0] :, 2:], rate_y[j])
        loss = sign + 0.5 * felt
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(json.dumps({"step": step, "sign": round(sign.item(), 3), "felt": round(felt.item(), 3)}), flush=True)
    return net


def ridge(x, y, strength):
    """Linear regression with a penalty of `strength` a row -> weight (inputs, outputs), bias."""
    mx, my = x.mean(0), y.mean(0)
    w = np.linalg.solve((x - mx).T @ (x - mx) + strength * len(x) * np.eye(x.shape[1]), (x - mx).T @ (y - my))
    return w, my - mx @ w


def outputs(net, linear, rows, members=None):
    """Mean over members of the four outputs; the ratings are half network, half linear map."""
    with torch.no_grad():
        out = net(torch.tensor(rows)).numpy()
    out = out[members].mean(0) if members is not None else out.mean(0)
    straight = rows @ linear[0] + linear[1]
    return np.concatenate([out[:, :2], 0.5 * (out[:, 2:] + straight)], 1)


def correlate(a, b):
    return float(np.corrcoef(a, b)[0, 1])


def train(options):
    emopia = load_emopia(options.features)
    rated = load_ratings(options.features, options.whole_series)
    scale = Scale(emopia.training_rows()[0])
    if options.networks:
        net = Ensemble(len(emopia.names), options.seeds, torch.Generator())
        net = read_networks(options.networks, net)
    else:
        net = train_ensemble(emopia, rated, scale, options.steps, options.seeds)
    rated_rows = scale(rated.whole())
    lines = [ridge(rated_rows[rated.fold != f], rated.mean_z()[rated.fold != f], 3.0) for f in range(FOLDS)]
    linear = (np.mean([w for w, _ in lines], 0), np.mean([b for _, b in lines], 0))

    of_fold = lambda f: [m for m in range(net.members) if m % FOLDS == f]
    clip_rows = scale(emopia.whole())
    clip_out = outputs(net, linear, clip_rows)
    rate_out = np.zeros((len(rated.fold), OUTPUTS), np.float32)
    for f in range(FOLDS):
        held = emopia.fold == f
        clip_out[held] = outputs(net, lines[f], clip_rows[held], of_fold(f))
        held = rated.fold == f
        rate_out[held] = outputs(net, lines[f], rated_rows[held], of_fold(f))

    mix = calibrate(clip_out, emopia, rate_out)
    figures = measure(mix, clip_out, rate_out, emopia, rated)

    def out_of(rows, fold):
        """Outputs for rows by the members and the line that left `fold` out; fold -1 asks all."""
        line, members = (linear, None) if fold < 0 else (lines[fold], of_fold(fold))
        return outputs(net, line, scale(rows), members)

    course, course_figures = course_model(
        rated, scale, out_of, lambda out: scores(mix, out), emopia.names, options.ratings
    )
    figures["VGMIDI, mean r over the bars of a piece"] = course_figures
    print(json.dumps(figures, indent=1))
    write_model(options.out, net, scale, linear, mix, course, figures, emopia.names, rated)
    if options.labels:
        write_labels(options.features, options.labels, lambda r, f: values(mix, out_of(r, f)), emopia)


def calibrate(clip_out, emopia, rate_out):
    """score = logit + share * slope * (rating - neutral): the rating on the scale of the logit, 0 where EMOPIA's border is.

    neutral and slope come from the clips: the line through (rating, logit). value = tanh(gain * score), with the gain
    that gives training clips a mean size of 0.5.
    """
    seen = emopia.fold >= 0
    mix = {"slope": [], "neutral": [], "gain": [], "share": [0.5, 0.5]}
    for k in (0, 1):
        logit, rating = clip_out[seen, k], clip_out[seen, 2 + k]
        mix["slope"].append(float(logit.std() / rating.std()))
        mix["neutral"].append(float(rating.mean() - logit.mean() / mix["slope"][k]))
    score = scores(mix, clip_out[seen])
    for k in (0, 1):
        gains = np.linspace(0.05, 2, 400)
        size = [np.abs(np.tanh(g * score[:, k])).mean() for g in gains]
        mix["gain"].append(float(gains[np.argmin(np.abs(np.array(size) - 0.5))]))
    return mix


def scores(mix, out):
    """(N, 4) outputs -> (N, 2) scores of valence and arousal."""
    columns = []
    for k in (0, 1):
        rating = mix["slope"][k] * (out[:, 2 + k] - mix["neutral"][k])
        columns.append((1 - mix["share"][k]) * out[:, k] + mix["share"][k] * rating)
    return np.stack(columns, 1)


def values(mix, out):
    return np.tanh(np.array(mix["gain"]) * scores(mix, out))


def measure(mix, clip_out, rate_out, emopia, rated):
    figures = {}
    for name, chosen in (("train, out of fold", emopia.fold >= 0), ("val", emopia.fold < 0)):
        for kind, opinion in (("logit", clip_out[:, :2]), ("value", values(mix, clip_out))):
            right = (opinion[chosen] > 0) == (emopia.sign[chosen] > 0.5)
            figures[f"EMOPIA {name}, {kind}"] = {
                "4Q": round(float(right.all(1).mean()), 3),
                "arousal": round(float(right[:, 1].mean()), 3),
                "valence": round(float(right[:, 0].mean()), 3),
            }
    felt = rated.mean()
    opinion = {"value": values(mix, rate_out), "score": scores(mix, rate_out), "rating": rate_out[:, 2:]}
    for kind, o in opinion.items():
        figures[f"VGMIDI, out of fold, {kind}"] = {
            "valence r": round(correlate(o[:, 0], felt[:, 0]), 3),
            "arousal r": round(correlate(o[:, 1], felt[:, 1]), 3),
        }
    for k, name in enumerate(("valence", "arousal")):
        slope, base = np.polyfit(opinion["value"][:, k], felt[:, k], 1)
        figures[f"listeners' {name} for a value v"] = f"{base:.3f} + {slope:.3f} v"
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--features", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--labels", type=Path, help="also write labels of Pop1k7 and EMOPIA to this folder")
    parser.add_argument("--networks", type=Path, help="a recogniser whose networks are kept: only the course is fitted")
    parser.add_argument("--ratings", type=Path, help="VGMIDI's ratings.json: also compare with a panel of listeners")
    parser.add_argument(
        "--whole-series", action="store_true", help="folds of VGMIDI that cut no series; networks trained in the same"
    )
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--seeds", type=int, default=2, help="members a fold")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train(options)


if __name__ == "__main__":
    main()
