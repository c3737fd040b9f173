"""Compound words with voices: the vocabulary, words of a piece, and what a decoder's step may know of the words before it.

A piece is what the importer makes of a file (notes on sixteenths, bars, a chord and a tempo a beat) with a voice a note.
Words are rows of seven values in the paper's order. Beside the paper's vocabulary the type says the voice of a note, and notes
last up to four bars. A Bar word opens each bar; a Metrical word stands at each beat and at each position where notes
begin; notes of a position follow, lowest first. The tonic is moved to C.
"""

import numpy as np

ELEMENTS = ["tempo", "chord", "barBeat", "type", "pitch", "duration", "velocity"]
TEMPO, CHORD, BAR_BEAT, TYPE, PITCH, DURATION, VELOCITY = range(7)
EOS, EMOTION, METRICAL, MELODY, BASS, INNER = range(6)
VOICES = ["melody", "bass", "inner"]  # voice v has type MELODY + v
CONTINUE, BAR, FIRST_POSITION = 1, 1, 2
STEPS_PER_BEAT = 4
DURATION_STEPS = np.array([0, 0.5, *range(1, 17), 20, 24, 28, 32, 40, 48, 64])  # in sixteenths; value 0 is "ignore"
SIZES = {"tempo": 56, "chord": 135, "barBeat": 18, "type": 6, "pitch": 87, "duration": len(DURATION_STEPS), "velocity": 42}
ORDER = ["type", "barBeat", "chord", "tempo", "pitch", "duration", "velocity"]  # of prediction within a word
PITCH_BASE, LOW_BPM, HIGH_BPM, TEMPO_BINS = 21, 40, 216, 54
SOURCES = ["emopia", "pop1k7", "pop909"]

# What is known after each word: the word, then what follows from all words so far.
FEATURES = {**SIZES, "position": 18, "chordState": 135, "tempoState": 56, "melodyCount": 8, "bassCount": 8, "innerCount": 16,
            "positionCount": 8, "lastMelody": 87, "lastBass": 87, "ending": 5, "mode": 3}  # fmt: skip
ENDING, MODE = (list(FEATURES).index(name) for name in ("ending", "mode"))
CHORD_STATE, TEMPO_STATE = (list(FEATURES).index(name) for name in ("chordState", "tempoState"))


def shift_of_tonic(tonic):
    """Semitones (-6..5) that move a tonic to the nearest C."""
    return 12 - tonic if tonic >= 7 else -tonic


def pitch_value(pitch, shift):
    """1..86 of a MIDI pitch after `shift`; what lies outside is folded in by octaves."""
    moved = pitch + shift
    while moved < PITCH_BASE + 1:
        moved += 12
    while moved > PITCH_BASE + 86:
        moved -= 12
    return moved - PITCH_BASE


def duration_value(steps):
    """Value of the nearest length, by ratio above a bar."""
    if steps < 0.75:
        return 1
    if steps < 16.5:
        return 1 + max(1, int(steps + 0.5))
    return 17 + int(np.argmin(np.abs(np.log(DURATION_STEPS[17:] / steps))))


def velocity_value(velocity):
    return int(np.clip(1 + round((velocity - 4) / 3), 1, 41))


def tempo_value(bpm):
    bin = round((TEMPO_BINS - 1) * np.log(bpm / LOW_BPM) / np.log(HIGH_BPM / LOW_BPM))
    return 2 + int(np.clip(bin, 0, TEMPO_BINS - 1))


def bpm_of_value(value):
    return LOW_BPM * (HIGH_BPM / LOW_BPM) ** ((value - 2) / (TEMPO_BINS - 1))


