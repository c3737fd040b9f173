"""How the emotion moves within a piece: a linear map from what changes in the music to the listeners' deviation from a piece's mean.

A bar is heard through the 6 s of music around it, which listeners follow slowly: columns (standardised features, loudness, the
networks' outputs) are averaged with an exponential memory, taken from the clip's mean and divided by the root of their spread
within the clip, so that what hardly changes there still counts. Listeners also drift while a piece begins, whatever is played:
that part is fitted beside the music's (`settling`) and kept apart, and the columns' own drift is taken from the music's part.
"""

import json

import numpy as np

from recogniser_data import FOLDS

WINDOW = 6  # seconds of music a bar's columns come from
MEMORY = 12.0  # seconds of the columns' exponential memory
FLOOR = 0.15  # least spread within a clip, in units of the usual spread over bars
SETTLING = (5.0, 15.0, 45.0)  # time constants, seconds from the start
OUTPUT_WEIGHT = 2.0  # the networks' outputs are trusted more than a feature
# Penalty on the weights, and how far it leans on features that follow the ratings by themselves; chosen within the training folds.
CANDIDATES = [(strength, lean) for strength in (0.3, 1.0, 3.0) for lean in (0.0, 1.0)]
ABSOLUTE = (12, 8.0)  # window and memory, seconds, of the judgement that the course is added to
COURSE_SHARE = 1.0  # spread of the course beside that judgement's own


def remembered(columns, times, memory):
    """Exponential average over the bars so far, `times` in seconds."""
    out = np.array(columns, np.float64)
    for i in range(1, len(out)):
        keep = np.exp(-(times[i] - times[i - 1]) / memory)
        out[i] = keep * out[i - 1] + (1 - keep) * out[i]
    return out


def loudness(rows, names):
    """Log of the summed squared velocities a second, from raw features."""
    column = lambda name: rows[:, names.index(name)]
    power = column("velocityMean") ** 2 + column("velocitySd") ** 2
    return np.log(np.expm1(column("notesPerSecond")) * power + 0.05)


def raw_columns(rows, standardised, outputs, names):
    return np.concatenate([standardised, loudness(rows, names)[:, None], outputs], 1)


def deviations(columns, times, spread):
    """(bars, columns) -> the course's inputs."""
    x = remembered(columns / spread, times, MEMORY)
    x -= x.mean(0)
    return x / np.sqrt(np.maximum(x.std(0), FLOOR))


def settling(times):
    """(bars, 3), mean 0 over the piece; `times` in seconds from its start."""
    basis = np.stack([np.exp(-np.asarray(times) / constant) for constant in SETTLING], 1)
    return basis - basis.mean(0)


def middles(piece):
    lines = np.array(piece["barTimes"])
    return (lines[1:] + lines[:-1]) / 2


class Course:
    """Fitted from summed moments of pieces, each piece counting once."""

    def __init__(self, moments, k, strength, lean):
        t = len(SETTLING)
        d = len(moments) - t - 2
        b, x, y = slice(0, t), slice(t, t + d), t + d + k
        base = np.linalg.inv(moments[b, b] + 1e-4 * np.eye(t))
        own, felt = base @ moments[b, x], base @ moments[b, y]
        xx, xy = moments[x, x] - moments[x, b] @ own, moments[x, y] - moments[x, b] @ felt
        reach = np.abs(xy) / np.sqrt(np.diag(xx) * moments[y, y] + 1e-9)
        trust = np.maximum(reach, 0.01) ** lean
        trust /= np.sqrt((trust**2).mean())
        self.weight = trust * np.linalg.solve(trust[:, None] * xx * trust + strength * np.eye(d), trust * xy)
        self.drift, self.felt = own @ self.weight, felt

    def music(self, x, b):
        return x @ self.weight - b @ self.drift

    def listeners(self, x, b):
        return self.music(x, b) + b @ self.felt


