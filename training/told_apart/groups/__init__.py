"""Seven groups of figures of a clip, each a module with `figures(clip)` and the names in MICRO that read micro-timing."""

import numpy as np

from training.told_apart.clip import Clip
from training.told_apart.groups import dynamics, harmony, line, rhythm, structure, surface, texture

GROUPS = {
    "dynamics": dynamics,
    "harmony": harmony,
    "line": line,
    "rhythm": rhythm,
    "structure": structure,
    "surface": surface,
    "texture": texture,
}


def figures(clip):
    """{(group, name): value}."""
    return {(group, name): v for group, module in GROUPS.items() for name, v in module.figures(clip).items()}


def is_micro(group, name):
    return name in GROUPS[group].MICRO


def names():
    """(group, name) of each figure, in order."""
    scale = np.array([(i / 4, 48 + 7 * i % 24, 64 + i % 5, i / 4 + 0.2) for i in range(24)])
    return list(figures(Clip(scale)))
