"""Told apart: notes as they sound, folds that keep songs together, and judges that find what is there and nothing else."""

import csv
import tempfile
import unittest
from pathlib import Path

import mido
import numpy as np
import torch

from training.told_apart import network, trees
from training.told_apart.__main__ import columns_of
from training.told_apart.clip import SECONDS, Clip, read_notes
from training.told_apart.clips import files_of, group_of
from training.told_apart.folds import FOLDS, Curve, folds_of
from training.told_apart.groups import GROUPS, figures, is_micro, names

torch.set_num_threads(1)


def piece(random, grid=True, count=120, minor=False):
    """Three-note chords and a tune over them: onset, pitch, velocity, end."""
    scale = np.array([0, 2, 3, 5, 7, 8, 10] if minor else [0, 2, 4, 5, 7, 9, 11])
    rows = []
    for i in range(count // 4):
        root = random.integers(7)
        late = random.normal(0, 0 if grid else 0.01, 4)
        for j, degree in enumerate((root, root + 2, root + 4)):
            rows.append((i * 0.47 + abs(late[j]), 48 + scale[degree % 7] + 12 * (degree // 7), 60 + random.integers(8), i * 0.47 + 0.45))
        rows.append((i * 0.47 + abs(late[3]), 72 + scale[random.integers(7)], 70 + random.integers(8), i * 0.47 + 0.4))
    return np.array(sorted(rows), float)


def saved(folder, name, messages):
    song, track = mido.MidiFile(ticks_per_beat=100), mido.MidiTrack()
    song.tracks.append(track)
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000, time=0))  # a hundredth of a second a tick
    track.extend(messages)
    path = Path(folder, name)
    song.save(path)
    return path


def on(note, velocity, time=0):
    return mido.Message("note_on", note=note, velocity=velocity, time=time)


def pedal(value, time=0):
    return mido.Message("control_change", control=64, value=value, time=time)


class Reading(unittest.TestCase):
    def read(self, *messages):
        with tempfile.TemporaryDirectory() as folder:
            return read_notes(saved(folder, "a.mid", messages))

    def test_time_starts_with_the_first_note(self):
        found = self.read(on(60, 50, 300), on(60, 0, 100))
        np.testing.assert_allclose(found, [(0, 60, 50, 1)])

    def test_the_pedal_lets_notes_sound_until_it_is_lifted(self):
        found = self.read(pedal(127), on(60, 50), on(60, 0, 50), on(64, 50, 50), pedal(0, 100), on(64, 0, 100))
        np.testing.assert_allclose(found, [(0, 60, 50, 2), (1, 64, 50, 3)])

    def test_a_key_struck_again_under_the_pedal_ends_its_first_sound(self):
        found = self.read(pedal(127), on(60, 50), on(60, 0, 50), on(60, 70, 50), on(60, 0, 50), pedal(0, 50))
        np.testing.assert_allclose(found, [(0, 60, 50, 1), (1, 60, 70, 2)])

    def test_the_first_seconds_alone(self):
        late = int(SECONDS * 100) + 100
        found = self.read(on(48, 50), on(60, 50, 100), on(60, 0, 100), on(72, 50, late - 200), on(48, 0, 100), on(72, 0, 1))
        np.testing.assert_allclose(found, [(0, 48, 50, SECONDS), (1, 60, 50, 2)])

    def test_no_notes(self):
        self.assertEqual(self.read(pedal(127)).shape, (0, 4))


class Views(unittest.TestCase):
    def test_a_tune_is_what_no_higher_note_sounds_over(self):
        notes = [(0, 48, 60, 2), (0, 72, 60, 0.9), (0.5, 60, 60, 0.9), (0.8, 74, 60, 1.5)]
        clip = Clip(np.array(notes, float))
        self.assertEqual(clip.pitch[clip.top_line].tolist(), [72, 74])
        self.assertEqual(clip.pitch[clip.bass_line].tolist(), [48])

    def test_every_figure_is_a_number_for_any_few_notes(self):
        random = np.random.default_rng(0)
        for count in (16, 17, 40):
            onsets = np.sort(random.choice([0, 0, 1, 2, 23], count) + random.random(count) * 0.2)
            notes = np.column_stack([onsets, random.integers(21, 109, count), random.integers(1, 128, count), onsets + 0.1])
            values = figures(Clip(notes))
            self.assertEqual(list(values), names())
            self.assertTrue(np.isfinite(list(values.values())).all())
        one = np.array([(i / 8, 60, 64, i / 8 + 0.1) for i in range(16)], float)
        self.assertTrue(np.isfinite(list(figures(Clip(one)).values())).all())

    def test_what_reads_no_micro_timing_is_the_same_on_the_grid(self):
        """Chords whose notes lie a little apart give the same figures but for the marked ones, nearly."""
        exact = figures(Clip(piece(np.random.default_rng(1))))
        loose = piece(np.random.default_rng(1))
        loose[:, 0] += np.random.default_rng(2).uniform(0, 0.008, len(loose))
        loose = figures(Clip(loose[np.argsort(loose[:, 0])]))
        for (group, name), value in exact.items():
            if not is_micro(group, name):
                self.assertAlmostEqual(loose[group, name], value, delta=0.05 + 0.1 * abs(value), msg=f"{group}: {name}")

    def test_a_figure_that_comes_back_is_seen(self):
        random = np.random.default_rng(3)
        once = piece(random, count=80)
        again = piece(random, count=40)
        twice = np.concatenate([again, again + [5, 0, 0, 5]])
        found = [figures(Clip(notes))["structure", "same notes, 3 to 7 s"] for notes in (once, twice)]
        self.assertGreater(found[1], found[0] + 0.3)


class Folds(unittest.TestCase):
    def test_groups_of_names(self):
        self.assertEqual(group_of("Q1_0vLPYiPN7qY_3"), "song 0vLPYiPN7qY")
        self.assertEqual(group_of("Q3_a_b_c_0"), "song a_b_c")
        self.assertEqual(group_of("q2-seed120"), "seed 120")
        self.assertNotEqual(group_of("left"), group_of("right"))

    def test_a_song_is_in_one_fold_real_or_made_and_every_fold_has_both(self):
        groups = np.array([f"song {i % 30}" for i in range(90)] + [f"seed {i % 20}" for i in range(60)] + ["song 3", "song 4"])
        made = np.arange(len(groups)) >= 90
        for seed in range(5):
            fold = folds_of(groups, made, seed)
            for group in set(groups):
                self.assertEqual(len(set(fold[groups == group])), 1)
            for f in range(FOLDS):
                self.assertEqual(set(made[fold == f]), {False, True})

    def test_area_under_the_curve(self):
        curve = Curve(["a", "b", "c", "d"], [True, True, False, False])
        curve.add(np.arange(4), np.array([0.9, 0.4, 0.4, 0.1]))
        self.assertEqual(curve.area(), 3.5 / 4)
        self.assertEqual(curve.area(np.array([1, 0, 1, 1.0])), 1)

    def test_an_error_grows_with_what_few_songs_decide(self):
        random = np.random.default_rng(0)
        scores, made = random.random(400), np.arange(400) < 200

        def error(groups):
            curve = Curve(groups, made)
            curve.add(np.arange(400), scores)
            return curve.error()

        many = error([str(i) for i in range(400)])
        self.assertAlmostEqual(many, 0.029, delta=0.012)
        curve = Curve([str(i // 40) for i in range(400)], made)
        curve.add(np.arange(400), scores + np.repeat(random.normal(size=10), 40))
        self.assertGreater(curve.error(), 2 * many)


class Judging(unittest.TestCase):
    made = np.arange(80) >= 40
    groups = np.array([f"{i // 2}" for i in range(80)])

    def rows(self, shift):
        rows = np.random.default_rng(0).normal(size=(80, 6))
        rows[self.made, 0] += shift
        return rows

    def test_trees_find_nothing_where_nothing_is(self):
        found = trees.told_apart(self.rows(0), self.made, self.groups, {"all": range(6)}, repeats=2, trees=60)
        self.assertLess(abs(found["all"]["auc"] - 0.5), 0.2)

    def test_trees_find_a_shift_in_its_group_alone(self):
        columns = {"all": list(range(6)), "shifted": [0, 1], "others": [3, 4, 5]}
        found = trees.told_apart(self.rows(5), self.made, self.groups, columns, trees=60)
        self.assertGreater(found["all"]["auc"], 0.9)
        self.assertGreater(found["shifted"]["auc"], 0.95)
        self.assertLess(abs(found["others"]["auc"] - 0.5), 0.25)

    def test_trees_do_not_profit_from_knowing_a_song(self):
        """Rows that only tell their song, songs being real or made by chance: known songs would be judged rightly."""
        songs = np.repeat(np.random.default_rng(4).normal(size=(40, 6)), 2, 0)
        found = trees.told_apart(songs, self.made, self.groups, {"all": range(6)}, repeats=2, trees=60)
        self.assertLess(found["all"]["auc"], 0.75)

    def test_network_finds_another_mode_and_nothing_in_the_grid(self):
        random = np.random.default_rng(5)
        played = [piece(random, grid=False) for _ in range(40)]
        written = [piece(random) for _ in range(40)]
        minor = [piece(random, minor=True) for _ in range(40)]
        apart = lambda made: network.told_apart(played + made, self.made, self.groups, steps=90)["auc"]
        self.assertGreater(apart([m + [0, 0, 12, 0] for m in minor]), 0.9)
        self.assertLess(apart(written), 0.8)

    def test_columns_on_the_grid(self):
        free, grid = columns_of(False), columns_of(True)
        self.assertEqual(set(free), {"all", *GROUPS})
        micro = {i for i, (group, name) in enumerate(names()) if is_micro(group, name)}
        self.assertTrue(micro)
        self.assertEqual(set(free["all"]) - set(grid["all"]), micro)
        self.assertEqual(sorted(sum((grid[g] for g in GROUPS), [])), grid["all"])


class Places(unittest.TestCase):
    def test_a_table_tells_which_clips(self):
        with tempfile.TemporaryDirectory() as folder:
            midi = Path(folder, "midi")
            midi.mkdir()
            for name in ("Q1_a_0", "Q1_b_0"):
                saved(midi, f"{name}.mid", [on(60, 50)])
            table = Path(folder, "clips.csv")
            with open(table, "w", newline="") as file:
                csv.writer(file).writerows([("clip", "split"), ("Q1_a_0", "train"), ("Q1_b_0", "val")])
            stems = lambda *asked: [path.stem for path in files_of(*asked)]
            self.assertEqual(stems(table, "val"), ["Q1_b_0"])
            self.assertEqual(stems(midi, "train", table), ["Q1_a_0"])
            self.assertEqual(stems(table, "all"), ["Q1_a_0", "Q1_b_0"])
            self.assertEqual(stems(midi), ["Q1_a_0", "Q1_b_0"])
            with self.assertRaises(SystemExit):
                files_of(Path(folder, "nothing"))


if __name__ == "__main__":
    unittest.main()
