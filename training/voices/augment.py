"""Other ways in which the same music could have been played and written down, with its voices."""

import numpy as np

from training.voices.notes import BASS, INNER, MELODY, SECOND, Notes


def vary(notes, voices, random):
    """-> start, end, pitch, velocity, voices. Random: a numpy Generator. Half of the time only key and tempo change."""
    if random.random() < 0.5:
        stretch, pitch = 2.0 ** random.uniform(-0.3, 0.3), notes.pitch + random.integers(-5, 6)
        return notes.start * stretch, notes.end * stretch, pitch, notes.velocity, voices
    notes, voices = _parts(notes, voices, random)
    start, pitch = notes.start.astype(np.float64), notes.pitch + random.integers(-7, 8)
    end = _ends(notes, voices, random)
    stretch = 2.0 ** random.uniform(-0.5, 0.5)
    start, end = start * stretch, end * stretch
    length = np.maximum(end - start, 0.03)
    jitter = random.uniform(0, 0.015)
    start = start + random.normal(0, jitter, len(start)) - random.uniform(-0.01, 0.03) * (voices == MELODY)
    if random.random() < 0.4:
        start = np.round(start / 0.03) * 0.03
    kept = (pitch >= 21) & (pitch <= 108)
    velocity = _velocities(notes.velocity.astype(np.float64), voices, random)
    return start[kept], (start + length)[kept], pitch[kept], velocity[kept], voices[kept]


def _parts(notes, voices, random):
    """Another setting: the tune in another octave or in octaves, an accompaniment with less in it."""
    kept = np.ones(len(notes), bool)
    if random.random() < 0.4:
        kept &= voices != SECOND
    if random.random() < 0.4:
        kept &= np.isin(voices, (MELODY, SECOND)) | (random.random(len(notes)) > random.uniform(0, 0.3))
    if random.random() < 0.15:
        kept &= voices != BASS if random.random() < 0.2 else voices != INNER
    if random.random() < 0.5:
        kept &= ~_above_tune(notes, voices)
    pitch = notes.pitch.copy()
    tune = voices == MELODY
    if tune.any() and random.random() < 0.3 and pitch[tune].mean() < 76:
        pitch[tune] += 12
    moved = Notes(notes.start, notes.end, notes.sound, pitch, notes.velocity, notes.track).take(kept)
    return moved, voices[kept]


def _above_tune(notes, voices):
    """Inner notes above the tune that sounds with it."""
    tune = np.flatnonzero(voices == MELODY)
    out = np.zeros(len(notes), bool)
    if len(tune) == 0:
        return out
    at = np.searchsorted(notes.start[tune], notes.start + 0.03) - 1
    last = tune[at.clip(0)]
    sounds = (at >= 0) & (notes.end[last] > notes.start)
    return (voices == INNER) & sounds & (notes.pitch > notes.pitch[last])


def _ends(notes, voices, random):
    """As the key was held, as it sounds, held until the pedal changes with the bass, or as a transcriber has it."""
    kind = random.random()
    end = (notes.sound if kind < 0.25 else notes.end).astype(np.float64)
    if 0.25 < kind < 0.6:
        changes = notes.start[voices == BASS]
        changes = changes[random.random(len(changes)) < random.uniform(0.3, 1)]
        at = np.searchsorted(changes, end)
        lifted = np.r_[changes, np.inf][at]
        end = np.minimum(np.where(lifted < end + 8, lifted, end), _struck_again(notes))
    if kind > 0.8:
        end = notes.start + (end - notes.start) * np.exp(random.normal(0, random.uniform(0, 0.5), len(end)))
    return end


def _struck_again(notes):
    order = np.lexsort((notes.start, notes.pitch))
    start, pitch = notes.start[order], notes.pitch[order]
    again = np.empty(len(notes))
    again[order] = np.r_[np.where(pitch[1:] == pitch[:-1], start[1:], np.inf), np.inf]
    return again


def _velocities(velocity, voices, random):
    """Recordings differ in how much is left of loudness, and of what sets a tune off."""
    middle = velocity.mean()
    scale = random.choice([0.0, random.uniform(0, 1), 1.0], p=[0.35, 0.45, 0.2])
    offset = random.normal(0, 6, 4)
    out = middle + scale * (velocity - middle) + offset[voices] * (random.random() < 0.5)
    out = out + random.normal(0, random.uniform(0, 8), len(out)) + random.uniform(-25, 10)
    return out.round().clip(1, 127)