def piece_words(piece, voices):
    """Words (n, 7) uint8 of a piece; `voices`: 0 melody, 1 bass, 2 inner for each of its notes."""
    shift = shift_of_tonic(piece["key"]["tonic"])
    beats = sum(piece["barBeats"])
    onsets = {}
    for (step, pitch, duration, velocity, *_), voice in zip(piece["notes"], voices, strict=True):
        value = pitch_value(pitch, shift)
        there = onsets.setdefault(step, {})
        if value not in there or there[value][2] < velocity:
            there[value] = (int(voice), duration, velocity)
    tempos = np.zeros(beats, int)
    for beat, bpm in piece["tempos"]:
        tempos[int(np.ceil(beat)) :] = tempo_value(bpm)
    tempos[tempos == 0] = tempo_value(piece["tempos"][0][1])
    chords = piece["chords"]
    words, first = [], 0
    for length in piece["barBeats"]:
        words.append((0, 0, BAR, METRICAL, 0, 0, 0))
        for p in range(length * STEPS_PER_BEAT):
            notes = onsets.get(first * STEPS_PER_BEAT + p)
            if p % STEPS_PER_BEAT == 0:
                beat = first + p // STEPS_PER_BEAT
                tempo = CONTINUE if beat and tempos[beat] == tempos[beat - 1] else tempos[beat]
                chord = CONTINUE if beat and chords[beat] == chords[beat - 1] else chords[beat]
                words.append((tempo, chord, FIRST_POSITION + p, METRICAL, 0, 0, 0))
            elif notes:
                words.append((CONTINUE, CONTINUE, FIRST_POSITION + p, METRICAL, 0, 0, 0))
            for value in sorted(notes or ()):
                voice, duration, velocity = notes[value]
                words.append((0, 0, 0, MELODY + voice, value, duration_value(duration), velocity_value(velocity)))
        first += length
    return np.array(words, np.uint8)


def start_features():
    return np.zeros(len(FEATURES), np.uint8)


class State:
    """What follows from the words so far, kept as words come in; one row of features after each word."""

    def __init__(self):
        self.step = self.first_beat = self.beats = self.beat = self.bar_start = 0
        self.bar = -1
        self.position, self.chord, self.tempo = 17, 0, 0
        self.counts, self.position_count, self.last = [0, 0, 0], 0, [0, 0]

    def after(self, word, ending=0, mode=0):
        """Takes in a word (seven ints) -> its row of features. `beat`, `bar` and `step` (sixteenths) say where it stands."""
        kind = word[TYPE]
        if kind == METRICAL:
            self.position_count = 0
            if word[BAR_BEAT] == BAR:
                self.bar += 1
                self.first_beat = self.beat = self.beats
                self.position, self.step = 16, self.beats * STEPS_PER_BEAT
                self.counts = [0, 0, 0]
            else:
                self.position = word[BAR_BEAT] - FIRST_POSITION
                self.step = self.first_beat * STEPS_PER_BEAT + self.position
                self.beat = self.step // STEPS_PER_BEAT
                self.beats = max(self.beats, self.beat + 1)
                if self.position % STEPS_PER_BEAT == 0:
                    self.counts = [0, 0, 0]
                if word[CHORD] > CONTINUE:
                    self.chord = word[CHORD]
                if word[TEMPO] > CONTINUE:
                    self.tempo = word[TEMPO]
        else:
            voice = kind - MELODY
            self.counts[voice] += 1
            self.position_count += 1
            if voice < 2:
                self.last[voice] = word[PITCH]
        melody, bass, inner = self.counts
        return (*word, self.position, self.chord, self.tempo, min(melody, 7), min(bass, 7), min(inner, 15),
                min(self.position_count, 7), *self.last, ending, mode)  # fmt: skip


def words_features(words, ending, mode):
    """(n, 7) words, (bars,) endings -> features (n, F) uint8, beat (n,), bar (n,), step (n,) after each word."""
    state = State()
    rows, places = [], []
    for word in words.tolist():
        bar = state.bar + (word[TYPE] == METRICAL and word[BAR_BEAT] == BAR)
        rows.append(state.after(word, ending[bar], mode))
        places.append((state.beat, state.bar, state.step))
    beat, bar, step = np.array(places, np.int32).T
    return np.array(rows, np.uint8), beat, bar, step
