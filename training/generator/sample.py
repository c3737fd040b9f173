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
import torch.nn.functional as F

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
    FIRST_POSITION,
    MELODY,
    METRICAL,
    ON_TIME,
    ORDER,
    PITCH,
    PITCH_BASE,
    SIZES,
    STEPS_PER_BEAT,
    TEMPO,
    TIMING,
    TIMING_PARTS,
    TYPE,
    VELOCITY,
    State,
    bpm_of_value,
    start_features,
)  # fmt: skip

BEATS = 4
SAMPLING = {"type": (1, 1), "barBeat": (1, 1), "chord": (1, 0.98), "tempo": (0.7, 0.9), "pitch": (1, 0.97), "duration": (1, 0.98),
            "velocity": (1, 0.98), "timing": (1, 0.98), "prior": (1, 0.98)}  # temperature and nucleus  # fmt: skip
POINTS = {"Q1": (0.5, 0.5), "Q2": (-0.5, 0.5), "Q3": (-0.5, -0.5), "Q4": (0.5, -0.5)}


def draw(logits, temperature, nucleus, rng):
    """(n, V) -> (n,) sampled from the nucleus."""
    p = F.softmax(logits.float() / temperature, -1)
    if nucleus < 1:
        ordered, index = p.sort(-1, descending=True)
        keep = ordered.cumsum(-1) - ordered < nucleus
        p = torch.zeros_like(p).scatter(-1, index, ordered * keep)
    return torch.multinomial(p, 1, generator=rng)[:, 0]


