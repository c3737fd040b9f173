"""Writes music with a codec and a prior, in batches: for measuring while training. The app has its own engines.

  python -m training.generator.sample --codec RUN/codec.pt --prior RUN/prior.pt --out DIR --each 30 --bars 16
  python -m training.generator.sample --codec RUN/codec.pt --data DIR --decode all --out DIR

The last writes held-out clips from their own codes; with `--decode plan` from the plan alone.
"""

import argparse
from pathlib import Path

import mido
import numpy as np
import torch

from training.generator.codec import Codec
from training.generator.prior import BeatPrior
from training.generator.songs import load_songs
from training.generator.weights import read_part
from training.generator.words import (
    BAR,
    BAR_BEAT,
    CONTINUE,
    DURATION,
    DURATION_STEPS,
    ELEMENTS,
    MELODY,
    ON_TIME,
    PITCH,
    PITCH_BASE,
    TEMPO,
    TIMING,
    TIMING_PARTS,
    TYPE,
    VELOCITY,
    State,
    bpm_of_value,
)
from training.generator.write import BEATS, SAMPLING, write, write_given

POINTS = {"Q1": (0.5, 0.5), "Q2": (-0.5, 0.5), "Q3": (-0.5, -0.5), "Q4": (0.5, -0.5)}


def within(rng, low, high):
    return low + (high - low) * rng.random()


def played(rng, word):
    """How late a note is and how long, in sixteenths: anywhere within what its values stand for."""
    at, lengths = (word[TIMING] - ON_TIME) / TIMING_PARTS, DURATION_STEPS
    value = word[DURATION]
    shorter = (lengths[value - 1] + lengths[value]) / 2
    longer = (lengths[value] + lengths[min(value + 1, len(lengths) - 1)]) / 2
    return within(rng, at - 0.5 / TIMING_PARTS, at + 0.5 / TIMING_PARTS), within(rng, shorter, longer)


