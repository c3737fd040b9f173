"""Bars of written music as the chooser reads them: a row a sixteenth, and how alike each bar is to those before.

Whatever is read here stands in notes on the grid (step, pitch, length, velocity) and the tonic; TypeScript does the same."""

import mido
import numpy as np

STEPS = 16  # in a bar; shorter bars leave the last ones empty
STEP, PITCH, LENGTH, VELOCITY = range(4)
REACH = 12  # semitones that a step of the tune or the bass is told apart up to
BACK = (1, 2, 3, 4, 8)  # bars that a bar is compared with
ONSETS, SOUNDING, SHAPE, TUNE, BASS = 12, 12, 11, 2 * REACH + 1, 2 * REACH + 1
STRUCK = ONSETS + SOUNDING + 4
LOUDNESS, LENGTHS = STRUCK + 4, STRUCK + 6
FEATURES = ONSETS + SOUNDING + SHAPE + TUNE + BASS
LIKENESS = 3 * len(BACK)
FLATS = "C Db D Eb E F Gb G Ab A Bb B".split()
TONICS = {name: i for i, name in enumerate(FLATS)} | {"C#": 1, "D#": 3, "F#": 6, "G#": 8, "A#": 10, "Cb": 11}


def read_grid(path):
    """Notes of a file that stands on its own ticks, (N, 4) by step, then pitch; and its tonic (0 = C)."""
    song = mido.MidiFile(path, clip=True)
    a_step = song.ticks_per_beat / 4
    now, tonic, held, notes = 0, 0, {}, []
    for message in mido.merge_tracks(song.tracks):
        now += message.time
        if message.type == "key_signature":
            tonic = TONICS[message.key.rstrip("m")]
        if message.type not in ("note_on", "note_off"):
            continue
        if message.note in held:
            start, velocity = held.pop(message.note)
            notes.append((round(start / a_step), message.note, (now - start) / a_step, velocity))
        if message.type == "note_on" and message.velocity > 0:
            held[message.note] = (now, message.velocity)
    return np.array(sorted(notes), float).reshape(-1, 4), tonic


def rows_of(notes, tonic, bars):
    """(bars * STEPS, FEATURES): onsets and sounding notes as pitch classes above the tonic, how high, loud and long they
    are, and how far tune and bass step from their last note."""
    count = bars * STEPS
    rows = np.zeros((count, FEATURES), np.float32)
    struck = [[] for _ in range(count)]
    low, high = np.full(count, 128.0), np.full(count, -1.0)
    for step, pitch, length, velocity in notes:
        first = int(step)
        if not 0 <= first < count:
            continue
        struck[first].append((pitch, length, velocity))
        end = min(count, max(first + 1, int(np.ceil(step + length))))
        rows[first:end, ONSETS + int(pitch - tonic) % 12] = 1
        low[first:end], high[first:end] = np.minimum(low[first:end], pitch), np.maximum(high[first:end], pitch)
    shape = ONSETS + SOUNDING
    last_top = last_low = None
    for step, chord in enumerate(struck):
        row = rows[step]
        row[shape] = step % 4 == 0
        row[shape + 1] = step % 2 == 0
        if high[step] >= 0:
            row[shape + 2 : shape + 4] = (low[step] - 60) / 24, (high[step] - 60) / 24
        if not chord:
            continue
        pitches, lengths, loud = np.array(chord).T
        row[(pitches - tonic).astype(int) % 12] = 1
        top, bass = pitches.argmax(), pitches.argmin()
        row[shape + 4 : shape + 11] = (
            1,
            len(chord) / 4,
            (pitches[bass] - 60) / 24,
            (pitches[top] - 60) / 24,
            (loud.mean() - 64) / 32,
            (loud[top] - loud[bass]) / 16,
            np.log2(lengths.mean()) / 4,
        )
        if last_top is not None:
            row[shape + SHAPE + REACH + int(np.clip(pitches[top] - last_top, -REACH, REACH))] = 1
            row[shape + SHAPE + TUNE + REACH + int(np.clip(pitches[bass] - last_low, -REACH, REACH))] = 1
        last_top, last_low = pitches[top], pitches[bass]
    return rows


def heights_of(rows):
    """Pairs of a column that tells a height and where there is one; the last two are of notes struck, those before of notes sounding."""
    sounds = rows[:, ONSETS : ONSETS + SOUNDING].any(1)
    struck = rows[:, STRUCK] > 0
    return [(STRUCK - 2, sounds), (STRUCK - 1, sounds), (STRUCK + 2, struck), (STRUCK + 3, struck)]


def alike(a, b):
    """Jaccard's likeness of two sets; 0 where both are empty."""
    return len(a & b) / len(a | b) if a | b else 0.0


def likeness_of(notes, bars):
    """(bars, LIKENESS): for each bar in BACK how alike the notes, the rhythm and the rhythm of the bass are; 0 before the start."""
    of = [notes[(notes[:, STEP] // STEPS) == bar] for bar in range(bars)]
    where = lambda part: {int(step) % STEPS for step in part[:, STEP]}
    sets = [
        ({(int(n[STEP]) % STEPS, int(n[PITCH])) for n in part}, where(part), where(part[part[:, PITCH] < 55])) for part in of
    ]
    found = np.zeros((bars, LIKENESS), np.float32)
    for bar in range(bars):
        for i, back in enumerate(BACK):
            if bar >= back:
                found[bar, 3 * i : 3 * i + 3] = [alike(now, then) for now, then in zip(sets[bar], sets[bar - back])]
    return found
