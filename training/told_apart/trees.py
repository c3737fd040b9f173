"""The first judge: extremely randomised trees on figures of the notes."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from training.told_apart.folds import FOLDS, Curve, folds_of

TREES = 400


def scores(seen, labels, held, seed, trees=TREES):
    """How likely each row of `held` is made, by trees that learnt from `seen`."""
    judge = ExtraTreesClassifier(trees, min_samples_leaf=2, max_features="sqrt", class_weight="balanced", random_state=seed)
    return judge.fit(seen, labels).predict_proba(held)[:, 1]


def told_apart(figures, made, groups, columns, repeats=1, trees=TREES):
    """{name: {"auc", "se"}} for each of `columns` ({name: indices into a row of figures})."""
    made = np.asarray(made, bool)
    curves = {name: Curve(groups, made) for name in columns}
    for repeat in range(repeats):
        fold = folds_of(groups, made, repeat)
        for left_out in range(FOLDS):
            seen, held = np.flatnonzero(fold != left_out), np.flatnonzero(fold == left_out)
            for name, chosen in columns.items():
                found = scores(figures[seen][:, chosen], made[seen], figures[held][:, chosen], FOLDS * repeat + left_out, trees)
                curves[name].add(held, found)
    return {name: curve.figures() for name, curve in curves.items()}
