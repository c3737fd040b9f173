"""What the judge hears in files and in clips."""

import json
import re
from pathlib import Path

import numpy as np

from training.judge.members import FEWEST_NOTES, accuracy, opinion, sides
from training.judge.notes import read_notes


def judge_folder(folder, members, seconds=None):
    """Accuracy over a folder's clips, all and by quadrant; only their first `seconds` if given."""
    logits, signs, quadrants, skipped = [], [], [], []
    for path in sorted(Path(folder).rglob("*.mid")):
        named = re.search(r"Q[1-4]", path.name) or re.search(r"Q[1-4]", str(path.relative_to(folder)))
        notes = read_notes(path)
        if seconds and len(notes):
            notes = notes[notes[:, 0] < notes[0, 0] + seconds]
        if not named or len(notes) < FEWEST_NOTES:
            skipped.append(path.name)
            continue
        logits.append(opinion(members, notes))
        signs.append(sides(named.group()))
        quadrants.append(named.group())
    if not logits:
        raise SystemExit(f"{folder}: no .mid file of {FEWEST_NOTES} notes or more with Q1, Q2, Q3 or Q4 in its name")
    found = accuracy(logits, signs)
    of = lambda q: [i for i, quadrant in enumerate(quadrants) if quadrant == q]
    found["by quadrant"] = {
        q: accuracy([logits[i] for i in of(q)], [signs[i] for i in of(q)]) for q in sorted(set(quadrants))
    }
    return found | {"skipped": skipped}


def hear_clips(file, members):
    """What is heard in each clip of a JSON file {"clips": [[[onset, pitch, velocity, seconds], ...], ...]}: valence and arousal in
    -1..1 (twice the chance of the positive side, less one), or null for clips of too few notes."""
    heard = []
    for clip in json.loads(Path(file).read_text())["clips"]:
        notes = np.array(sorted(map(tuple, clip)), np.float32).reshape(-1, 4)
        logits = opinion(members, notes) if len(notes) >= FEWEST_NOTES else None
        heard.append(None if logits is None else [round(float(v), 4) for v in np.tanh(logits / 2)])
    return {"heard": heard}
