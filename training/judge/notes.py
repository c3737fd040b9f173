"""Notes of MIDI files for the second judge: read, varied, cut into windows, batched."""

import mido
import numpy as np
import torch

WINDOW = 128  # notes heard at once
HOP = 64
SECONDS, PITCH, VELOCITY, LENGTH = range(4)


def read_notes(path):
    """(N, 4) float32: onset in seconds, pitch, velocity, seconds to the key's release; by onset, then pitch. Pedals are ignored."""
    now, held, notes = 0.0, {}, []
    for message in mido.MidiFile(path, clip=True):
        now += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.channel, message.note)
        if key in held:
            start, velocity = held.pop(key)
            notes.append((start, message.note, velocity, now - start))
        if message.type == "note_on" and message.velocity > 0:
            held[key] = (now, message.velocity)
    return np.array(sorted(notes), np.float32).reshape(-1, 4)


def varied(notes, random):
    """A stretch of at most WINDOW notes in another key, tempo and touch, half the time on a grid: as a generator would write it."""
    notes = stretch(notes, random).copy()
    notes = notes[random.random(len(notes)) >= random.uniform(0, 0.12)]
    notes[:, PITCH] = np.clip(notes[:, PITCH] + random.integers(-6, 7), 21, 108)
    touch = (notes[:, VELOCITY] - 64) * random.uniform(0.8, 1.2) + 64 + random.normal() * 5
    notes[:, VELOCITY] = np.clip(touch + random.normal(size=len(notes)) * 2, 1, 127)
    notes[:, [SECONDS, LENGTH]] *= np.exp(random.normal() * 0.1)
    notes[:, LENGTH] *= np.exp(random.normal() * 0.2)
    if random.random() < 0.5:
        step = random.uniform(0.07, 0.16)
        notes[:, SECONDS] = np.round(notes[:, SECONDS] / step) * step
        notes[:, LENGTH] = np.maximum(1, np.round(notes[:, LENGTH] / step)) * step
    if random.random() < 0.4:
        coarse = random.choice([4, 8])
        notes[:, VELOCITY] = np.round(notes[:, VELOCITY] / coarse) * coarse
    return notes[np.lexsort((notes[:, PITCH], np.round(notes[:, SECONDS], 2)))]


def stretch(notes, random):
    if len(notes) > WINDOW:
        first = random.integers(0, len(notes) - WINDOW + 1)
        notes = notes[first : first + WINDOW]
    if len(notes) > 60 and random.random() < 0.3:
        count = random.integers(48, len(notes))
        first = random.integers(0, len(notes) - count + 1)
        notes = notes[first : first + count]
    return notes


def windows(notes):
    """The whole of a clip in stretches of WINDOW notes, half overlapping."""
    if len(notes) <= WINDOW:
        return [notes]
    starts = [*range(0, len(notes) - WINDOW, HOP), len(notes) - WINDOW]
    return [notes[s : s + WINDOW] for s in starts]


def batch(stretches):
    """-> notes (B, T, 4), seconds from the first onset; mask (B, T), true where there is a note."""
    longest = max(len(s) for s in stretches)
    notes = np.zeros((len(stretches), longest, 4), np.float32)
    mask = np.zeros((len(stretches), longest), bool)
    for i, s in enumerate(stretches):
        notes[i, : len(s)] = s
        notes[i, : len(s), SECONDS] -= s[0, SECONDS]
        mask[i, : len(s)] = True
    return torch.tensor(notes), torch.tensor(mask)
