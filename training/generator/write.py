"""Writes words with a codec and a prior, many pieces at once, for measuring; the app has its own engines.

Where there is a judge, it chooses while the music is written: each few bars some candidates go on from the same state, and
the one that it likes best is gone on with.
"""

import copy

import numpy as np
import torch
import torch.nn.functional as F

from training.generator.returns import LAGS, Reference, lag_of
from training.generator.words import (
    BAR,
    BAR_BEAT,
    CONTINUE,
    ELEMENTS,
    FIRST_POSITION,
    MELODY,
    METRICAL,
    MODE,
    ORDER,
    PITCH,
    SIZES,
    STEPS_PER_BEAT,
    TYPE,
    State,
    start_features,
)

BEATS = 4
MOST_WORDS = 160  # of a bar
SAMPLING = {"type": (1, 1), "barBeat": (1, 1), "chord": (1, 0.98), "tempo": (0.7, 0.9), "pitch": (1, 0.97), "duration": (1, 0.98),
            "velocity": (1, 0.98), "timing": (1, 0.98), "prior": (0.85, 0.92)}  # temperature and nucleus  # fmt: skip


def draw(logits, temperature, nucleus, rng):
    """(n, V) -> (n,) sampled from the nucleus."""
    p = F.softmax(logits.float() / temperature, -1)
    if nucleus < 1:
        ordered, index = p.sort(-1, descending=True)
        keep = ordered.cumsum(-1) - ordered < nucleus
        p = torch.zeros_like(p).scatter(-1, index, ordered * keep)
    return torch.multinomial(p, 1, generator=rng)[:, 0]


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


class Plan:
    """The prior's side: codes (n, beats so far, groups) and how each bar returns (n, bars so far)."""

    def __init__(self, prior, emotion, mode, source, rng, guidance, sampling):
        self.prior, self.emotion, self.mode, self.source, self.rng = prior, emotion, torch.as_tensor(mode), source, rng
        self.guidance, self.sampling = guidance, sampling
        self.memories = [prior.stack.memory() for _ in range(1 if guidance == 1 else 2)]
        self.codes = torch.zeros(len(emotion), 0, len(prior.sizes), dtype=torch.long)
        self.returns = torch.zeros(len(emotion), 0, dtype=torch.long)

    def guided(self, logits):
        return logits[0] if self.guidance == 1 else logits[1] + self.guidance * (logits[0] - logits[1])

    def step(self):
        """One more beat of every row."""
        n, beat = self.codes.shape[:2]
        bar, place = divmod(beat, BEATS)
        features = torch.stack([torch.full((n,), place), torch.zeros(n, dtype=torch.long), self.mode, torch.full((n,), bar % 8)], 1)
        before = self.returns[:, -1:] if beat else torch.zeros(n, 1, dtype=torch.long)
        at, prior = torch.full((n, 1), beat), self.prior
        states = []
        for withheld, memory in enumerate(self.memories):
            x = prior.inputs(self.codes, before, features[:, None], self.emotion[:, beat : beat + 1],
                             torch.full((n,), bool(withheld)), torch.full((n,), self.source))  # fmt: skip
            states.append(prior.stack(x, at, at, memory)[:, 0])
        if place == 0:
            logits = self.guided([prior.returns.head(s) for s in states])
            for k, lag in enumerate(LAGS):
                if lag > bar:
                    logits[:, 1 + 2 * k : 3 + 2 * k] = -torch.inf
            self.returns = torch.cat([self.returns, draw(logits, *self.sampling["prior"], self.rng)[:, None]], 1)
        value = self.returns[:, -1]
        back = torch.tensor([beat - BEATS * lag_of(v) if v else 0 for v in value.tolist()])
        reference = torch.full((n, len(prior.sizes)), -1)
        if beat:
            reference = torch.where(value[:, None] > 0, self.codes[torch.arange(n), back], reference)
        states = [prior.returns.told(s, value, reference) for s in states]
        chosen = []
        for j, name in enumerate(prior.sizes):
            logits = self.guided([prior.heads[name](s).float() for s in states])
            code = draw(prior.returns.favour(logits, j, value, reference[:, j]), *self.sampling["prior"], self.rng)
            states = [s + prior.chain[name](code) for s in states]
            chosen.append(code)
        self.codes = torch.cat([self.codes, torch.stack(chosen, 1)[:, None]], 1)

    def indices(self):
        """{group: (n, N, 1)} as `vectors` takes them."""
        return {name: self.codes[..., j : j + 1] for j, name in enumerate(self.prior.sizes)}

    def take(self, rows):
        for memory in self.memories:
            memory.take(rows)
        self.codes, self.returns = self.codes[rows], self.returns[rows]
        self.emotion, self.mode = self.emotion[rows], self.mode[rows]


