"""The tagger of voices: melody, bass or inner for every note of any piano piece, learnt from POP909.

    npm run research -- features --voices --data DATA --out FEATURES
    python -m training.voices.train --features FEATURES --out resources/models/voices

Songs whose number ends in 0 are held out and measured; those ending in 5 say which state is kept.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.voices.augment import vary
from training.voices.features import FEATURES, chord_order, note_features
from training.voices.network import VoiceTagger
from training.voices.notes import MELODY, VOICES, one_piano, pop909_lines, read_pieces, settle

CROP = 512
KEPT_BACK, CHOOSING = "0", "5"  # last digit of a song's number


def rows_of(start, end, pitch, velocity):
    order = chord_order(start, pitch)
    return order, note_features(start[order], end[order], pitch[order], velocity[order])


def load(folder):
    songs = {"train": [], "dev": [], "val": []}
    for _, name, notes in read_pieces(folder, ("pop909",)):
        split = {KEPT_BACK: "val", CHOOSING: "dev"}.get(name[-1], "train")
        songs[split].append(one_piano(notes, pop909_lines(notes)))
    return songs


def crops(songs, random):
    """One crop a CROP of notes of each song, each song varied anew."""
    for i in random.permutation(len(songs)):
        start, end, pitch, velocity, voices = vary(*songs[i], random)
        order, x = rows_of(start, end, pitch, velocity)
        song = x, start[order], pitch[order], voices[order]
        shift = random.integers(0, CROP)
        for at in range(-shift, len(order), CROP):
            low = max(0, at)
            if min(at + CROP, len(order)) - low > 32:
                yield [part[low : at + CROP] for part in song]


def batches(songs, size, random):
    pool = []
    for crop in crops(songs, random):
        pool.append(crop)
        if len(pool) == 16 * size:
            order = random.permutation(len(pool))
            for i in range(8):
                yield collate([pool[j] for j in order[i * size : (i + 1) * size]])
            pool = [pool[j] for j in order[8 * size :]]
    order = random.permutation(len(pool))
    for i in range(len(pool) // size):
        yield collate([pool[j] for j in order[i * size : (i + 1) * size]])


def collate(items):
    x = torch.zeros(len(items), CROP, FEATURES)
    start, pitch = torch.zeros(2, len(items), CROP)
    y = torch.full((len(items), CROP), -1)
    for row, parts in enumerate(items):
        for out, part in zip((x, start, pitch, y), parts):
            out[row, : len(part)] = torch.tensor(part)
        start[row] -= start[row, 0].clone()
    return x, start, pitch, y


def say(net, x, start, pitch):
    rows = (torch.tensor(part, dtype=torch.float32)[None] for part in (x, start - start[0], pitch))
    with torch.no_grad():
        return net(*rows, torch.ones(1, len(x), dtype=torch.bool))[0].argmax(-1).numpy().astype(np.int8)


def counts(net, songs, flat=False):
    """(songs, truth, said) of the voices, and of MELODY beside all else."""
    net.eval()
    voices, alone = np.zeros((len(songs), 3, 3), int), np.zeros((len(songs), 2, 2), int)
    for i, (notes, lines) in enumerate(songs):
        velocity = np.full(len(notes), 64.0) if flat else notes.velocity
        order, x = rows_of(notes.start, notes.end, notes.pitch, velocity)
        place = notes.start[order], notes.end[order], notes.pitch[order]
        said = say(net, x, place[0], place[2])
        np.add.at(voices[i], (settle(*place, lines[order]), settle(*place, said)), 1)
        np.add.at(alone[i], ((lines[order] != MELODY).astype(int), (said != MELODY).astype(int)), 1)
    net.train()
    return voices, alone


def figures(tables):
    """F1, precision and recall by voice over all notes, and the melody's F1 averaged over songs; `sung`: MELODY without BRIDGE."""
    out = {}
    voices, alone = tables
    for v, name, table in (*((v, name, voices) for v, name in enumerate(VOICES)), (0, "sung", alone)):
        pooled = table.sum(0)
        hit, said, true = pooled[v, v], pooled[:, v].sum(), pooled[v].sum()
        out[name] = {"f1": 2 * hit / (said + true), "precision": hit / max(1, said), "recall": hit / max(1, true)}
    songs = [2 * t[0, 0] / max(1, t[:, 0].sum() + t[0].sum()) for t in voices]
    out["melody"]["f1BySong"] = float(np.mean(songs))
    out["accuracy"] = np.trace(voices.sum(0)) / voices.sum()
    return {k: {n: round(float(x), 4) for n, x in v.items()} if isinstance(v, dict) else round(float(v), 4) for k, v in out.items()}


def train(songs, options, net):
    random = np.random.default_rng(options.seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.01)
    total = options.epochs * sum(len(n) for n, _ in songs["train"]) // (CROP * options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, total_steps=total + 50 * options.epochs, pct_start=0.1)
    best, kept = 0.0, None
    for epoch in range(options.epochs):
        began, sum_loss, updates = time.time(), 0.0, 0
        for x, start, pitch, y in batches(songs["train"], options.batch, random):
            logits = net(x, start, pitch, y >= 0)
            loss = F.cross_entropy(logits.flatten(0, 1), y.flatten(), ignore_index=-1)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            sum_loss, updates = sum_loss + loss.item(), updates + 1
            if updates % 40 == 0:
                print(updates, round(sum_loss / updates, 4), round(time.time() - began), flush=True)
        seen = [figures(counts(net, songs["dev"], flat)) for flat in (False, True)]
        score = sum(s["melody"]["f1"] + s["bass"]["f1"] for s in seen)
        if score > best:
            best, kept = score, {k: v.clone() for k, v in net.state_dict().items()}
            torch.save({"state": kept, "width": options.width}, options.checkpoint)
        said = {k: [s[k]["f1"] for s in seen] for k in (*VOICES, "sung")}
        print(
            json.dumps(
                {"epoch": epoch, "updates": updates, "loss": round(sum_loss / updates, 4), **said, "seconds": round(time.time() - began)}
            ),
            flush=True,
        )
    net.load_state_dict(kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    songs = load(options.features)
    net = VoiceTagger(FEATURES, options.width)
    if options.init:
        state = torch.load(options.init)["state"]
        net.load_state_dict({k: v for k, v in state.items() if net.state_dict()[k].shape == v.shape}, strict=False)
    print(json.dumps({"weights": sum(p.numel() for p in net.parameters()), **{k: len(v) for k, v in songs.items()}}), flush=True)
    train(songs, options, net)
    for flat in (False, True):
        print(json.dumps({"flat": flat, **figures(counts(net, songs["val"], flat))}), flush=True)


if __name__ == "__main__":
    main()
