"""The generator: words and states, attention against its step form, residual codes, and that slices reach their own element alone."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from training.generator.batches import varied, word_batch, word_crop
from training.generator.beats import ENTRIES, GROUPS, OFFSETS, beat_entries
from training.generator.codec import Codec
from training.generator.export import tensors, write_folder
from training.generator.import_weights import import_pair
from training.generator.network import Stack, causal_attention
from training.generator.prior import BeatPrior
from training.generator.returns import Reference, bar_returns, references
from training.generator.sample import note_set
from training.generator.songs import load_songs, song_of_piece, write_source
from training.generator.voices import voices_of
from training.generator.weights import keep, read_part
from training.generator.words import BAR, BAR_BEAT, BASS, INNER, MELODY, PITCH, TYPE, duration_value, piece_words, words_features
from training.generator.write import write

CONFIG = json.loads(Path(__file__).parent.parent.joinpath("generator", "affetto.json").read_text())


def piece(bars=6, seed=1):
    """A bass note and a tune note a beat, inner notes between."""
    rng = np.random.default_rng(seed)
    notes = []
    for beat in range(4 * bars):
        notes += [[4 * beat, 40 + int(rng.integers(12)), 4, 60, 0.0], [4 * beat, 72 + int(rng.integers(12)), 2, 90, 0.1]]
        notes += [[4 * beat + 2, 56 + int(rng.integers(10)), 2, 50, -0.1]]
    return {"id": "x", "split": "train", "q": 2, "key": {"tonic": 2, "mode": "minor"},
            "barBeats": [4] * bars, "tempos": [[0, 100]],
            "chords": [3 + i % 4 for i in range(4 * bars)], "notes": notes, "voices": [1, 0, 2] * 4 * bars,
            "v": [0.5] * bars, "a": [-0.4] * bars,
            "beatTimes": [0.6 * i for i in range(4 * bars)], "end": 2.4 * bars,
            "raw": [[0.15 * (n[0] + n[4]), n[1]] for n in notes]}  # fmt: skip


VOICES = [1, 0, 2] * 24


def song(seed=1):
    return song_of_piece(piece(seed=seed), "pop1k7")


class Words(unittest.TestCase):
    def test_voices_are_types(self):
        words = piece_words(piece(), VOICES)
        kinds = words[words[:, TYPE] >= MELODY, TYPE]
        self.assertEqual(kinds[:3].tolist(), [BASS, MELODY, INNER])

    def test_long_notes_keep_their_length(self):
        self.assertEqual([duration_value(s) for s in (0.1, 0.5, 1, 16, 24, 60, 200)], [1, 2, 4, 32, 36, 47, 48])

    def test_labels_are_found_on_the_grid(self):
        self.assertEqual(voices_of(piece(), VOICES).tolist(), VOICES)

    def test_emotion_keeps_to_the_labelled_side(self):
        self.assertTrue((song().emotion[:, 0] < 0).all() and (song().emotion[:, 1] > 0).all())

    def test_songs_come_back_from_their_file(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "pop1k7.jsonl").write_text(json.dumps(piece(seed=3)) + "\n" + json.dumps(piece(seed=4)) + "\n")
            self.assertEqual(write_source(Path(folder, "pop1k7.jsonl"), "pop1k7", folder)[0], 2)
            again = load_songs(folder)[1]
        fresh = song(4)
        for name in ("words", "features", "entries", "beat_bar", "bar_place"):
            self.assertTrue((getattr(again, name) == getattr(fresh, name)).all(), name)
        self.assertLess(abs(again.emotion - fresh.emotion).max(), 1e-3)

    def test_a_crop_played_otherwise_is_what_its_words_say(self):
        rng, crop = np.random.default_rng(2), word_crop(song(), 0, 100)
        seen = set()
        for _ in range(12):
            row = varied(crop, rng)
            features, beat, _, _ = words_features(row["words"], np.zeros(9, int), 2)
            entries, attributes, _ = beat_entries(row["words"], features, beat)
            whole = len(entries) - 1  # the last beat is cut
            self.assertTrue((entries[:whole] == row["entries"][:whole]).all())
            self.assertLess(abs(attributes[:whole] - row["attributes"][:whole]).max(), 1e-4)
            self.assertTrue((features[:-1, :-2] == row["features"][1:, :-2]).all())
            seen.add(tuple(row["words"][1:3].flatten().tolist()))
        self.assertGreater(len(seen), 4)

    def test_a_pitch_slice_does_not_tell_the_rhythm(self):
        straight = piece()
        late = {**straight, "notes": [[n[0] + (1 if i % 3 == 2 else 0), *n[1:]] for i, n in enumerate(straight["notes"])]}
        a, b = song_of_piece(straight, "pop1k7").entries, song_of_piece(late, "pop1k7").entries
        for name, (_, count) in GROUPS.items():
            same = (a[:, OFFSETS[name] : OFFSETS[name] + count] == b[:, OFFSETS[name] : OFFSETS[name] + count]).all()
            self.assertEqual(bool(same), name != "barBeat", name)


class Network(unittest.TestCase):
    def test_chunks_are_causal_attention(self):
        torch.manual_seed(0)
        q, k, v = (torch.randn(2, 3, 300, 8) for _ in range(3))
        exact = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        self.assertLess(float((causal_attention(q, k, v) - exact).abs().max()), 1e-5)

    def test_steps_are_the_whole(self):
        torch.manual_seed(0)
        stack = Stack({"layers": 2, "heads": 2, "width": 32, "ffn": 64, "window": 64, "firstPeriod": 4}).eval()
        x, time = torch.randn(2, 40, 32), torch.arange(40).expand(2, 40) * 3
        place = torch.arange(40).expand(2, 40)
        with torch.no_grad():
            whole, memory = stack(x, place, time), stack.memory()
            steps = [stack(x[:, t : t + 1], place[:, t : t + 1], time[:, t : t + 1], memory) for t in range(40)]
        self.assertLess(float((torch.cat(steps, 1) - whole).abs().max()), 1e-5)

    def test_music_moved_by_bars_is_heard_the_same(self):
        """Relative positions: the same music 32 bars later gives the same output."""
        torch.manual_seed(0)
        stack = Stack({"layers": 2, "heads": 2, "width": 32, "ffn": 64, "window": 64, "firstPeriod": 4}).eval()
        x, place = torch.randn(1, 20, 32), torch.arange(20)[None]
        with torch.no_grad():
            gap = stack(x, place, place * 4) - stack(x, place + 700, place * 4 + 512)
        self.assertLess(float(gap.abs().max()), 1e-3)


class Slices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.manual_seed(0)
        cls.codec = Codec(CONFIG)
        cls.songs = [song(s) for s in range(4)]
        cls.batch = word_batch([word_crop(s, 0, 256) for s in cls.songs], np.random.default_rng(0), 0, 0.0)
        cls.codec.train()
        with torch.no_grad():
            for _ in range(3):
                cls.codec(cls.batch)
        cls.codec.eval()

    def test_residual_codes_come_nearer(self):
        entries = torch.from_numpy(self.songs[0].entries.astype(np.int64))
        first = OFFSETS["pitchInner"]
        with torch.no_grad():
            z = self.codec.encoders["pitchInner"](entries[:, first : first + GROUPS["pitchInner"][1]])
            rest, gaps = z, []
            for book in self.codec.books["pitchInner"].books:
                rest = rest - book.codes[book.nearest(rest)]
                gaps.append(float(rest.pow(2).mean()))
        self.assertLess(gaps[-1], gaps[0])

    def test_a_slice_reaches_its_own_element(self):
        moved = {**self.batch, "entries": self.batch["entries"].clone()}
        first, count = OFFSETS["velocity"], GROUPS["velocity"][1]
        moved["entries"][..., first : first + count] = 0
        self.assertEqual(moved["entries"].shape[-1], ENTRIES)
        with torch.no_grad():
            losses = []
            for batch in (self.batch, moved):
                plan, detail, *_ = self.codec.quantize(batch["entries"], batch["beat_mask"], False)
                losses.append({e: float(t) for e, (t, _) in self.codec.losses(batch, plan, detail).items()})
        for element, before in losses[0].items():
            self.assertEqual(losses[1][element] == before, element != "velocity", element)

    def test_weights_come_back_from_their_file(self):
        state = {"model": self.codec.state_dict(), "config": CONFIG, "seen": 12}
        with tempfile.TemporaryDirectory() as folder:
            keep({"codec": state}, Path(folder, "w.safetensors"))
            again = read_part(Path(folder, "w.safetensors"), "codec")
        codec = Codec(again["config"])
        codec.load_state_dict(again["model"])
        self.assertEqual(again["seen"], 12)
        for name, value in codec.state_dict().items():
            self.assertLess(float((value.float() - state["model"][name].float()).abs().max()), 0.01, name)

    def test_what_ships_can_be_trained_on(self):
        torch.manual_seed(6)
        prior = BeatPrior(CONFIG).eval()
        for rows in (prior.source, prior.returns.codes.rows, self.codec.decoder.source, self.codec.decoder.reference.rows):
            rows.data.normal_()
        with tempfile.TemporaryDirectory() as folder:
            write_folder(folder, self.codec, prior, {})
            again = import_pair(folder, CONFIG)
        before, after = tensors(self.codec, prior), tensors(*again)
        self.assertEqual(set(before), set(after))
        for name in before:
            gap = abs(before[name].astype(float) - after[name].astype(float)).max()
            self.assertLess(gap, 0.01 * max(1, abs(before[name].astype(float)).max()), name)

    def test_a_prior_asked_beat_by_beat_says_the_same(self):
        torch.manual_seed(4)
        prior = BeatPrior(CONFIG).eval()
        for table in prior.earlier:
            table.rows.data.normal_()
        prior.returns.before.weight.data.normal_()
        codes = torch.stack([torch.randint(0, n, (2, 40)) for n in prior.sizes.values()], 2)
        features, emotion = torch.zeros(2, 40, 4, dtype=torch.long), torch.zeros(2, 40, 2)
        known = torch.zeros(2, dtype=torch.bool), torch.zeros(2, dtype=torch.long)
        before = torch.randint(0, 9, (2, 40))
        with torch.no_grad():
            whole = prior.inputs(codes[:, :-1], before, features, emotion, *known)
            steps = [prior.inputs(codes[:, :t], before[:, t : t + 1], features[:, :1], emotion[:, :1], *known) for t in range(40)]
        self.assertLess(float((torch.cat(steps, 1) - whole).abs().max()), 1e-5)

    def test_whatever_the_codes_the_grammar_holds(self):
        torch.manual_seed(5)
        prior, rng = BeatPrior(CONFIG).eval(), torch.Generator().manual_seed(1)
        emotion, mode = torch.zeros(3, 2), np.array([1, 2, 1])
        plain = write(self.codec, prior, emotion, mode, 3, 0, rng)
        heard = []

        def score(words, first, last):
            heard.append((len(words), first, last))
            return [len(w) for w in words]

        longest = write(self.codec, prior, emotion, mode, 3, 0, rng, score, candidates=4)
        self.assertEqual(heard, [(12, 0, 2), (12, 2, 3)])
        for w in (*plain, *longest):
            self.assertEqual(int((w[:, BAR_BEAT] == BAR).sum()), 3)
            self.assertTrue(all(0 <= step < 48 for step, _ in note_set(w)))
        self.assertGreater(sum(map(len, longest)), sum(map(len, plain)))


class Returns(unittest.TestCase):
    def test_bars_that_come_back_are_found(self):
        again = piece(bars=6)
        bar = [n for n in again["notes"] if n[0] < 16]
        again["notes"] = [n for n in again["notes"] if n[0] // 16 != 4] + [[n[0] + 64, *n[1:]] for n in bar]
        again["notes"].sort(key=lambda n: n[0])
        got = song_of_piece({**again, "voices": voices_of(again, VOICES).tolist()}, "pop1k7")
        self.assertEqual(got.returns.tolist()[4], 1 + 2 * 2 + 1)  # four bars back, the same
        told = got.references[got.bar_starts[4] + 1 : got.bar_starts[5]]
        words = got.words[got.bar_starts[4] + 1 : got.bar_starts[5]]
        self.assertTrue((told[:, 1 + TYPE] == words[:, TYPE]).all() and (told[:, 1 + PITCH] == words[:, PITCH]).all())

    def test_word_by_word_is_the_whole(self):
        rng = np.random.default_rng(3)
        words = song(7).words
        starts = np.flatnonzero(words[:, BAR_BEAT] == BAR)
        returns = np.array([0, *(int(rng.integers(0, 1 + 2 * (1 + int(np.log2(bar))))) for bar in range(1, len(starts)))])
        whole, reference, rows, bar = references(words, returns, starts), Reference(), [], -1
        for word in words.tolist():
            bar += word[BAR_BEAT] == BAR
            rows.append(reference.after(word, returns[bar]))
        self.assertTrue((whole[1:] == np.array(rows[:-1])).all())
        self.assertGreater(int((whole[:, 0] > 0).sum()), 20)
        self.assertEqual(bar_returns(words, starts).shape, (6,))


if __name__ == "__main__":
    unittest.main()