def midi_of(words, path, shift=0, grid=False, seed=0):
    """Words as a file: each voice a track, a tempo a beat, notes as they are played, or on the grid."""
    ticks = 480  # a sixteenth
    rng = np.random.default_rng(seed)
    state, tempos, notes = State(), [], {v: [] for v in range(3)}
    struck = {}
    for word in words.tolist():
        state.after(word)
        if word[TYPE] >= MELODY:
            late, length = (0, DURATION_STEPS[word[DURATION]]) if grid else played(rng, word)
            start = max(0, state.step + late)
            note = [start, start + length, word[PITCH] + PITCH_BASE - shift, 4 + 3 * (word[VELOCITY] - 1)]
            before = struck.get(note[2])
            if before and before[1] > note[0]:  # no key is struck while it is down
                before[1] = note[0]
            struck[note[2]] = note
            notes[word[TYPE] - MELODY].append(note)
        elif word[TEMPO] > CONTINUE:
            tempos.append((state.step, bpm_of_value(word[TEMPO])))
    file = mido.MidiFile(ticks_per_beat=4 * ticks)
    file.tracks.append(mido.MidiTrack())
    at = 0
    for step, bpm in tempos:
        file.tracks[0].append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm), time=(step - at) * ticks))
        at = step
    for voice, part in notes.items():
        track = mido.MidiTrack()
        sounding = [(round(a * ticks), round(b * ticks), p, v) for a, b, p, v in part if b > a]
        events = [(a, 1, p, v) for a, b, p, v in sounding] + [(b, 0, p, 0) for a, b, p, v in sounding]
        now = 0
        for tick, _, pitch, velocity in sorted(events):
            track.append(mido.Message("note_on", channel=voice, note=int(pitch), velocity=int(velocity), time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(path)


def save_takes(words, folder, seed, shift, grid=False):
    """A quarter of the takes a quadrant, in order."""
    for i, each in enumerate(words):
        midi_of(each, Path(folder, f"Q{4 * i // len(words) + 1}-seed{seed * 1000 + i}.mid"), int(shift[i]), grid, i)


def load_codec(path):
    state = read_part(path, "codec")
    codec = Codec(state["config"])
    codec.load_state_dict(state["model"])
    return codec.eval()


def load_model(codec, prior):
    """Checkpoints of both, or files of weights -> Codec, BeatPrior."""
    state = read_part(prior, "prior")
    module = BeatPrior(state["config"])
    module.load_state_dict(state["model"])
    return load_codec(codec), module.eval()


def asked(each, seed):
    """What a set of takes is asked for, `each` a quadrant -> emotion (n, 2) around its middle, mode (n,), shift of the key (n,)."""
    numbers = np.random.default_rng(seed)
    emotion = np.concatenate([np.tile(point, (each, 1)) for point in POINTS.values()]) + numbers.normal(0, 0.15, (4 * each, 2))
    # Share of clips in major by quadrant, as EMOPIA has them (design: .80, .28, .42, .72).
    major = np.repeat([0.80, 0.28, 0.42, 0.72], each)
    mode = np.where(numbers.random(4 * each) < major, 1, 2)
    return torch.from_numpy(emotion.clip(-1, 1)).float(), mode, numbers.integers(-6, 6, 4 * each)


def note_set(words):
    state, notes = State(), set()
    for word in words.tolist():
        state.after(word)
        if word[TYPE] >= MELODY:
            notes.add((state.step, word[PITCH]))
    return notes


def decode_held(codec, songs, mode, out, rng, limit, bars=16, grid=False):
    """Held-out EMOPIA from its own codes; writes files, returns the mean F1 of notes (onset and pitch)."""
    picked = [s for s in songs if s.source == "emopia" and s.split != "train" and len(s.bar_starts) >= 8][:limit]
    scores = []
    for at in range(0, len(picked), 64):
        part = picked[at : at + 64]
        lengths = [min(bars, len(s.bar_starts)) for s in part]
        beats = max(lengths) * BEATS
        codes = {g["name"]: torch.zeros(len(part), beats, len(g["books"]), dtype=torch.long) for g in codec.config["groups"]}
        emotion, returns = torch.zeros(len(part), beats, 2), np.zeros((len(part), max(lengths)), int)
        keep = []
        for i, song in enumerate(part):
            if any(np.bincount(song.beat_bar)[: lengths[i]] != BEATS):
                continue
            keep.append(i)
            returns[i, : lengths[i]] = song.returns[: lengths[i]]
            entries = torch.from_numpy(song.entries[: lengths[i] * BEATS].astype(np.int64))[None]
            _, _, indices, *_ = codec.quantize(entries, torch.ones(entries.shape[:2], dtype=torch.bool), False)
            for name, index in indices.items():
                codes[name][i, : len(index)] = index
            emotion[i, : entries.shape[1]] = torch.from_numpy(song.emotion[song.beat_bar[: entries.shape[1]]])
        words = write_given(codec, codes, returns, emotion, np.array([s.mode for s in part]), max(lengths), 0, rng, mode == "plan")
        for i in keep:
            real = part[i].words[part[i].bar < lengths[i]]
            mine = words[i]
            cut = np.flatnonzero(mine[:, BAR_BEAT] == BAR)
            if len(cut) > lengths[i]:
                mine = mine[: cut[lengths[i]]]
            a, b = note_set(real), note_set(mine)
            scores.append(2 * len(a & b) / max(1, len(a) + len(b)))
            midi_of(mine, Path(out, f"{part[i].id}.mid"), grid=grid, seed=i)
    return float(np.mean(scores)), len(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--prior")
    parser.add_argument("--out", required=True)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--decode", choices=["all", "plan"])
    parser.add_argument("--data")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--temperature", type=float, help="of every element of a word, in place of the usual ones")
    parser.add_argument("--nucleus", type=float, default=0.9, help="with --temperature")
    parser.add_argument("--grid", action="store_true", help="notes on the grid, not as they are played")
    args = parser.parse_args()
    if args.temperature:
        SAMPLING.update({e: (args.temperature, args.nucleus) for e in ELEMENTS})
    torch.set_num_threads(1)
    Path(args.out).mkdir(parents=True, exist_ok=True)
    rng = torch.Generator().manual_seed(args.seed)
    if args.decode:
        score, count = decode_held(load_codec(args.codec), load_songs(args.data), args.decode, args.out, rng, args.limit, grid=args.grid)
        print(f"note F1 {score:.3f} of {count} clips, {args.decode}")
        return
    codec, prior = load_model(args.codec, args.prior)
    emotion, mode, shift = asked(args.each, args.seed)
    words = write(codec, prior, emotion, mode, args.bars, 0, rng, guidance=args.guidance)
    save_takes(words, args.out, args.seed, shift, args.grid)


if __name__ == "__main__":
    main()
