"""Songs as arrays. `<source>.npz` holds the words of a source and what is known of each song; the rest follows from the words.

    python -m training.generator.songs --pieces DIR --out DATA      pieces as `research pieces` writes them -> DATA/<source>.npz
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.generator.beats import beat_entries
from training.generator.returns import bar_returns, references
from training.generator.words import BAR, BAR_BEAT, SOURCES, piece_words, words_features

FLOOR = 0.15  # the least that a labelled quadrant counts for, where the recogniser doubts it
LEAST_BARS = 2


@dataclass
class Song:
    id: str
    source: str
    split: str
    mode: int  # 1 major, 2 minor
    words: np.ndarray  # (n, 8)
    features: np.ndarray  # (n, F), after each word
    beat: np.ndarray  # (n,) of each word
    bar: np.ndarray
    step: np.ndarray  # (n,) sixteenths from the start
    bar_starts: np.ndarray  # (bars,) index of each Bar word
    beat_bar: np.ndarray  # (beats,)
    bar_place: np.ndarray  # (beats,) place in the bar, 0..3
    entries: np.ndarray  # (beats, ENTRIES)
    attributes: np.ndarray
    carried: np.ndarray
    emotion: np.ndarray  # (bars, 2)
    returns: np.ndarray  # (bars,), returns.py
    references: np.ndarray  # (n, REFERENCE): what the step of each word is told
    first_beat: np.ndarray  # (bars,) index of each bar's first beat


def bar_emotion(piece):
    """(bars, 2) of what the recogniser hears; a labelled quadrant has the last word on the sides."""
    heard = np.stack([piece["v"], piece["a"]], 1).astype(np.float32)
    if piece["q"]:
        side = np.array([1 if piece["q"] in (1, 4) else -1, 1 if piece["q"] in (1, 2) else -1], np.float32)
        heard = side * np.maximum(FLOOR, side * heard)
    return heard


def make_song(id, source, split, mode, words, emotion):
    """`words` (n, 8) and `emotion` (bars, 2) of a whole song."""
    bar_starts = np.flatnonzero(words[:, BAR_BEAT] == BAR)
    bars = len(bar_starts)
    ending = np.zeros(bars, np.uint8)
    if source != "emopia":  # whole songs end; a clip is cut
        last = min(4, bars)
        ending[bars - last :] = np.arange(last, 0, -1)
    features, beat, bar, step = words_features(words, ending, mode)
    entries, attributes, carried = beat_entries(words, features, beat)
    beat_bar = np.zeros(len(entries), np.int32)
    beat_bar[beat] = bar
    place = np.arange(len(entries)) - np.searchsorted(beat_bar, beat_bar)
    returns = bar_returns(words, bar_starts)
    return Song(id, source, split, mode, words, features, beat, bar, step, bar_starts, beat_bar, place,
                entries, attributes, carried, emotion.astype(np.float32), returns,
                references(words, returns, bar_starts), np.searchsorted(beat_bar, np.arange(bars)))  # fmt: skip


def song_of_piece(piece, source):
    """A piece with a voice a note (`piece["voices"]`)."""
    mode = 1 if piece["key"]["mode"] == "major" else 2
    return make_song(piece["id"], source, piece["split"], mode, piece_words(piece, piece["voices"]), bar_emotion(piece))


def write_source(pieces, source, out):
    """JSON lines of pieces -> <out>/<source>.npz, whole or not at all."""
    words, emotions, about = [], [], []
    with open(pieces) as lines:
        for piece in map(json.loads, lines):
            if len(piece["barBeats"]) < LEAST_BARS or not piece["notes"]:
                continue
            part = piece_words(piece, piece["voices"])
            words.append(part)
            emotions.append(bar_emotion(piece).astype(np.float16))
            about.append([piece["id"], piece["split"], 1 if piece["key"]["mode"] == "major" else 2, len(part), len(emotions[-1])])
    path = Path(out, f"{source}.npz")
    part = path.with_name(f"{source}.part.npz")
    np.savez_compressed(part, words=np.concatenate(words), emotion=np.concatenate(emotions), about=json.dumps(about))
    part.replace(path)
    return len(about), sum(len(w) for w in words)


def make_all(arguments):
    return [make_song(*each) for each in arguments]


def load_songs(folder, sources=SOURCES, workers=1):
    """All songs of the sources that `folder` holds, in its order."""
    jobs = []
    for source in sources:
        path = Path(folder, f"{source}.npz")
        if not path.exists():
            continue
        with np.load(path) as held:
            words, emotion, about = held["words"], held["emotion"], json.loads(str(held["about"]))
        word = bar = 0
        for id, split, mode, n, bars in about:
            jobs.append((id, source, split, mode, words[word : word + n], emotion[bar : bar + bars]))
            word, bar = word + n, bar + bars
    if not jobs:
        raise SystemExit(f"{folder}: no <source>.npz of {', '.join(sources)}; make them with python -m training.generator.songs")
    if workers < 2:
        return make_all(jobs)
    with ProcessPoolExecutor(workers) as pool:
        parts = pool.map(make_all, [jobs[i : i + 64] for i in range(0, len(jobs), 64)])
        return [song for part in parts for song in part]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        if Path(args.pieces, f"{source}.jsonl").exists():
            songs, words = write_source(Path(args.pieces, f"{source}.jsonl"), source, args.out)
            print(f"{source}: {songs} songs, {words} words")


if __name__ == "__main__":
    main()
