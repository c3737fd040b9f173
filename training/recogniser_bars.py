"""How well the course of valence and arousal within a piece follows the listeners."""

import numpy as np

WINDOWS = (12, 24)  # seconds, as EmotionRecogniser.perBar judges a bar


def bar_figures(rated, opinion):
    """`opinion(rows, fold)` -> (N, 2) scores. Mean over pieces of the correlation over a piece's bars, out of fold."""
    found = []
    for i, bars in enumerate(rated.bars):
        rows = rated.bar_rows(i)
        heard = [opinion(rows[:, rated.windows.index(w)], rated.fold[i]) for w in WINDOWS]
        score = np.mean(heard, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append([np.corrcoef(score[:, k], bars[:, k])[0, 1] for k in (0, 1)])
    mean = np.nanmean(np.array(found), 0)
    return {"valence": round(float(mean[0]), 3), "arousal": round(float(mean[1]), 3)}
