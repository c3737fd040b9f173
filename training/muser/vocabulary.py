"""The compound-word vocabulary; src/model/tokens/vocabulary.ts is the original, export.py checks that both agree."""

ELEMENTS = ["tempo", "chord", "barBeat", "type", "pitch", "duration", "velocity"]
SIZES = {"tempo": 56, "chord": 135, "barBeat": 18, "type": 4, "pitch": 87, "duration": 18, "velocity": 42}
TEMPO, CHORD, BAR_BEAT, TYPE, PITCH, DURATION, VELOCITY = range(7)
CONTINUE, BAR, FIRST_POSITION = 1, 1, 2
EOS, EMOTION, METRICAL, NOTE = range(4)
ORDER = ["type", "barBeat", "chord", "tempo", "pitch", "duration", "velocity"]
STEPS_PER_BEAT = 4

# State features of a step, in the order of src/model/tokens/features.ts: the seven elements, then what follows from history.
FEATURES = {
    **SIZES,
    "position": 18,
    "chordState": 135,
    "tempoState": 56,
    "beatCount": 16,
    "positionCount": 8,
    "ending": 5,
    "form": 17,
    "refPitch": 87,
    "refOnset": 18,
    "mode": 3,
}
# Where training songs are from: performances of real emotions, and pop covers of a machine transcription.
SOURCES = ["emopia", "pop1k7"]
ENDING, FORM, MODE = (list(FEATURES).index(name) for name in ("ending", "form", "mode"))
