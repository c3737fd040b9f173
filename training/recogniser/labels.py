"""Valence and arousal over the course of every Pop1k7 song and EMOPIA clip, for conditioning the generator's training."""

import json

import numpy as np

from training.recogniser.data import load_table

FLOOR = 0.15  # the least that a labelled quadrant counts for, where the recogniser doubts it


def write_labels(features, out, opinion, emopia):
    """`opinion(rows, fold)` -> (N, 2) values; fold -1 asks the whole ensemble."""
    out.mkdir(parents=True, exist_ok=True)
    about, rows = load_table(features, "pop1k7")
    songs = {song["id"]: _course(song, rows, lambda r: opinion(r, -1)) for song in about["songs"]}
    _write(out / "pop1k7.json", songs)
    clips = {}
    for clip, fold, sign in zip(emopia.clips, emopia.fold, emopia.sign):
        side = np.where(sign > 0.5, 1, -1)
        signed = lambda r: side * np.maximum(FLOOR, side * opinion(r, int(fold)))
        clips[clip["id"]] = {"quadrant": clip["quadrant"], **_course(clip, emopia.rows, signed)}
    _write(out / "emopia.json", clips)


def _course(item, rows, opinion):
    windows = item["windows"]
    first, count = windows["first"], len(windows["times"])
    chosen = np.concatenate([rows[item["first"] : item["first"] + 1], rows[first : first + count]])
    v = np.round(opinion(chosen), 4)
    return {
        "windowSeconds": windows["windowSeconds"],
        "hopSeconds": windows["hopSeconds"],
        "times": windows["times"],
        "valence": v[1:, 0].tolist(),
        "arousal": v[1:, 1].tolist(),
        "whole": {"valence": float(v[0, 0]), "arousal": float(v[0, 1])},
    }


def _write(path, labels):
    part = path.with_suffix(".part")
    part.write_text(json.dumps(labels))
    part.replace(path)