class Writer:
    """The decoder's side. emotion (n, N, 2), mode (n,). `bars` is where pieces end."""

    def __init__(self, codec, emotion, mode, bars, source, rng, plan_only, sampling=SAMPLING):
        n = len(emotion)
        self.codec, self.emotion, self.mode, self.bars, self.source, self.rng = codec, emotion, np.asarray(mode), bars, source, rng
        self.plan_only, self.sampling, self.memory = plan_only, sampling, codec.decoder.stack.memory()
        self.states, self.told = [State() for _ in range(n)], [Reference() for _ in range(n)]
        self.words = [[] for _ in range(n)]
        self.features = np.tile(start_features(), (n, 1))
        self.features[:, MODE] = self.mode
        self.references = np.stack([np.zeros_like(Reference().after((0, 0, BAR, METRICAL, 0, 0, 0, 0)))] * n)
        self.last = [0] * n

    @torch.no_grad()
    def write_to(self, bar, codes, returns):
        """Goes on to the end of bar `bar` - 1. codes: {group: (n, N, levels)} so far; returns (n, bars so far)."""
        n, decoder = len(self.words), self.codec.decoder
        plan, detail = vectors(self.codec, codes)
        beats = next(iter(codes.values())).shape[1]
        batch = {"emotion": self.emotion[:, :beats], "withheld": torch.zeros(n, dtype=torch.bool),
                 "plan_only": torch.full((n,), self.plan_only)}  # fmt: skip
        shared, own = decoder.memory(batch, plan, detail)
        rows = torch.arange(n)
        ready = np.full((n, len(ELEMENTS)), -1)  # the next word, if it is the Bar word that opens `bar`: left to the next call
        for _ in range(MOST_WORDS * bar):
            going = np.array([ready[i, 0] < 0 for i in range(n)])
            if not going.any():
                return
            pointer = torch.tensor([0 if not w else min(s.beat, beats - 1) + 1 for w, s in zip(self.words, self.states, strict=True)])
            x = decoder.embed(torch.from_numpy(self.features.astype(np.int64)))
            x = x + decoder.reference(torch.from_numpy(self.references.astype(np.int64)))
            x = (x + shared[rows, pointer] + decoder.source[self.source])[:, None]
            place = torch.tensor([[len(w)] for w in self.words])
            step = torch.tensor([[s.step] for s in self.states])
            held = self.memory.lengths.clone() if self.memory.lengths is not None else torch.zeros(n, dtype=torch.long)
            h = decoder.stack(x, place, step, self.memory, torch.from_numpy(going))[:, 0]
            word = self.draw_word(h, own, pointer, going)
            for i in np.flatnonzero(going).tolist():
                if word[i, BAR_BEAT] == BAR and self.states[i].bar == bar - 1:
                    ready[i] = word[i]
                    self.memory.lengths[i] = held[i]  # the step is taken again when the music goes on
                    continue
                row = word[i].tolist()
                self.words[i].append(row)
                bar_now = self.states[i].bar + (row[BAR_BEAT] == BAR and row[TYPE] == METRICAL)
                self.features[i] = self.states[i].after(row, 0, self.mode[i])
                self.references[i] = self.told[i].after(row, int(returns[i, bar_now]))
                self.last[i] = row[PITCH] if row[TYPE] >= MELODY else 0
        raise RuntimeError("a bar of too many words")

    def draw_word(self, h, own, pointer, going):
        word = np.zeros((len(going), len(ELEMENTS)), np.int64)
        for e in ORDER:
            column, kind = ELEMENTS.index(e), word[:, TYPE]
            if e == "type":
                need = going.copy()
            elif e in ("barBeat", "chord", "tempo"):
                need = going & (kind == METRICAL)
                if e != "barBeat":
                    place = word[:, BAR_BEAT] - FIRST_POSITION
                    word[need & (place >= 0) & (place % STEPS_PER_BEAT != 0), column] = CONTINUE
                    need &= (place >= 0) & (place % STEPS_PER_BEAT == 0)
            else:
                need = going & (kind >= MELODY)
            if not need.any():
                continue
            at = torch.from_numpy(np.flatnonzero(need))
            mine = own[e][at, pointer[at]] if e in own else 0
            logits = self.codec.decoder.elements[e](h[at], mine, torch.from_numpy(word)[at])
            allowed = np.stack([masks(self.states[i], e, self.last[i], not self.states[i].tempo) for i in at.tolist()])
            logits = logits.masked_fill(torch.from_numpy(~allowed), -torch.inf)
            word[at.numpy(), column] = draw(logits, *self.sampling[e], self.rng).numpy()
        return word

    def take(self, rows):
        self.memory.take(rows)
        rows = rows.tolist()
        for name in ("states", "told", "words"):
            held = getattr(self, name)
            setattr(self, name, [copy.copy(held[i]) if name == "words" else copy_of(held[i]) for i in rows])
        self.features, self.references, self.mode = self.features[rows], self.references[rows], self.mode[rows]
        self.last, self.emotion = [self.last[i] for i in rows], self.emotion[rows]


