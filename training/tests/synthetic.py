"""A small made-up dataset in the format of `npm run research -- dataset`: scales and chords whose density, loudness and mode follow
a hidden emotion. Enough for a trainer to have something to learn in seconds."""

import json

import numpy as np

from training.muser.features import bar_sets, return_distances


def song_words(rng, bars, lively, bright):
    """One piece: a bass and a few upper notes a beat; lively = denser and louder, bright = major."""
    scale = [0, 2, 4, 5, 7, 9, 11] if bright else [0, 2, 3, 5, 7, 8, 10]
    words = []
    tempo, chord = int(rng.integers(20, 40)), 0
    roots = rng.choice([0, 3, 4, 5], 4)
    for bar in range(bars):
        words.append([0, 0, 1, 2, 0, 0, 0])
        for beat in range(4):
            root = scale[roots[bar % 4]]
            wanted = 3 + root * 11 + (0 if bright else 1)
            first = bar == 0 and beat == 0
            words.append([tempo if first else 1, wanted if wanted != chord else 1, 2 + 4 * beat, 2, 0, 0, 0])
            chord = wanted
            notes = {int(12 * 2 + 3 + root)} if beat % 2 == 0 else set()
            for _ in range(rng.integers(2, 5) if lively else rng.integers(0, 2)):
                notes.add(int(12 * 3 + 3 + scale[rng.integers(7)]))
            for pitch in sorted(notes):
                words.append([0, 0, 0, 3, pitch, int(rng.integers(2, 9)), int((28 if lively else 12) + rng.integers(0, 5))])
            if lively:
                words.append([1, 1, 2 + 4 * beat + 2, 2, 0, 0, 0])
                words.append([0, 0, 0, 3, int(12 * 4 + 3 + scale[rng.integers(7)]), 3, 30])
    return np.array(words, np.uint8)


def write(folder, source="pop1k7", songs=8, bars=24, seed=0):
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    entries, labels, parts, start = [], {}, [], 0
    for i in range(songs):
        lively, bright = bool(i & 1), bool(i & 2)
        words = song_words(rng, bars, lively, bright)
        sets, _ = bar_sets(words)
        entries.append({
            "id": f"s{i}", "song": f"s{i}", "split": "val" if i >= songs - 2 else "train", "start": start, "length": len(words),
            "barBeats": [4] * bars, "form": return_distances(sets), "key": {"tonic": 0, "mode": "major" if bright else "minor"},
            "secondsPerBar": [2.0] * bars, "startSeconds": 0.0,
            **({"quadrant": {(1, 1): 1, (0, 1): 2, (0, 0): 3, (1, 0): 4}[bright, lively]} if source == "emopia" else {}),
        })  # fmt: skip
        labels[f"s{i}"] = {"times": [0, 2.0 * bars], "valence": [bright * 2 - 1] * 2, "arousal": [lively * 2 - 1] * 2}
        parts.append(words)
        start += len(words)
    np.concatenate(parts).tofile(folder / f"{source}.words.bin")
    (folder / f"{source}.json").write_text(json.dumps({"songs": entries}))
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels" / f"{source}.json").write_text(json.dumps(labels))
    return folder