@torch.no_grad()
def write_plan(prior, emotion, mode, bars, source, rng, ending=None, guidance=1.0, sampling=SAMPLING):
    """emotion (n, 2), mode (n,) -> codes (n, bars * 4, groups)."""
    n, beats = len(emotion), bars * BEATS
    stacks = [prior.stack.caches() for _ in range(2 if guidance != 1 else 1)]
    codes = [torch.zeros(n, 0, len(prior.sizes), dtype=torch.long)]
    for beat in range(beats):
        end = 0 if ending is None else max(0, 4 - (bars - 1 - beat // BEATS)) and (bars - beat // BEATS)
        place, phrase = torch.full((n,), beat % BEATS), torch.full((n,), beat // BEATS % 8)
        features = torch.stack([place, torch.full((n,), end), mode, phrase], 1)[:, None]
        place = torch.full((n, 1), beat)
        states = []
        for i, caches in enumerate(stacks):
            x = prior.inputs(torch.cat(codes, 1), features, emotion[:, None], torch.full((n,), i == 1), torch.full((n,), source))
            states.append(prior.stack(x, place, place, caches)[:, 0])
        chosen = []
        for name in prior.sizes:
            logits = [prior.heads[name](s) for s in states]
            logits = logits[0] if guidance == 1 else logits[1] + guidance * (logits[0] - logits[1])
            code = draw(logits, *sampling["prior"], rng)
            states = [s + prior.chain[name](code) for s in states]
            chosen.append(code)
        codes.append(torch.stack(chosen, 1)[:, None])
    return torch.cat(codes, 1)


def vectors(codec, codes):
    """Indices {group: (n, N, levels)} -> plan and detail {group: (n, N, dim)}; one level gives no detail."""
    plan, detail = {}, {}
    for name, index in codes.items():
        books = codec.books[name].books
        plan[name] = books[0].codes[index[..., 0]]
        detail[name] = sum((books[i].codes[index[..., i]] for i in range(1, index.shape[-1])), torch.zeros_like(plan[name]))
    return plan, detail


def masks(state, element, last_pitch, first):
    """Values that the grammar allows."""
    allowed = np.zeros(SIZES[element], bool)
    if element == "type":
        notes = state.position < 16 and last_pitch < 86
        needs = state.position < 16 and state.position % STEPS_PER_BEAT and state.position_count == 0
        allowed[METRICAL] = not needs
        allowed[MELODY:] = notes
    elif element == "barBeat":
        if state.position == 17:
            allowed[BAR] = True
        elif state.position == 16:
            allowed[FIRST_POSITION] = True
        else:
            boundary = (state.position // STEPS_PER_BEAT + 1) * STEPS_PER_BEAT
            allowed[FIRST_POSITION + state.position + 1 : FIRST_POSITION + min(boundary, 4 * BEATS - 1) + 1] = True
            allowed[BAR] = boundary == 4 * BEATS
    elif element in ("chord", "tempo"):
        allowed[CONTINUE + first :] = True
    elif element == "pitch":
        allowed[last_pitch + 1 :] = True
    else:
        allowed[1:] = True
    return allowed


@torch.no_grad()
def write_words(codec, plan, detail, plan_only, emotion, mode, bars, source, rng, ending=None, most=1600, sampling=SAMPLING):
    """Vectors {group: (n, N, dim)}, emotion (n, N, 2) -> [words (T, 8)] of n pieces."""
    n, beats = emotion.shape[:2]
    decoder = codec.decoder
    batch = {"emotion": emotion, "withheld": torch.zeros(n, dtype=torch.bool), "plan_only": torch.full((n,), plan_only)}
    shared, own = decoder.memory(batch, plan, detail)
    caches = decoder.stack.caches()
    states, words = [State() for _ in range(n)], [[] for _ in range(n)]
    features = np.tile(start_features(), (n, 1))
    features[:, -1] = mode
    features[:, -2] = 0 if ending is None else max(0, 5 - bars)
    last = [0] * n
    done = np.zeros(n, bool)
    rows = torch.arange(n)
    for t in range(most):
        pointer = torch.tensor([0 if t == 0 else min(s.beat, beats - 1) + 1 for s in states])
        step = torch.tensor([[s.step] for s in states])
        x = (decoder.embed(torch.from_numpy(features.astype(np.int64))) + shared[rows, pointer] + decoder.source[source])[:, None]
        h = decoder.stack(x, torch.full((n, 1), t), step, caches)[:, 0]
        word = np.zeros((n, len(ELEMENTS)), np.int64)
        for e in ORDER:
            column = ELEMENTS.index(e)
            kind = word[:, TYPE]
            if e == "type":
                need = ~done
            elif e in ("barBeat", "chord", "tempo"):
                need = ~done & (kind == METRICAL)
                if e != "barBeat":
                    place = word[:, BAR_BEAT] - FIRST_POSITION
                    word[need & (place >= 0) & (place % STEPS_PER_BEAT != 0), column] = CONTINUE
                    need &= (place >= 0) & (place % STEPS_PER_BEAT == 0)
            else:
                need = ~done & (kind >= MELODY)
            if not need.any():
                continue
            at = torch.from_numpy(np.flatnonzero(need))
            mine = own[e][at, pointer[at]] if e in own else 0
            logits = decoder.elements[e](h[at], mine, torch.from_numpy(word)[at])
            allowed = np.stack([masks(states[i], e, last[i], not states[i].tempo) for i in at.tolist()])
            logits = logits.masked_fill(torch.from_numpy(~allowed), -torch.inf)
            word[at.numpy(), column] = draw(logits, *sampling[e], rng).numpy()
        for i in np.flatnonzero(~done).tolist():
            if word[i, BAR_BEAT] == BAR and states[i].bar == bars - 1:
                done[i] = True
                continue
            row = word[i].tolist()
            words[i].append(row)
            bar = states[i].bar + (row[BAR_BEAT] == BAR)
            end = 0 if ending is None else max(0, 4 - (bars - 1 - bar)) and (bars - bar)
            features[i] = states[i].after(row, end, mode[i])
            last[i] = row[PITCH] if row[TYPE] >= MELODY else 0
        if done.all():
            break
    return [np.array(w) for w in words]


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


def load_codec(path):
    state = read_part(path, "codec")
    codec = Codec(state["config"])
    codec.load_state_dict(state["model"])
    return codec.eval(), state["config"]


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
        emotion = torch.zeros(len(part), beats, 2)
        keep = []
        for i, song in enumerate(part):
            if any(np.bincount(song.beat_bar)[: lengths[i]] != BEATS):
                continue
            keep.append(i)
            entries = torch.from_numpy(song.entries[: lengths[i] * BEATS].astype(np.int64))[None]
            _, _, indices, *_ = codec.quantize(entries, torch.ones(entries.shape[:2], dtype=torch.bool), False)
            for name, index in indices.items():
                codes[name][i, : len(index)] = index
            emotion[i, : entries.shape[1]] = torch.from_numpy(song.emotion[song.beat_bar[: entries.shape[1]]])
        plan, detail = vectors(codec, codes)
        words = write_words(codec, plan, detail, mode == "plan", emotion, np.array([s.mode for s in part]), max(lengths), 0, rng)
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
    codec, config = load_codec(args.codec)
    if args.decode:
        score, count = decode_held(codec, load_songs(args.data), args.decode, args.out, rng, args.limit, grid=args.grid)
        print(f"note F1 {score:.3f} of {count} clips, {args.decode}")
        return
    state = read_part(args.prior, "prior")
    prior = BeatPrior(state["config"])
    prior.load_state_dict(state["model"])
    prior.eval()
    numbers = np.random.default_rng(args.seed)
    emotion = np.concatenate([np.tile(point, (args.each, 1)) for point in POINTS.values()]) + numbers.normal(0, 0.15, (4 * args.each, 2))
    emotion = torch.from_numpy(emotion.clip(-1, 1)).float()
    # Share of clips in major by quadrant, as EMOPIA has them (design: .80, .28, .42, .72).
    major = np.repeat([0.80, 0.28, 0.42, 0.72], args.each)
    mode = np.where(numbers.random(len(major)) < major, 1, 2)
    codes = write_plan(prior, emotion, torch.from_numpy(mode), args.bars, 0, rng, guidance=args.guidance)
    plan, detail = vectors(codec, {name: codes[..., j : j + 1] for j, name in enumerate(prior.sizes)})
    words = write_words(codec, plan, detail, True, emotion[:, None].expand(-1, codes.shape[1], 2), mode, args.bars, 0, rng)
    for i, w in enumerate(words):
        midi_of(w, Path(args.out, f"q{i // args.each + 1}-seed{args.seed * 1000 + i}.mid"), int(numbers.integers(-6, 6)), args.grid, i)


if __name__ == "__main__":
    main()
