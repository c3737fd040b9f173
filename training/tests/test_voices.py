"""Voices of POP909's notes, and what of them is learnt from."""

import unittest

import numpy as np

from training.voices.augment import vary
from training.voices.features import FEATURES, WINDOW, chord_order, note_features
from training.voices.notes import BASS, INNER, MELODY, SECOND, Notes, one_piano, pop909_lines, pop909_voices

MELODY_TRACK, BRIDGE, PIANO = 1, 2, 3


def notes_of(*rows):
    """(start, end, pitch, track) of each, in order of start."""
    start, end, pitch, track = np.array(rows, float).T
    return Notes(start, end, end.copy(), pitch, np.full(len(rows), 64.0), track)


class Voices(unittest.TestCase):
    def test_bass_is_the_lowest_line_and_not_the_top_of_a_broken_chord(self):
        notes = notes_of((0, 0.2, 36, PIANO), (0.25, 0.4, 43, PIANO), (0.5, 0.7, 48, PIANO), (1.2, 1.4, 38, PIANO), (1.45, 1.6, 40, PIANO))
        self.assertEqual(pop909_lines(notes).tolist(), [BASS, INNER, INNER, BASS, BASS])

    def test_what_lies_above_the_melody_is_no_bass(self):
        notes = notes_of((0, 2, 60, MELODY_TRACK), (0.5, 1, 64, PIANO), (1, 2, 48, PIANO))
        self.assertEqual(pop909_lines(notes).tolist(), [MELODY, INNER, BASS])

    def test_the_second_tune_is_melody_where_the_melody_is_silent(self):
        notes = notes_of((0, 0.5, 67, BRIDGE), (0, 0.5, 72, BRIDGE), (1, 2, 64, MELODY_TRACK), (1.5, 2, 76, BRIDGE))
        self.assertEqual(pop909_lines(notes).tolist(), [SECOND, SECOND, MELODY, SECOND])
        self.assertEqual(pop909_voices(notes).tolist(), [INNER, MELODY, MELODY, INNER])

    def test_one_key_struck_by_two_tracks_is_one_note_and_the_melodys(self):
        notes = notes_of((0, 1.5, 60, PIANO), (0.02, 1, 60, MELODY_TRACK), (2, 4, 60, PIANO))
        lines = pop909_lines(notes)
        self.assertEqual(lines.tolist(), [MELODY, MELODY, BASS])
        piano, voices = one_piano(notes, lines)
        self.assertEqual(voices.tolist(), [MELODY, BASS])
        self.assertEqual(piano.end.tolist(), [1.5, 4])

    def test_varied_notes_keep_their_voices(self):
        random = np.random.default_rng(3)
        rows = [(i * 0.5, i * 0.5 + 0.4, p, t) for i in range(40) for p, t in ((40, PIANO), (64, PIANO), (76, MELODY_TRACK))]
        song = one_piano(notes_of(*rows), pop909_lines(notes_of(*rows)))
        for _ in range(20):
            start, end, pitch, velocity, voices = vary(*song, random)
            self.assertTrue((end > start).all() and (velocity >= 1).all() and (velocity <= 127).all())
            means = [pitch[voices == v].mean() for v in (BASS, INNER, MELODY) if (voices == v).any()]
            self.assertEqual(means, sorted(means))

    def test_features_look_at_the_window_and_no_further(self):
        random = np.random.default_rng(1)
        start, pitch = np.arange(100) * 0.3, random.integers(40, 80, 100)
        order = chord_order(start, pitch)
        before = note_features(start[order], start[order] + 0.2, pitch[order], np.full(100, 64))
        pitch[90] += 12
        after = note_features(start[order], start[order] + 0.2, pitch[order], np.full(100, 64))
        moved = np.flatnonzero((before != after).any(1))
        self.assertEqual(before.shape, (100, FEATURES))
        self.assertTrue(90 in moved and moved.min() >= 90 - WINDOW)


if __name__ == "__main__":
    unittest.main()
