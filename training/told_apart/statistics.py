"""Small statistics that are defined for few values too."""

import numpy as np


def mean(values):
    return float(np.mean(values)) if len(values) else 0.0


def spread(values):
    return float(np.std(values)) if len(values) else 0.0


def share(hits):
    return mean(np.asarray(hits, float))


def correlation(a, b):
    """Pearson's r; 0 where one of the two does not vary."""
    if len(a) < 3 or np.std(a) < 1e-9 or np.std(b) < 1e-9:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def after(values, lag=1):
    """Correlation of values with those `lag` places on."""
    return correlation(values[:-lag], values[lag:]) if len(values) > lag else 0.0


def entropy(counts):
    """Bits."""
    shares = np.asarray(counts, float)
    shares = shares[shares > 0] / max(shares.sum(), 1e-12)
    return float(-(shares * np.log2(shares)).sum())


def entropy_of(values):
    """Bits of the distribution of discrete values."""
    return entropy(np.unique(np.asarray(values), return_counts=True)[1]) if len(values) else 0.0


def distinct_runs(values, length):
    """Distinct runs of `length` values in a row, as a share of all such runs; 1 where there is none."""
    runs = [tuple(values[i : i + length]) for i in range(len(values) - length + 1)]
    return len(set(runs)) / len(runs) if runs else 1.0
