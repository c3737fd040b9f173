"""From checkpoints to what the app loads and back: nothing may be lost on the way but digits."""

import tempfile
import unittest
from pathlib import Path

import torch

from training.muser.data import fixed_batches, load_songs
from training.muser.export import load_pair, tensors, write_folder
from training.muser.import_weights import import_pair, save_checkpoint
from training.muser.model import Codec
from training.muser.prior import BeatPrior, WordPrior
from training.muser.train import read_config
from training.tests import synthetic

HERE = Path(__file__).resolve().parent

ONE_LEVEL = ("decoder.element.layers=0",)


def config_of(name, overrides=()):
    return read_config(HERE.parent / "configs" / name, overrides)


def some_pair(config):
    """A codec and a prior that have learnt nothing, with every number that export folds away from its start."""
    torch.manual_seed(3)
    codec = Codec(config)
    for _, book in codec.books.items():
        book.codes.normal_()
        book.ready.fill_(True)
    if codec.beat_rate:
        for _, norm in codec.encoder.norm.items():
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)
        prior = BeatPrior(config)
        for rows in (codec.decoder.source, prior.source):
            rows.data.normal_()  # EMOPIA's is folded, the other one does not ship
    else:
        used = list(range(0, config["books"][0]["size"], 2))
        config["books"][0] |= {"used": len(used), "usedCodes": used}
        prior = WordPrior(config)
    return codec.eval(), prior.eval()


class Import(unittest.TestCase):
    def there_and_back(self, name, overrides=(), int8=False, tolerance=0.01):
        config = config_of(name, overrides)
        codec, prior = some_pair(config)
        with tempfile.TemporaryDirectory() as folder:
            write_folder(folder, codec, prior, {}, int8=int8)
            again, prior_again = import_pair(folder, config_of(name, overrides))
            before, after = tensors(codec, prior), tensors(again, prior_again)
            self.assertEqual(set(before), set(after))
            for key in before:
                gap = abs(before[key].astype(float) - after[key].astype(float)).max()
                self.assertLess(gap, tolerance * max(1, abs(before[key].astype(float)).max()), key)
            data = synthetic.write(Path(folder, "data"), "emopia", songs=2, bars=6)
            batch = next(fixed_batches(load_songs(data, "emopia"), 2, 96, 4, codec.beat_rate))
            with torch.no_grad():
                codes, index, _, _ = codec.quantize(batch)
                if codec.beat_rate:  # (the nearest of many random word codes hangs on the last digit)
                    index_again = again.quantize(batch)[1]
                    same = [float((index[n] == index_again[n])[batch["beat_mask"]].float().mean()) for n in index]
                    self.assertGreater(min(same), 0.9)
                one, other = codec.losses(batch, codes), again.losses(batch, codes)
            for e in one:
                self.assertAlmostEqual(float(one[e][0]), float(other[e][0]), delta=0.05, msg=e)
            path = Path(folder)
            save_checkpoint(path / "codec.pt", again, again.config)
            save_checkpoint(path / "prior.pt", prior_again, again.config)
            third = tensors(*load_pair(path / "codec.pt", path / "prior.pt"))
            for key in after:
                self.assertTrue((after[key] == third[key]).all(), key)

    def test_beat_codes(self):
        self.there_and_back("smoke.json")

    def test_word_codes(self):
        self.there_and_back("smoke-paper.json")

    def test_int8(self):
        self.there_and_back("smoke.json", int8=True, tolerance=0.03)

    def test_one_level(self):
        self.there_and_back("smoke.json", ONE_LEVEL)
        self.there_and_back("smoke-paper.json", ONE_LEVEL)

    def test_another_shape_is_refused(self):
        codec, prior = some_pair(config_of("smoke.json"))
        with tempfile.TemporaryDirectory() as folder:
            write_folder(folder, codec, prior, {})
            with self.assertRaisesRegex(SystemExit, "'prior'"):
                import_pair(folder, config_of("smoke.json", ["prior.hidden=16"]))


class OneLevel(unittest.TestCase):
    def test_no_slice_reaches_a_head_beside_the_global_stack(self):
        config = config_of("smoke.json", (*ONE_LEVEL, "decoder.globalBooks=[]"))
        codec, _ = some_pair(config)
        with tempfile.TemporaryDirectory() as folder:
            data = synthetic.write(Path(folder), "emopia", songs=2, bars=6)
            batch = next(fixed_batches(load_songs(data, "emopia"), 2, 96, 4))
        with torch.no_grad():
            codes = codec.quantize(batch)[0]
            other = {name: torch.randn_like(q) for name, q in codes.items()}
            self.assertTrue(torch.equal(codec.decoder(batch, codes), codec.decoder(batch, other)))


if __name__ == "__main__":
    unittest.main()
