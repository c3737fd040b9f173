"""How the emotion moves within a piece: a linear map from what changes in the music to the listeners' deviation from a piece's mean.

Listeners agree little within a piece, so some fifteen columns are all that the ratings can weigh: what the networks say of the
12 s of music up to a bar, how loud, wide and gapped they are, how forcefully notes are struck (`strike`), how near the music is to
the keys that the piece lives in (`home`), how loud its upper half sounds (`high`) and how rough (`rough`). Listeners follow slowly:
columns are averaged with an exponential memory, taken from the clip's mean and divided by the root of their spread within the
clip, so that what hardly changes there still counts. Listeners also drift while a piece begins, whatever is played (`settling`):
that is measured beside the music's part and no part of it. The first bars look ahead, as the listeners did, who heard the first
15 s once before they rated.
"""

import json

import numpy as np

from training.recogniser.data import FOLDS

WINDOW = 12  # seconds of music a bar's columns come from
LEAST = (6, 12)  # seconds of the music that the first bars look ahead to, for valence and for arousal
# Name, and seconds of exponential memory; most of what comes from notes has its own. The outputs: ratings and odds by the networks.
COLUMNS = (
    ("ratedValence", 12.0),
    ("ratedValence", 24.0),
    ("ratedValence", 48.0),
    ("oddsValence", 24.0),
    ("ratedArousal", 12.0),
    ("oddsArousal", 12.0),
    ("loudness", 12.0),
    ("strike", 0.0),
    ("home", 12.0),
    ("high", 0.0),
    ("rough", 0.0),
    ("struck", 0.0),
    ("ring", 12.0),
    ("silence", 12.0),
    ("pitchRange", 12.0),
    ("attacksPerSecond", 24.0),
)
FROM_NOTES = ("strike", "home", "high", "rough", "struck")
OUTPUT_NAMES = ("oddsValence", "oddsArousal", "ratedValence", "ratedArousal")
FLOOR = 0.05  # least spread within a clip, in units of the usual spread over bars
SMOOTHING = 3.0  # seconds, to either side, over which the course is averaged
SETTLING = (5.0, 15.0, 45.0)  # time constants, seconds from the start
PENALTY = 0.5  # on the weights, in units of the columns' mean square; anything from 0.1 to 3 does as well
MEMORY = 8.0  # seconds, of the judgement of the same windows that gives the course its level
COURSE_SHARE = 0.9  # of the movement; the rest is that judgement's own


def remembered(columns, times, memory):
    """Exponential average over the bars so far, `times` in seconds."""
    out = np.array(columns, np.float64)
    if memory > 0:
        for i in range(1, len(out)):
            keep = np.exp(-(times[i] - times[i - 1]) / memory)
            out[i] = keep * out[i - 1] + (1 - keep) * out[i]
    return out


def smoothed(curve, times):
    near = np.exp(-0.5 * ((times[:, None] - times[None]) / SMOOTHING) ** 2)
    out = (near / near.sum(1, keepdims=True)) @ curve
    return out - out.mean(0)


def loudness(rows, names):
    """Log of the summed squared velocities a second, from raw features."""
    column = lambda name: rows[:, names.index(name)]
    power = column("velocityMean") ** 2 + column("velocitySd") ** 2
    return np.log(np.expm1(column("notesPerSecond")) * power + 0.05)


def raw_columns(rows, standardised, outputs, from_notes, names):
    """(bars, len(COLUMNS)) before memory; `from_notes`: FROM_NOTES of each bar."""
    found = {"loudness": loudness(rows, names)} | dict(zip(OUTPUT_NAMES, np.asarray(outputs).T)) | from_notes
    pick = lambda name: found[name] if name in found else standardised[:, names.index(name)]
    return np.stack([pick(name) for name, _ in COLUMNS], 1)


def deviations(columns, times, spread):
    """(bars, columns) -> the course's inputs."""
    scaled = columns / spread
    x = np.stack([remembered(scaled[:, j], times, memory) for j, (_, memory) in enumerate(COLUMNS)], 1)
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

    def __init__(self, moments, k):
        t, d = len(SETTLING), len(COLUMNS)
        b, x, y = slice(0, t), slice(t, t + d), t + d + k
        xx, xy = moments[x, x], moments[x, y]
        self.weight = np.linalg.solve(xx + PENALTY * np.trace(xx) / d * np.eye(d), xy)
        base = np.linalg.inv(moments[b, b] + 1e-4 * np.eye(t))
        self.felt = base @ moments[b, y]
        self.beside = self.felt - base @ moments[b, x] @ self.weight  # the settling that the music's does not explain


class CourseData:
    """What the course of one axis is fitted from."""

    def __init__(self, rated, k, scale, opinion, names):
        """`opinion(rows, fold)` -> (N, 4) outputs of networks that have not heard the fold."""
        self.fold, self.k = rated.fold, k
        rows = [rated.bar_rows(i, LEAST[k]) for i in range(len(rated.bars))]
        notes = [{name: np.array(piece[name]) for name in FROM_NOTES} for piece in rated.pieces]
        raw = [raw_columns(r, scale(r), opinion(r, f), n, names) for r, f, n in zip(rows, rated.fold, notes)]
        self.spread = np.concatenate(raw).std(0) + 1e-6
        self.times = [middles(p) for p in rated.pieces]
        self.x = [deviations(r, t, self.spread) for r, t in zip(raw, self.times)]
        self.b = [settling(t) for t in self.times]
        self.moments = []
        for b, x, bars in zip(self.b, self.x, rated.bars):
            y = (bars - bars.mean(0)) / (bars.std(0) + 1e-3)
            v = np.concatenate([b, x, y], 1)
            self.moments.append(v.T @ v / len(v))

    def fit(self, folds):
        chosen = np.flatnonzero(np.isin(self.fold, folds))
        return Course(sum(self.moments[i] for i in chosen) / len(chosen), self.k)

    def moved(self, course, i):
        return smoothed(self.x[i] @ course.weight, self.times[i])

    def apart(self):
        """For each piece: the course by the music, the settling alone and beside it; fitted without the piece's fold."""
        found = [None] * len(self.x)
        for fold in range(FOLDS):
            course = self.fit([f for f in range(FOLDS) if f != fold])
            for i in np.flatnonzero(self.fold == fold):
                found[i] = (self.moved(course, i), self.b[i] @ course.felt, self.b[i] @ course.beside)
        return found


