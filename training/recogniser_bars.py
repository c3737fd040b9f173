"""How valence and arousal move within a piece: a linear map from a window's departure from the piece's own mean."""

import numpy as np

from recogniser_data import FOLDS

STRENGTH = (3.0, 1.0)  # penalty for valence, for arousal: valence is the noisier


def fit_bars(rated, scale):
    """-> {"weight" (windows * features, 2), "spread" (2,)}, figures of the out-of-fold map."""
    x, y, size = [], [], []
    for i in range(len(rated.pieces)):
        rows = rated.bar_rows(i)
        flat = np.stack([scale(rows[:, w]) for w in range(rows.shape[1])], 1).reshape(len(rows), -1)
        moved = rated.bars[i] - rated.bars[i].mean(0)
        x.append(flat - flat.mean(0))
        size.append(moved.std(0) + 0.01)
        y.append(moved / size[-1])
    found = []
    for fold in range(FOLDS):
        weight = _fit(x, y, rated.fold != fold)
        found += [bar_correlation(x[i] @ weight, y[i]) for i in np.flatnonzero(rated.fold == fold)]
    mean = np.nanmean(np.array(found), 0)
    figures = {"mean r within a piece": {"valence": round(float(mean[0]), 3), "arousal": round(float(mean[1]), 3)}}
    weight = _fit(x, y, rated.fold >= 0)
    return {"weight": weight, "spread": np.median(np.array(size), 0)}, figures


def bar_correlation(guess, truth):
    with np.errstate(invalid="ignore", divide="ignore"):
        return [np.corrcoef(guess[:, k], truth[:, k])[0, 1] for k in (0, 1)]


def _fit(x, y, chosen):
    """Ridge regression in which every piece weighs the same."""
    index = np.flatnonzero(chosen)
    a = np.concatenate([x[i] / len(x[i]) ** 0.5 for i in index])
    b = np.concatenate([y[i] / len(x[i]) ** 0.5 for i in index])
    gram = a.T @ a
    columns = [
        np.linalg.solve(gram + s * len(index) * np.eye(len(gram)), a.T @ b[:, k]) for k, s in enumerate(STRENGTH)
    ]
    return np.stack(columns, 1)