class CourseData:
    def __init__(self, rated, scale, opinion, names):
        """`opinion(rows, fold)` -> (N, 4) outputs of networks that have not heard the fold."""
        self.rated = rated
        rows = [rated.bar_rows(i)[:, rated.windows.index(WINDOW)] for i in range(len(rated.bars))]
        raw = [raw_columns(r, scale(r), opinion(r, f), names) for r, f in zip(rows, rated.fold)]
        self.spread = np.concatenate(raw).std(0) + 1e-6
        self.spread[-4:] /= OUTPUT_WEIGHT
        self.times = [middles(p) for p in rated.pieces]
        self.x = [deviations(r, t, self.spread) for r, t in zip(raw, self.times)]
        self.b = [settling(t) for t in self.times]
        self.y = [(bars - bars.mean(0)) / (bars.std(0) + 1e-3) for bars in rated.bars]
        self.moments = []
        for b, x, y in zip(self.b, self.x, self.y):
            v = np.concatenate([b, x, y], 1)
            self.moments.append(v.T @ v / len(v))

    def fit(self, k, folds, strength, lean):
        chosen = np.flatnonzero(np.isin(self.rated.fold, folds))
        return Course(sum(self.moments[i] for i in chosen) / len(chosen), k, strength, lean)

    def score(self, course, k, fold):
        pieces = np.flatnonzero(self.rated.fold == fold)
        return sum(correlation(course.listeners(self.x[i], self.b[i]), self.y[i][:, k]) for i in pieces)

    def choose(self, k, folds):
        """The candidate that does best on each of `folds` when fitted on the others."""

        def total(candidate):
            return sum(self.score(self.fit(k, [g for g in folds if g != f], *candidate), k, f) for f in folds)

        return max(CANDIDATES, key=total)

    def apart(self, k):
        """For each piece: course by the music, and with the settling; fitted and chosen without the piece's fold."""
        found = [None] * len(self.x)
        for fold in range(FOLDS):
            others = [f for f in range(FOLDS) if f != fold]
            course = self.fit(k, others, *self.choose(k, others))
            for i in np.flatnonzero(self.rated.fold == fold):
                found[i] = (course.music(self.x[i], self.b[i]), course.listeners(self.x[i], self.b[i]), self.b[i] @ course.felt)
        return found


def correlation(a, b):
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else 0.0


def course_model(rated, scale, opinion, score, names, ratings=None):
    """-> what ships, figures. `score(outputs)` -> (N, 2) scores; `ratings`: VGMIDI's ratings.json, to compare with a panel."""
    data = CourseData(rated, scale, opinion, names)
    window, memory = ABSOLUTE
    rows = lambda i, w: rated.bar_rows(i)[:, rated.windows.index(w)]
    judged = lambda i, w: score(opinion(rows(i, w), rated.fold[i]))
    before = [np.mean([judged(i, w) for w in (12, 24)], 0) for i in range(len(rated.bars))]
    absolute = [remembered(judged(i, window), data.times[i], memory) for i in range(len(rated.bars))]
    shipped = {"weight": [], "drift": [], "felt": [], "gain": [], "candidates": []}
    figures, predicted = {}, []
    for k, name in enumerate(("valence", "arousal")):
        folds = list(range(FOLDS))
        chosen = data.choose(k, folds)
        course = data.fit(k, folds, *chosen)
        apart = data.apart(k)
        spread = lambda curves: float(np.mean([np.std(c) for c in curves]))
        gain = COURSE_SHARE * spread([a[:, k] for a in absolute]) / spread([m for m, _, _ in apart])
        for key, value in zip(shipped, (course.weight, course.drift, course.felt, gain, chosen)):
            shipped[key].append(value)
        meter = [a[:, k] + gain * m for a, (m, _, _) in zip(absolute, apart)]
        settled = [m + gain * (l - c) for m, (c, l, _) in zip(meter, apart)]
        predicted.append(meter)
        ways = {
            "time alone": [t for _, _, t in apart],
            "windows of 12 and 24 s": [b[:, k] for b in before],
            "remembered window": [a[:, k] for a in absolute],
            "course": [m for m, _, _ in apart],
            "course and settling": [l for _, l, _ in apart],
            "meter": meter,
            "meter and settling": settled,
        }
        for way, curves in ways.items():
            r = [correlation(c, bars[:, k]) for c, bars in zip(curves, rated.bars)]
            figures.setdefault(way, {})[name] = round(float(np.mean(r)), 3)
    if ratings:
        figures |= panel(ratings, rated, predicted)
    return shipped | {"spread": data.spread, "config": course_config(shipped)}, figures


def course_config(shipped):
    return {
        "windowSeconds": WINDOW,
        "memorySeconds": MEMORY,
        "floor": FLOOR,
        "settlingSeconds": SETTLING,
        "gain": [round(gain, 5) for gain in shipped["gain"]],
        "judged": {"windowSeconds": ABSOLUTE[0], "memorySeconds": ABSOLUTE[1]},
        "chosen": [dict(zip(("penalty", "lean"), candidate)) for candidate in shipped["candidates"]],
    }


def panel(ratings, rated, predicted, splits=20):
    """Half of a piece's listeners against the other half, and the meter against such a half: mean r over the bars of a piece."""
    heard = json.loads(ratings.read_text())
    random = np.random.default_rng(0)
    figures = {"half a panel by the other half": {}, "half a panel by the meter": {}}
    for k, name in enumerate(("valence", "arousal")):
        halves, meter = [], []
        for i, piece in enumerate(rated.pieces):
            raters = np.array([rater[name] for rater in heard[piece["id"]]["raters"]], float)
            for _ in range(splits):
                order = random.permutation(len(raters))
                one, other = (raters[half].mean(0) for half in np.array_split(order, 2))
                halves.append(correlation(one, other))
                meter.append(correlation(one, predicted[k][i]))
        for way, r in zip(figures, (halves, meter)):
            figures[way][name] = round(float(np.mean(r)), 3)
    return figures
