"""Folds that keep a song (or a seed) together, and the area under the curve with its standard error."""

import numpy as np

FOLDS = 5
RESAMPLED = 200


def folds_of(groups, made, seed):
    """The fold of each clip. Clips of a group (a song, a seed) share it, whether they are real or made; groups that are
    only real, only made or both are dealt separately, so that each fold has its part of every kind."""
    random = np.random.default_rng(seed)
    kinds = {}
    for group, is_made in zip(groups, made):
        kinds.setdefault(group, set()).add(bool(is_made))
    fold = {}
    for kind in ({False}, {True}, {False, True}):
        members = sorted(group for group, has in kinds.items() if has == kind)
        random.shuffle(members)
        fold.update({group: i % FOLDS for i, group in enumerate(members)})
    return np.array([fold[group] for group in groups])


def comparisons(scores, made):
    """(made, real): 1 where the made clip scores above the real one, .5 where they are alike."""
    a, b = scores[made][:, None], scores[~made][None]
    return (a > b) + 0.5 * (a == b)


class Curve:
    """Area under the curve within each fold, the mean over folds weighted by pairs; weights of groups can be drawn anew."""

    def __init__(self, groups, made):
        self.names, self.index = np.unique(groups, return_inverse=True)
        self.made = np.asarray(made, bool)
        self.parts = []

    def add(self, held, scores):
        """Scores of the clips `held`, none of which the judge had learnt from."""
        made = self.made[held]
        if made.any() and not made.all():
            self.parts.append((comparisons(scores, made), self.index[held][made], self.index[held][~made]))

    def area(self, weights=None):
        weights = np.ones(len(self.names)) if weights is None else weights
        won = pairs = 0.0
        for table, made, real in self.parts:
            won += weights[made] @ table @ weights[real]
            pairs += weights[made].sum() * weights[real].sum()
        return float(won / pairs) if pairs else float("nan")

    def error(self):
        """Standard error: songs and seeds drawn anew, with the judges as they are."""
        random = np.random.default_rng(0)
        draw = lambda: np.bincount(random.integers(len(self.names), size=len(self.names)), minlength=len(self.names))
        return float(np.nanstd([self.area(draw().astype(float)) for _ in range(RESAMPLED)]))

    def figures(self):
        return {"auc": round(self.area(), 4), "se": round(self.error(), 4)}
