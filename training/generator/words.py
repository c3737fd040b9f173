"""Compound words with voices: the vocabulary, words of a piece, and what a decoder's step may know of the words before it.

A piece is what the importer makes of a file (notes on sixteenths, bars, a chord and a tempo a beat) with a voice a note.
Words are rows of eight values: the paper's seven in its order, and the timing of a note, how far it is struck from its
place on the grid; timing is written, never encoded in codes. Beside the paper's vocabulary the type says the voice of a note,
and notes last up to four bars. A Bar word opens each bar; a Metrical word stands at each beat and at each position where notes
begin; notes of a position follow, lowest first. The tonic is moved to C.
"""

import numpy as np

CODED = ["tempo", "chord", "barBeat", "type", "pitch", "duration", "velocity"]  # elements that have slices
ELEMENTS = [*CODED, "timing"]
TEMPO, CHORD, BAR_BEAT, TYPE, PITCH, DURATION, VELOCITY, TIMING = range(8)
EOS, EMOTION, METRICAL, MELODY, BASS, INNER = range(6)
VOICES = ["melody", "bass", "inner"]  # voice v has type MELODY + v
CONTINUE, BAR, FIRST_POSITION = 1, 1, 2
STEPS_PER_BEAT = 4
# Lengths in sixteenths, eight to an octave above a quarter note; value 0 is "ignore".
DURATION_STEPS = np.array([n / 4 for n in (*range(17), *range(18, 33, 2), *range(36, 65, 4), *range(72, 129, 8), *range(144, 257, 16))])
TIMING_PARTS = 48  # of a sixteenth
ON_TIME = 1 + TIMING_PARTS // 2  # the value of a note that is struck on the grid
SIZES = {"tempo": 56, "chord": 135, "barBeat": 18, "type": 6, "pitch": 87, "duration": len(DURATION_STEPS), "velocity": 42,
         "timing": TIMING_PARTS + 2}  # fmt: skip
ORDER = ["type", "barBeat", "chord", "tempo", "pitch", "duration", "velocity", "timing"]  # of prediction within a word
PITCH_BASE, LOW_BPM, HIGH_BPM, TEMPO_BINS = 21, 40, 216, 54
SOURCES = ["emopia", "pop1k7", "pop909"]

# What is known after each word: the word, then what follows from all words so far.
FEATURES = {**SIZES, "position": 18, "chordState": 135, "tempoState": 56, "melodyCount": 8, "bassCount": 8, "innerCount": 16,
            "positionCount": 8, "lastMelody": 87, "lastBass": 87, "lastTiming": SIZES["timing"], "ending": 5, "mode": 3}  # fmt: skip
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
    """Value of the nearest length; of two that are as near the longer."""
    longer = min(int(np.searchsorted(DURATION_STEPS, steps, side="right")), len(DURATION_STEPS) - 1)
    return max(1, longer - 1 if 2 * steps < DURATION_STEPS[longer - 1] + DURATION_STEPS[longer] else longer)


def timing_value(offset):
    """Value of an offset from the grid, -0.5..0.5 of a sixteenth."""
    return int(np.clip(ON_TIME + np.floor(offset * TIMING_PARTS + 0.5), 1, TIMING_PARTS + 1))


def velocity_value(velocity):
    return int(np.clip(1 + round((velocity - 4) / 3), 1, 41))


def tempo_value(bpm):
    bin = round((TEMPO_BINS - 1) * np.log(bpm / LOW_BPM) / np.log(HIGH_BPM / LOW_BPM))
    return 2 + int(np.clip(bin, 0, TEMPO_BINS - 1))


def bpm_of_value(value):
    return LOW_BPM * (HIGH_BPM / LOW_BPM) ** ((value - 2) / (TEMPO_BINS - 1))


def piece_words(piece, voices):
    """Words (n, 8) uint8 of a piece; `voices`: 0 melody, 1 bass, 2 inner for each of its notes."""
    shift = shift_of_tonic(piece["key"]["tonic"])
    beats = sum(piece["barBeats"])
    onsets = {}
    # A tracker that hears every beat early would teach that all notes are late.
    early = float(np.median([note[4] for note in piece["notes"]])) if piece["notes"] else 0.0
    for (step, pitch, duration, velocity, offset), voice in zip(piece["notes"], voices, strict=True):
        value = pitch_value(pitch, shift)
        there = onsets.setdefault(step, {})
        if value not in there or there[value][2] < velocity:
            there[value] = (int(voice), duration, velocity, timing_value(offset - early))
    tempos = np.zeros(beats, int)
    for beat, bpm in piece["tempos"]:
        tempos[int(np.ceil(beat)) :] = tempo_value(bpm)
    tempos[tempos == 0] = tempo_value(piece["tempos"][0][1])
    chords = piece["chords"]
    words, first = [], 0
    for length in piece["barBeats"]:
        words.append((0, 0, BAR, METRICAL, 0, 0, 0, 0))
        for p in range(length * STEPS_PER_BEAT):
            notes = onsets.get(first * STEPS_PER_BEAT + p)
            if p % STEPS_PER_BEAT == 0:
                beat = first + p // STEPS_PER_BEAT
                tempo = CONTINUE if beat and tempos[beat] == tempos[beat - 1] else tempos[beat]
                chord = CONTINUE if beat and chords[beat] == chords[beat - 1] else chords[beat]
                words.append((tempo, chord, FIRST_POSITION + p, METRICAL, 0, 0, 0, 0))
            elif notes:
                words.append((CONTINUE, CONTINUE, FIRST_POSITION + p, METRICAL, 0, 0, 0, 0))
            for value in sorted(notes or ()):
                voice, duration, velocity, timing = notes[value]
                words.append((0, 0, 0, MELODY + voice, value, duration_value(duration), velocity_value(velocity), timing))
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
        self.counts, self.position_count, self.last, self.timing = [0, 0, 0], 0, [0, 0], 0

    def after(self, word, ending=0, mode=0):
        """Takes in a word (eight ints) -> its row of features. `beat`, `bar` and `step` (sixteenths) say where it stands."""
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
            self.timing = word[TIMING]
            if voice < 2:
                self.last[voice] = word[PITCH]
        melody, bass, inner = self.counts
        return (*word, self.position, self.chord, self.tempo, min(melody, 7), min(bass, 7), min(inner, 15),
                min(self.position_count, 7), *self.last, self.timing, ending, mode)  # fmt: skip


def words_features(words, ending, mode):
    """(n, 8) words, (bars,) endings -> features (n, F) uint8, beat (n,), bar (n,), step (n,) after each word."""
    state = State()
    rows, places = [], []
    for word in words.tolist():
        bar = state.bar + (word[TYPE] == METRICAL and word[BAR_BEAT] == BAR)
        rows.append(state.after(word, ending[bar], mode))
        places.append((state.beat, state.bar, state.step))
    beat, bar, step = np.array(places, np.int32).T
    return np.array(rows, np.uint8), beat, bar, step
