"""The second judge: what it reads, what its network sees, and that the songs of a fold stay together."""

import json
import tempfile
import unittest
from pathlib import Path

import mido
import numpy as np
import torch

from training.judge.hearing import hear_clips
from training.judge.members import FEWEST_NOTES, FOLDS, accuracy, load_members, opinion, sides
from training.judge.network import CONTEXT, STEPS, Judge, context
from training.judge.notes import HOP, WINDOW, batch, read_notes, varied, windows
from training.judge.training import folds_of, train_member

TRIAD = [(0.0, 60, 80, 1.0), (0.0, 64, 80, 1.0), (0.0, 67, 80, 1.0), (1.0, 72, 90, 0.5)]


def notes_of(rows):
    return np.array(rows, np.float32).reshape(-1, 4)


def playing(random, lively, count=48):
    """Notes of a major scale: loud and quick, or soft and slow."""
    gap, touch = (0.12, 100) if lively else (0.8, 40)
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    rows = [(i * gap, 55 + scale[random.integers(7)] + 12 * random.integers(2), touch + random.integers(6), gap) for i in range(count)]
    return notes_of(rows)


class Reading(unittest.TestCase):
    def test_notes_in_seconds_without_pedal(self):
        song, track = mido.MidiFile(ticks_per_beat=100), mido.MidiTrack()
        song.tracks.append(track)
        events = [
            mido.MetaMessage("set_tempo", tempo=500_000, time=0),
            mido.Message("control_change", control=64, value=127, time=0),
            mido.Message("note_on", note=67, velocity=70, time=0),
            mido.Message("note_on", note=60, velocity=50, time=0),
            mido.Message("note_off", note=60, velocity=0, time=100),
            mido.Message("note_on", note=67, velocity=90, time=0),  # struck again while it is held
            mido.Message("note_on", note=67, velocity=0, time=200),
        ]
        track.extend(events)
        with tempfile.TemporaryDirectory() as folder:
            song.save(Path(folder, "a.mid"))
            found = read_notes(Path(folder, "a.mid"))
        np.testing.assert_allclose(found, [(0, 60, 50, 0.5), (0, 67, 70, 0.5), (0.5, 67, 90, 1.0)], atol=1e-6)

    def test_windows_cover_every_note(self):
        notes = notes_of([(i / 4, 60, 64, 0.2) for i in range(WINDOW + HOP + 10)])
        parts = windows(notes)
        self.assertTrue(all(len(part) == WINDOW for part in parts))
        self.assertEqual(set(np.concatenate(parts)[:, 0]), set(notes[:, 0]))
        self.assertEqual(len(windows(notes[:50])), 1)

    def test_variation_keeps_a_stretch_in_order_and_in_range(self):
        random = np.random.default_rng(0)
        for _ in range(20):
            made = varied(playing(random, True, 200), random)
            self.assertLessEqual(len(made), WINDOW)
            self.assertTrue((np.diff(np.round(made[:, 0], 2)) >= 0).all())
            self.assertTrue(((made[:, 2] >= 0) & (made[:, 2] <= 127)).all())


class Network(unittest.TestCase):
    def test_what_a_note_sees_of_its_chord(self):
        seen = context(*batch([notes_of(TRIAD)]))[0]
        self.assertEqual(seen.shape, (4, CONTEXT))
        held = seen[0, :12]  # pitch classes held with the first note, counted from its own: root, third, fifth
        self.assertEqual(held.nonzero()[:, 0].tolist(), [0, 4, 7])
        above_bass = seen[:, 60:72].argmax(1).tolist()
        self.assertEqual(above_bass[:3], [0, 4, 7])
        step = seen[:, 72 : 72 + 2 * STEPS + 1].argmax(1) - STEPS
        self.assertEqual(step.tolist(), [0, 4, 3, 5])

    def test_transposing_changes_the_register_alone(self):
        notes = notes_of(TRIAD)
        higher = notes + np.array([0, 5, 0, 0], np.float32)
        gap = (context(*batch([higher])) - context(*batch([notes]))).abs()[0]
        changed = (gap > 1e-5).any(0).nonzero()[:, 0].tolist()
        self.assertEqual(changed, [72 + 2 * STEPS + 1 + 6])  # (pitch - 62) / 14

    def test_padding_is_not_heard(self):
        torch.manual_seed(0)
        judge = Judge().eval()
        short, long = notes_of(TRIAD * 3), playing(np.random.default_rng(1), True)
        with torch.no_grad():
            alone, beside = judge(*batch([short]))[0], judge(*batch([short, long]))[0]
        np.testing.assert_allclose(alone.numpy(), beside.numpy(), atol=1e-5)


class Training(unittest.TestCase):
    def test_a_song_lies_in_one_fold(self):
        rows = [{"song": f"s{i // 3}", "split": "val" if i // 3 % 5 == 0 else "train"} for i in range(90)]
        folds = folds_of(rows)
        by_song = {}
        for row, fold in zip(rows, folds, strict=True):
            by_song.setdefault(row["song"], set()).add(int(fold))
            self.assertEqual(fold == -1, row["split"] == "val")
        self.assertTrue(all(len(found) == 1 for found in by_song.values()))
        self.assertEqual({fold for found in by_song.values() for fold in found}, {-1, *range(FOLDS)})

    def test_a_member_learns_from_other_folds_than_its_own(self):
        random = np.random.default_rng(2)

        class Made:
            lively = np.arange(40) % 2 == 0
            signs = np.stack([np.arange(40) % 4 < 2, lively], 1)
            fold = np.arange(40) // 4 % FOLDS
            notes = [playing(random, lively) for lively in lively]
            drawn = set()

            def of_quadrants(self, chosen):
                kind = 2 * self.signs[:, 0] + self.signs[:, 1]
                pools = [np.flatnonzero(chosen & (kind == k)) for k in range(4)]
                self.drawn |= {int(i) for pool in pools for i in pool}
                return pools

        clips = Made()
        member = train_member(clips, left_out=1, steps=25, seed=0, a_quadrant=2)
        self.assertTrue(all(clips.fold[i] != 1 for i in clips.drawn))
        held = np.flatnonzero(clips.fold == 1)
        found = accuracy([opinion([member], clips.notes[i]) for i in held], clips.signs[held])
        self.assertGreaterEqual(found["arousal"], 0.9)


class Shipped(unittest.TestCase):
    def test_quadrants_and_shares(self):
        self.assertEqual([sides(q) for q in ("Q1", "Q2", "Q3", "Q4")], [(True, True), (False, True), (False, False), (True, False)])
        found = accuracy([(1, 1), (-1, 1), (1, -1)], [(True, True), (True, True), (True, False)])
        self.assertEqual((found["4Q"], found["arousal"], found["valence"]), (0.667, 1.0, 0.667))

    def test_hears_clips_of_a_file(self):
        random = np.random.default_rng(3)
        clips = [playing(random, True), playing(random, False), playing(random, True, FEWEST_NOTES - 1)]
        clips.append(clips[0][::-1])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "clips.json")
            file.write_text(json.dumps({"clips": [clip.tolist() for clip in clips]}))
            lively, slow, short, backwards = hear_clips(file, load_members())["heard"]
        self.assertGreater(lively[1], 0.5)
        self.assertLess(slow[1], -0.5)
        self.assertIsNone(short)
        self.assertEqual(backwards, lively)


if __name__ == "__main__":
    unittest.main()
