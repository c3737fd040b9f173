"""The first seconds of a MIDI file as its notes sound, and the views of them that the figures are taken from."""

from functools import cached_property

import mido
import numpy as np

SECONDS = 24.0
CHORD = 0.04  # onsets that lie no further than this from the first of them are struck together
FRAME = 0.05
ONSET, PITCH, VELOCITY, END = range(4)
COVERS = 1.0  # a note of the tune is not heard as such under a higher one struck less than so long ago


def read_notes(path):
    """(N, 4): onset, pitch, velocity, end of the sound (pedal applied), in seconds from the first onset, by onset, then
    pitch. What begins after SECONDS is left out, what lasts longer is cut there. When a key is released under the pedal is
    not heard, and means little in real clips, whose transcription has keys held as long as they sound."""
    now, start, pedal = 0.0, None, set()
    held, ringing, notes = {}, {}, []

    def damp(key):
        note = ringing.pop(key, None)
        if note:
            notes.append((*note, now))

    for message in mido.MidiFile(path, clip=True):
        now += message.time
        if start is not None and now > start + SECONDS:
            break
        if message.type == "control_change" and message.control == 64:
            if message.value >= 64:
                pedal.add(message.channel)
            else:
                pedal.discard(message.channel)
                for key in [key for key in ringing if key[0] == message.channel]:
                    damp(key)
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.channel, message.note)
        if key in held:
            ringing[key] = held.pop(key)
            if key[0] not in pedal:
                damp(key)
        if message.type == "note_on" and message.velocity > 0:
            damp(key)
            start = now if start is None else start
            held[key] = (now, message.note, message.velocity)
    if start is None:
        return np.zeros((0, 4))
    now = min(now, start + SECONDS)
    for note in held.values():
        notes.append((*note, now))
    for key in list(ringing):
        damp(key)
    table = np.array(sorted(notes), float).reshape(-1, 4)
    table[:, [ONSET, END]] -= start
    return table[table[:, ONSET] < SECONDS]


def chords_of(onsets):
    """The index of the chord that each note belongs to, given onsets in order."""
    index, first, found = -1, -np.inf, np.empty(len(onsets), int)
    for i, onset in enumerate(onsets):
        if onset > first + CHORD:
            index, first = index + 1, onset
        found[i] = index
    return found


class Clip:
    """Notes of read_notes, with what more than one group of figures asks of them."""

    def __init__(self, notes):
        chord_of = chords_of(notes[:, ONSET])
        order = np.lexsort((notes[:, PITCH], chord_of))
        # By chord, then pitch: which note of a chord comes a little earlier is for texture alone.
        self.notes = notes[order]
        self.chord_of = chord_of[order]
        self.onset, self.pitch, self.velocity, self.end = self.notes.T
        self.seconds = float(max(self.end.max(), 1.0))

    @cached_property
    def chords(self):
        """A row a chord: first onset, lowest pitch, highest pitch, notes, mean velocity."""
        bounds = np.flatnonzero(np.diff(self.chord_of, prepend=-1))
        low, high = np.minimum.reduceat(self.pitch, bounds), np.maximum.reduceat(self.pitch, bounds)
        sizes = np.diff(np.append(bounds, len(self.notes)))
        loudness = np.add.reduceat(self.velocity, bounds) / sizes
        return np.column_stack([np.minimum.reduceat(self.onset, bounds), low, high, sizes, loudness])

    @cached_property
    def top_line(self):
        """Indices of the notes of the tune: the highest of their chord, with no higher note sounding on over them."""
        high = self.chords[self.chord_of, 2] == self.pitch
        return np.array([i for i in np.flatnonzero(high) if not self.covered(i, self.pitch > self.pitch[i])], int)

    @cached_property
    def bass_line(self):
        """Indices of the notes of the bass: the lowest of their chord, with no lower note sounding on under them."""
        low = self.chords[self.chord_of, 1] == self.pitch
        return np.array([i for i in np.flatnonzero(low) if not self.covered(i, self.pitch < self.pitch[i])], int)

    def covered(self, i, others):
        now = self.onset[i]
        there = (self.onset < now) & (self.onset > now - COVERS) & (self.end > now + CHORD)
        return bool((others & there).any())

    @cached_property
    def sounding(self):
        """(T, 128) true where a pitch sounds, at every FRAME."""
        count = max(1, int(round(self.seconds / FRAME)))
        found = np.zeros((count, 128), bool)
        for onset, pitch, end in zip(self.onset, self.pitch.astype(int), self.end):
            first = min(count - 1, int(onset / FRAME))
            found[first : max(first + 1, int(np.ceil(end / FRAME))), pitch] = True
        return found

    @cached_property
    def classes(self):
        """(T, 12) true where a pitch class sounds."""
        found = np.zeros((len(self.sounding), 12), bool)
        for pitch_class in range(12):
            found[:, pitch_class] = self.sounding[:, pitch_class::12].any(1)
        return found

    def per_second(self, frames, hop=1.0):
        """Sums of frames over stretches of `hop` seconds; the rest of the last stretch is left out."""
        size = int(round(hop / FRAME))
        count = max(1, len(frames) // size)
        return frames[: count * size].reshape(count, -1, frames.shape[1]).sum(1)
