"""The chooser: what it reads of bars, that it never looks ahead, that songs stay together, and that it learns to tell."""

import tempfile
import unittest
from pathlib import Path

import mido
import numpy as np
import torch

from training.chooser.bars import BACK, FEATURES, LIKENESS, LOUDNESS, ONSETS, STEPS, STRUCK, likeness_of, read_grid, rows_of
from training.chooser.clips import Written, batch, read_clip, varied
from training.chooser.judging import MEMBERS, load, save, scores
from training.chooser.network import Chooser
from training.chooser.pick import pick
from training.chooser.train import thirds, train

torch.set_num_threads(1)


def written(random, returns, name="seed1", bars=8):
    """Bars of a few notes; `returns` brings each bar back after two."""
    parts = []
    for bar in range(bars):
        if returns and bar >= 2:
            part = parts[bar - 2] + [STEPS, 0, 0, 0]
            part[:, 0] += STEPS
        else:
            steps = np.sort(random.choice(STEPS, 6, replace=False)) + bar * STEPS
            part = np.column_stack([steps, random.integers(48, 84, 6), np.full(6, 2), random.integers(50, 90, 6)]).astype(float)
        parts.append(part)
    notes = np.concatenate(parts)
    return Written(name, name, rows_of(notes, 0, bars), likeness_of(notes, bars))


def saved(path, notes, key="C"):
    song, track = mido.MidiFile(ticks_per_beat=480), mido.MidiTrack()
    song.tracks.append(track)
    track.append(mido.MetaMessage("key_signature", key=key, time=0))
    events = sorted(
        event
        for step, pitch, length, velocity in notes
        for event in ((round(step * 120), 1, int(pitch), int(velocity)), (round((step + length) * 120), 0, int(pitch), 0))
    )
    now = 0
    for tick, _, pitch, velocity in events:
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    song.save(path)


class Reading(unittest.TestCase):
    def test_notes_and_tonic_of_a_file_micro_timing_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.mid")
            saved(path, [(0, 57, 4, 70), (4.2, 60, 2, 80), (7.9, 64, 0.5, 90)], "Am")
            notes, tonic = read_grid(path)
        self.assertEqual(tonic, 9)
        np.testing.assert_allclose(notes, [(0, 57, 4, 70), (4, 60, 2, 80), (8, 64, 0.5, 90)], atol=0.01)

    def test_rows_count_pitch_classes_from_the_tonic(self):
        rows = rows_of(np.array([(0, 57, 2, 64), (0, 64, 1, 96), (2, 69, 1, 64)], float), 9, 1)
        self.assertEqual(rows.shape, (STEPS, FEATURES))
        self.assertEqual(rows[0, :ONSETS].nonzero()[0].tolist(), [0, 7])
        self.assertEqual(rows[1, ONSETS : 2 * ONSETS].nonzero()[0].tolist(), [0])
        self.assertEqual(rows[:, STRUCK].nonzero()[0].tolist(), [0, 2])
        self.assertEqual(rows[0, LOUDNESS], 0.5)
        other_key = rows_of(np.array([(0, 60, 2, 64), (0, 67, 1, 96), (2, 72, 1, 64)], float), 0, 1)
        np.testing.assert_array_equal(rows[:, :ONSETS], other_key[:, :ONSETS])

    def test_a_bar_that_returns_is_alike(self):
        found = written(np.random.default_rng(0), True).likeness
        self.assertEqual(found.shape, (8, LIKENESS))
        two = 3 * BACK.index(2)
        np.testing.assert_array_equal(found[2:, two : two + 2], 1)
        self.assertTrue((found[:2, two:] == 0).all())

    def test_variation_keeps_what_is_written(self):
        random = np.random.default_rng(1)
        clip = written(random, False, bars=16)
        for _ in range(10):
            rows, likeness = varied(clip, random)
            self.assertEqual(len(rows), STEPS * len(likeness))
            self.assertTrue((likeness[: BACK[0], :3] == 0).all())
            silent = rows[:, STRUCK] == 0
            self.assertTrue((rows[silent, LOUDNESS] == 0).all())


class Network(unittest.TestCase):
    def test_what_was_said_does_not_change_when_more_is_written(self):
        clip = written(np.random.default_rng(2), False)
        chooser = Chooser().eval()
        whole = chooser(torch.tensor(clip.rows)[None], torch.tensor(clip.likeness)[None])
        first = chooser(torch.tensor(clip.rows[: 4 * STEPS])[None], torch.tensor(clip.likeness[:4])[None])
        torch.testing.assert_close(whole[:, :4], first)

    def test_padding_at_the_end_says_nothing(self):
        random = np.random.default_rng(3)
        long, short = written(random, False, bars=8), written(random, False, bars=5)
        rows, likeness, mask = batch([(long.rows, long.likeness), (short.rows, short.likeness)])
        self.assertEqual(mask.sum(1).tolist(), [8, 5])
        chooser = Chooser().eval()
        together = chooser(torch.tensor(rows), torch.tensor(likeness))[1, :5]
        alone = chooser(torch.tensor(short.rows)[None], torch.tensor(short.likeness)[None])[0]
        torch.testing.assert_close(together, alone)


class Learning(unittest.TestCase):
    def test_a_song_is_kept_from_one_member(self):
        groups = [f"song {i % 12}" for i in range(60)]
        parts = thirds(groups)
        for group in set(groups):
            self.assertEqual(len({p for p, g in zip(parts, groups) if g == group}), 1)
        self.assertEqual(set(parts), set(range(MEMBERS)))

    def test_it_learns_what_returns_and_picks_it(self):
        random = np.random.default_rng(4)
        real = [written(random, True, f"song {i}") for i in range(120)]
        made = [written(random, False, f"seed {i}") for i in range(120)]
        members, figures = train(real, made, steps=80, tell=lambda line: None)
        self.assertGreater(figures["auc"], 0.9)
        with tempfile.TemporaryDirectory() as folder:
            save(members, Path(folder, "chooser"), {})
            again = load(Path(folder, "chooser"))
            np.testing.assert_allclose(scores(again, real[:3]), scores(members, real[:3]), atol=0.05)
            self.assertLess(Path(folder, "chooser", "weights.safetensors").stat().st_size, 400_000)
            files = []
            for i, returning in enumerate([False, False, True, False]):
                path = Path(folder, f"{i}.mid")
                notes = np.random.default_rng(i)
                parts = [np.column_stack([np.arange(0, 16, 3), notes.integers(48, 84, 6), np.full(6, 2), np.full(6, 70)]) for _ in range(8)]
                order = [b % 2 if returning else b for b in range(8)]
                saved(path, [tuple(n + [16 * bar, 0, 0, 0]) for bar, b in enumerate(order) for n in parts[b]])
                files.append(path)
            self.assertIsNotNone(read_clip(files[0]))
            self.assertEqual(pick(again, files, 4), [files[2]])


if __name__ == "__main__":
    unittest.main()
