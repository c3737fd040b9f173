"""python -m unittest discover -s training/tests -t .   (from the repository's root)"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from training.muser.export import int8_rows
from training.muser.features import bar_sets, return_distances, start_features, step_features
from training.muser.gates import mutual_information
from training.muser.layers import causal_attention, feature_map
from training.muser.quantizer import Codebook
from training.tests import synthetic

HERE = Path(__file__).resolve().parent


class Attention(unittest.TestCase):
    def test_chunks_agree_with_recurrence(self):
        torch.manual_seed(0)
        q, k = (feature_map(torch.randn(2, 3, 150, 8)) for _ in range(2))
        v = torch.randn(2, 3, 150, 8)
        decay = torch.tensor([0.8, 0.99, 1.0])
        fast = causal_attention(q, k, v, decay)
        s, z = torch.zeros(2, 3, 8, 8), torch.zeros(2, 3, 8)
        for t in range(150):
            s = decay[:, None, None] * s + k[:, :, t, :, None] * v[:, :, t, None]
            z = decay[:, None] * z + k[:, :, t]
            y = torch.einsum("nhd,nhde->nhe", q[:, :, t], s) / ((q[:, :, t] * z).sum(-1, keepdim=True) + 1e-6)
            self.assertLess(float((y - fast[:, :, t]).abs().max()), 1e-4)


class Quantizer(unittest.TestCase):
    def test_finds_clusters_and_passes_gradients(self):
        torch.manual_seed(0)
        centres = torch.randn(16, 4) * 5
        book = Codebook(16, 4)
        for _ in range(30):
            z = (centres[torch.randint(16, (256,))] + 0.05 * torch.randn(256, 4)).requires_grad_()
            q, index, loss = book(z, learn=True)
        self.assertLess(float(loss), 0.02)
        q.sum().backward()
        self.assertTrue(torch.equal(z.grad, torch.ones_like(z)))

    def test_stays_open_before_the_codes_are_laid(self):
        book = Codebook(4, 2, open_for=3)
        for _ in range(3):
            z = torch.randn(64, 2)
            q, _, loss = book(z, learn=True)
            self.assertTrue(torch.equal(q, z))
            self.assertEqual(float(loss), 0)
        q, _, loss = book(torch.randn(64, 2), learn=True)
        self.assertLessEqual(len(q.round(decimals=4).unique(dim=0)), 4)
        self.assertGreater(float(loss), 0)

    def test_revives_what_nothing_chose(self):
        torch.manual_seed(0)
        book = Codebook(4, 2, idle_limit=5)
        book(torch.randn(64, 2), learn=True)
        elsewhere = torch.randn(256, 2) + 100
        for _ in range(12):
            book(elsewhere, learn=True)
        self.assertGreater(int(book.revived), 0)
        self.assertTrue(bool((book.codes > 50).all()))

    def test_mutual_information(self):
        x = torch.arange(4).repeat(500)
        self.assertAlmostEqual(mutual_information(x, x), float(np.log(4)), delta=0.01)
        self.assertLess(mutual_information(x, x[torch.randperm(2000)]), 0.01)


class Export(unittest.TestCase):
    def test_int8_rows_are_close_and_found_again(self):
        matrix = np.random.default_rng(0).normal(size=(20, 64)).astype(np.float32)
        matrix[3] = 0
        q, scale = int8_rows(matrix)
        back = q * scale[:, None]
        self.assertLess(np.abs(back - matrix).max(), 0.2)
        self.assertLess(float(np.square(back - matrix).mean()), 2e-4)
        again, same = int8_rows(back.astype(np.float32))
        self.assertTrue(np.array_equal(again, q))
        np.testing.assert_allclose(same, scale, rtol=1e-6)


class Features(unittest.TestCase):
    def test_agree_with_the_typescript(self):
        golden = json.loads((HERE.parents[1] / "test/fixtures/golden/features.json").read_text())
        self.assertGreater(len(golden["pieces"]), 0)
        for piece in golden["pieces"]:
            words = np.array(piece["words"], np.uint8)
            sets, _ = bar_sets(words)
            self.assertEqual(return_distances(sets), piece["form"])
            bars = len(piece["form"])
            ending = [bars - b if piece["ending"] and bars - b <= 4 else 0 for b in range(bars)]
            ours, pointer, _ = step_features(words, piece["form"], ending)
            ours[:, -1] = piece["mode"]
            theirs = np.array(piece["features"])
            np.testing.assert_array_equal(ours, theirs[1:])
            first = start_features()
            first[[-1, 12]] = piece["mode"], ending[0]
            np.testing.assert_array_equal(first, theirs[0])
            self.assertEqual([-1, *pointer.tolist()], piece["pointers"])


class Training(unittest.TestCase):
    def train(self, folder, *args):
        command = [sys.executable, "-m", "training.muser.train", "--data", str(folder), "--labels", str(folder / "labels"), *args]
        subprocess.run(command, check=True, cwd=HERE.parents[1], capture_output=True, text=True)

    def records(self, path):
        return [json.loads(line) for line in path.read_text().splitlines()]

    def smoke(self, config):
        with tempfile.TemporaryDirectory() as name:
            folder = synthetic.write(Path(name), "emopia")
            common = ["--config", str(HERE.parent / "configs" / config), "--sources", "emopia", "--out", str(folder / "run")]
            self.train(folder, *common, "--stage", "codec", "--steps", "100")
            records = self.records(folder / "run" / "codec.jsonl")
            losses = [r["train"]["loss"] for r in records if "train" in r]
            self.assertLess(losses[-1], losses[0])
            self.assertTrue(any("check" in r for r in records))
            self.train(folder, *common, "--stage", "codec", "--steps", "120", "--resume")
            self.assertEqual([r["resumed"] for r in self.records(folder / "run" / "codec.jsonl") if "resumed" in r], [100])
            self.train(folder, *common, "--stage", "prior", "--codec", str(folder / "run/codec.pt"), "--steps", "60")
            check = [r["check"] for r in self.records(folder / "run" / "prior.jsonl") if "check" in r][-1]
            self.assertTrue(all(np.isfinite(check[k]["sum"]) for k in ("right", "none", "opposite")))

    def test_beat_codes_learn_resume_and_get_a_prior(self):
        self.smoke("smoke.json")

    def test_word_codes_learn_resume_and_get_a_prior(self):
        self.smoke("smoke-paper.json")


if __name__ == "__main__":
    unittest.main()