def copy_of(held):
    """Its lists copied, what is in them shared: past words and bars do not change."""
    out = copy.copy(held)
    for name, value in vars(held).items():
        if isinstance(value, list):
            setattr(out, name, list(value))
    return out


@torch.no_grad()
def write(codec, prior, emotion, mode, bars, source, rng, score=None, candidates=1, segment=2, guidance=1.0, sampling=SAMPLING):
    """emotion (n, 2), mode (n,) 1 or 2 -> [words (T, 8)] of n pieces. score([words], first bar, last bar) -> (number of pieces,): with
    it the best of `candidates` is kept after each `segment` bars."""
    n, beats = len(emotion), bars * BEATS
    along = torch.as_tensor(emotion).float()[:, None].expand(-1, beats, 2)
    plan = Plan(prior, along, mode, source, rng, guidance, sampling)
    writer = Writer(codec, along, mode, bars, source, rng, True, sampling)
    groups = torch.arange(n).repeat_interleave(candidates)
    for first in range(0, bars, segment):
        last = min(first + segment, bars)
        if candidates > 1:
            plan.take(groups)
            writer.take(groups)
        while plan.codes.shape[1] < min(beats, last * BEATS + 1):
            plan.step()
        writer.write_to(last, plan.indices(), plan.returns)
        if candidates > 1:
            liked = np.asarray(score([np.array(w) for w in writer.words], first, last)).reshape(n, candidates)
            best = torch.arange(n) * candidates + torch.from_numpy(liked.argmax(1))
            plan.take(best)
            writer.take(best)
    return [np.array(w) for w in writer.words]


def write_given(codec, codes, returns, emotion, mode, bars, source, rng, plan_only=False, sampling=SAMPLING):
    """Codes {group: (n, N, levels)} and returns (n, bars) as they are -> [words (T, 8)]."""
    writer = Writer(codec, emotion, mode, bars, source, rng, plan_only, sampling)
    writer.write_to(bars, codes, returns)
    return [np.array(w) for w in writer.words]
