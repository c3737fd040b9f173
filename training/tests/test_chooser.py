"""The chooser: what it reads of bars, that it never looks ahead, that songs stay together, and that it learns to tell."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from training.chooser.bars import (
    BACK,
    FEATURES,
    LENGTHS,
    LIKENESS,
    LOUDNESS,
    REACH,
    SHAPE_END,
    STEPS,
    STRUCK,
    bars_of,
    notes_of,
    rows_of,
)
from training.chooser.candidates import read_candidates, write_candidates
from training.chooser.clips import batch, read_words, varied
from training.chooser.judging import MEMBERS, load, save, scorer, scores
from training.chooser.network import Chooser
from training.chooser.train import thirds, train

torch.set_num_threads(1)
BAR_WORD = [0, 0, 1, 2, 0, 0, 0, 0]


def metrical(place):
    return [1, 1, 2 + place, 2, 0, 0, 0, 0]


def note(voice, pitch, duration=8, velocity=21, timing=25):
    return [0, 0, 0, 3 + voice, pitch - 21, duration, velocity, timing]


def music(random, returns, bars=8):
    """Words of bars of a few notes; `returns` brings each bar back after two."""
    parts = []
    for bar in range(bars):
        if returns and bar >= 2:
            parts.append(parts[bar - 2])
            continue
        words = [BAR_WORD]
        for place in sorted(random.choice(STEPS, 6, replace=False)):
            words += [metrical(place), note(0, int(random.integers(60, 84)), velocity=int(random.integers(15, 30)))]
        parts.append(words)
    return np.array([word for words in parts for word in words], np.uint8)


def written(random, returns, name="seed1", bars=8):
    return read_words(music(random, returns, bars), name)


class Reading(unittest.TestCase):
    def test_notes_of_words(self):
        words = np.array([BAR_WORD, metrical(0), note(1, 45), note(0, 72, velocity=31), BAR_WORD, metrical(0), metrical(2),
                          note(2, 64, 16, 21, 37)])  # fmt: skip
        self.assertEqual(bars_of(words), 2)
        np.testing.assert_allclose(notes_of(words), [(0, 45, 2, 64, 1, 0), (0, 72, 2, 94, 0, 0), (18, 64, 4, 64, 2, 0.25)])

    def test_rows_tell_voices_steps_and_touch(self):
        words = np.array([BAR_WORD, metrical(0), note(1, 45), note(0, 72, velocity=31), metrical(4), note(0, 76, timing=37)])
        rows = rows_of(notes_of(words), 1)
        self.assertEqual(rows.shape, (STEPS, FEATURES))
        self.assertEqual(rows[0, :36].nonzero()[0].tolist(), [0, 12 + 9])
        self.assertEqual(rows[1, 36:48].nonzero()[0].tolist(), [0, 9])
        self.assertEqual(rows[:, STRUCK].nonzero()[0].tolist(), [0, 4])
        self.assertAlmostEqual(float(rows[0, LOUDNESS]), 15 / 32)
        self.assertEqual(rows[4, SHAPE_END:].nonzero()[0].tolist(), [REACH + 4])
        self.assertEqual(rows[4, LENGTHS + 1], 1)

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
            rows, likeness, _ = varied(clip, random)
            self.assertEqual(len(rows), STEPS * len(likeness))
            self.assertTrue((likeness[: BACK[0], :3] == 0).all())
            silent = rows[:, STRUCK] == 0
            self.assertTrue((rows[silent, LOUDNESS] == 0).all())


class Network(unittest.TestCase):
    def test_what_was_said_does_not_change_when_more_is_written(self):
        clip = written(np.random.default_rng(2), False)
        chooser = Chooser().eval()
        whole = chooser(torch.tensor(clip.rows)[None], torch.tensor(clip.likeness)[None])[0]
        first = chooser(torch.tensor(clip.rows[: 4 * STEPS])[None], torch.tensor(clip.likeness[:4])[None])[0]
        torch.testing.assert_close(whole[:, :4], first)

    def test_padding_at_the_end_says_nothing(self):
        random = np.random.default_rng(3)
        long, short = written(random, False, bars=8), written(random, False, bars=5)
        none = np.full((8, 2), np.nan, np.float32)
        rows, likeness, emotion, mask = batch([(long.rows, long.likeness, none), (short.rows, short.likeness, none[:5])])
        self.assertTrue(np.isnan(emotion[0]).all())
        self.assertEqual(mask.sum(1).tolist(), [8, 5])
        chooser = Chooser().eval()
        together = chooser(torch.tensor(rows), torch.tensor(likeness))[0][1, :5]
        alone = chooser(torch.tensor(short.rows)[None], torch.tensor(short.likeness)[None])[0][0]
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
        happy = np.full((8, 2), 0.5, np.float32)
        real = [read_words(music(random, True), f"song {i}", happy) for i in range(120)]
        made = [written(random, False, f"seed {i}") for i in range(120)]
        members, figures = train(real, made, steps=80, tell=lambda line: None)
        self.assertGreater(figures["auc"], 0.9)
        with tempfile.TemporaryDirectory() as folder:
            save(members, Path(folder, "chooser"), {})
            again = load(Path(folder, "chooser"))
            np.testing.assert_allclose(scores(again, real[:3]), scores(members, real[:3]), atol=0.05)
            self.assertLess(Path(folder, "chooser", "weights.safetensors").stat().st_size, 400_000)
            some = [music(random, returning) for returning in (False, False, True, False)]
            write_candidates(Path(folder, "c.npz"), some, [4, 5, 6, 7])
            held = read_candidates(Path(folder, "c.npz"))
        self.assertEqual([seed for _, seed in held], [4, 5, 6, 7])
        words = [words for words, _ in held]
        self.assertEqual(int(scorer(again)(words, 6, 8).argmax()), 2)
        near, far = scorer(again, [[0.5, 0.5]])(words, 6, 8), scorer(again, [[-0.5, -0.5]])(words, 6, 8)
        self.assertTrue((near > far).all())


if __name__ == "__main__":
    unittest.main()