def correlation(a, b):
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else 0.0


def course_model(rated, scale, opinion, score, names, ratings=None):
    """-> what ships, figures. `score(outputs)` -> (N, 2) scores; `ratings`: VGMIDI's ratings.json, to compare with a panel."""
    judged = lambda i: score(opinion(rated.bar_rows(i, 0), rated.fold[i]))
    absolute = [remembered(judged(i), middles(piece), MEMORY) for i, piece in enumerate(rated.pieces)]
    shipped = {"weight": [], "spread": [], "gain": []}
    figures, predicted = {}, []
    for k, name in enumerate(("valence", "arousal")):
        data = CourseData(rated, k, scale, opinion, names)
        course = data.fit(range(FOLDS))
        apart = data.apart()
        spread = lambda curves: float(np.mean([np.std(c) for c in curves]))
        gain = spread([a[:, k] for a in absolute]) / spread([m for m, _, _ in apart])
        for key, value in zip(shipped, (course.weight, data.spread, gain)):
            shipped[key].append(value)
        own = [a[:, k] - a[:, k].mean() for a in absolute]
        meter = [(1 - COURSE_SHARE) * o + COURSE_SHARE * gain * m for o, (m, _, _) in zip(own, apart)]
        settled = [m + COURSE_SHARE * gain * c for m, (_, _, c) in zip(meter, apart)]
        predicted.append(meter)
        ways = {
            "time alone": [c for _, c, _ in apart],
            "loudness alone": [x[:, [n for n, _ in COLUMNS].index("loudness")] for x in data.x],
            "remembered window": own,
            "course": [m for m, _, _ in apart],
            "meter": meter,
            "meter and settling": settled,
        }
        felt = [bars[:, k] for bars in rated.bars]
        found = {way: [correlation(c, y) for c, y in zip(curves, felt)] for way, curves in ways.items()}
        found["meters of the other pieces"] = by_others(meter, felt)
        for way, r in found.items():
            figures.setdefault(way, {})[name] = round(float(np.mean(r)), 3)
            figures[way][f"{name} s.e."] = round(float(np.std(r, ddof=1) / len(r) ** 0.5), 3)
    if ratings:
        figures |= panel(ratings, rated, predicted)
    return shipped | {"config": course_config(shipped["gain"])}, figures


def by_others(curves, felt):
    """For each piece the mean r of the other pieces' curves, stretched to its length: what any piece's shape gives."""
    unit = [np.linspace(0, 1, len(curve)) for curve in curves]
    fit = lambda i, j: correlation(np.interp(unit[i], unit[j], curves[j]), felt[i])
    return [float(np.mean([fit(i, j) for j in range(len(curves)) if j != i])) for i in range(len(curves))]


def course_config(gain):
    return {
        "windowSeconds": WINDOW,
        "leastSeconds": list(LEAST),
        "columns": [{"name": name, "memorySeconds": memory} for name, memory in COLUMNS],
        "floor": FLOOR,
        "smoothingSeconds": SMOOTHING,
        "gain": [round(g, 5) for g in gain],
        "share": COURSE_SHARE,
        "judged": {"windowSeconds": WINDOW, "memorySeconds": MEMORY},
        "penalty": PENALTY,
    }


def panel(ratings, rated, predicted, splits=20):
    """Half of a piece's listeners against the other half, the meter against such a half, and the most that any curve can reach."""
    heard = json.loads(ratings.read_text())
    random = np.random.default_rng(0)
    figures = {"half a panel by the other half": {}, "half a panel by the meter": {}, "ceiling": {}}
    for k, name in enumerate(("valence", "arousal")):
        halves, meter, most = [], [], []
        for i, piece in enumerate(rated.pieces):
            raters = np.array([rater[name] for rater in heard[piece["id"]]["raters"]], float)
            agreed = []
            for _ in range(splits):
                order = random.permutation(len(raters))
                one, other = (raters[half].mean(0) for half in np.array_split(order, 2))
                agreed.append(correlation(one, other))
                meter.append(correlation(one, predicted[k][i]))
            halves += agreed
            half = max(0.0, float(np.mean(agreed)))
            most.append((2 * half / (1 + half)) ** 0.5)
        mean = float(np.mean(halves))
        figures["half a panel by the other half"][name] = round(mean, 3)
        figures["half a panel by the meter"][name] = round(float(np.mean(meter)), 3)
        # Spearman and Brown's whole panel, by the mean agreement and piece by piece (no agreement counted as 0).
        figures["ceiling"][name] = [round((2 * mean / (1 + mean)) ** 0.5, 3), round(float(np.mean(most)), 3)]
    return figures
