"""How surely judges tell made clips from real ones: the area under the curve, .5 = not at all, 1 = always.

    python -m training.told_apart.measure --real DATA/emopia/clips.csv --made takes/ --out takes.json
    python -m training.told_apart.measure --real real-grid/ --table DATA/emopia/clips.csv --made samples/ --grid --quick
        --out samples.json

Trees judge by figures of the notes, all and by group; a small network judges by the notes themselves. Both hear the first
24 seconds and are asked about songs and seeds that they have not learnt from (five folds). Real clips are those of
the split `val`, whose songs no model has been trained on. Beside it, the floor: the same for real clips of other songs
in the place of made ones.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from training.told_apart.clips import evenly, files_of, hear_all
from training.told_apart.folds import comparisons
from training.told_apart.groups import GROUPS, is_micro, names

DIFFERENT = 24  # figures that are told one by one
MOST = 240


def columns_of(grid):
    """Which figures the trees may see: all, and each group's; on the grid none that reads micro-timing."""
    listed = [(i, group) for i, (group, name) in enumerate(names()) if not (grid and is_micro(group, name))]
    return {"all": [i for i, _ in listed]} | {g: [i for i, group in listed if group == g] for g in GROUPS}


def judge(real, made, columns, options):
    """What each judge says of two lists of clips."""
    from training.told_apart import trees

    both = real + made
    is_made = np.array([False] * len(real) + [True] * len(made))
    groups = np.array([clip.group for clip in both])
    repeats = 1 if options.quick else options.repeats
    figures = np.nan_to_num(np.array([clip.figures for clip in both]))
    found = {"trees": trees.told_apart(figures, is_made, groups, columns, repeats, 200 if options.quick else trees.TREES)}
    if not options.quick:
        from training.told_apart import network

        found["network"] = network.told_apart([clip.notes for clip in both], is_made, groups)
    return found


def differences(real, made, columns):
    """The figures that differ most: their means, and the area under the curve of each alone."""
    listed = names()
    rows = []
    for i in columns["all"]:
        values = [np.array([clip.figures[i] for clip in clips]) for clips in (real, made)]
        score = np.concatenate(values)
        area = comparisons(score, np.arange(len(score)) >= len(real)).mean()
        rows.append((abs(area - 0.5), listed[i], values, area))
    rows.sort(key=lambda row: -row[0])
    return [
        {"group": g, "name": n, "real": round(float(r.mean()), 3), "made": round(float(m.mean()), 3), "auc": round(float(a), 3)}
        for _, (g, n), (r, m), a in rows[:DIFFERENT]
    ]


def of_other_songs(real, options):
    """Real clips of songs that are not among `real`: another split of the table, or else half of the songs."""
    if options.table and options.split != "all":
        files = files_of(options.real, "all", options.table)
        songs = {clip.group for clip in real}
        others, _ = hear_all(evenly(files, 2 * options.most))
        return real, evenly([clip for clip in others if clip.group not in songs], options.most)
    songs = sorted({clip.group for clip in real})
    np.random.default_rng(0).shuffle(songs)
    half = set(songs[::2])
    return [c for c in real if c.group in half], [c for c in real if c.group not in half]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True, help="a folder of real clips, or a clips.csv with midi/ beside it")
    parser.add_argument("--made", type=Path, required=True, help="a folder of made clips")
    parser.add_argument("--table", type=Path, help="a clips.csv that tells the split of the clips in a folder")
    parser.add_argument("--split", default="val", help="real clips of this split alone, or 'all' (val)")
    parser.add_argument("--grid", action="store_true", help="both stand on the grid: leave out what reads micro-timing")
    parser.add_argument("--most", type=int, default=MOST, help="at most so many clips of either side, spread evenly (240)")
    parser.add_argument("--repeats", type=int, default=1, help="times that the trees' folds are dealt anew (1)")
    parser.add_argument("--quick", action="store_true", help="trees alone, fewer, once, and no floor")
    parser.add_argument("--no-floor", action="store_true", help="leave out the floor, which does not depend on what was made")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a JSON file (default: to stdout)")
    options = parser.parse_args()
    if options.real.suffix == ".csv" and not options.table:
        options.table = options.real
    return options


def main():
    options = parse()
    begun = time.monotonic()
    if not options.quick:
        import torch

        torch.set_num_threads(options.threads)
    real, few_real = hear_all(evenly(files_of(options.real, options.split, options.table), options.most))
    made, few_made = hear_all(evenly(files_of(options.made), options.most))
    if min(len(real), len(made)) < 20:
        raise SystemExit(f"{len(real)} real and {len(made)} made clips are too few to judge by: there must be 20 of each")
    columns = columns_of(options.grid)
    found = {"told apart": judge(real, made, columns, options)}
    if not (options.quick or options.no_floor):
        found["floor"] = judge(*of_other_songs(real, options), columns, options)
    found |= {
        "different": differences(real, made, columns),
        "clips": {"real": len(real), "made": len(made)},
        "too few notes": few_real + few_made,
        "seconds": round(time.monotonic() - begun, 1),
    }
    text = json.dumps(found, indent=1)
    if options.out:
        part = options.out.with_suffix(".part")
        part.write_text(text + "\n")
        part.replace(options.out)
        for rung in ("told apart", "floor"):
            for name, figures in found.get(rung, {}).items():
                print(rung, name, json.dumps(figures))
    else:
        print(text)


if __name__ == "__main__":
    main()
