"""Makes checkpoints of a weights folder again, so that training can go on from what ships: the way back of export.py.

  python -m training.generator.import_weights --weights resources/models/NAME --out training/runs/shipped
  python -m training.generator.train --stage prior --codec training/runs/shipped/codec.pt --init training/runs/shipped/prior.pt …

What was folded for the app is unfolded: what reads codes by least squares, batch norms as ones that change nothing, rows that say
"nothing there" as zeros. What never ships starts anew: optimizers, the regularizer's reducers, the use counts of the codes, the manners of
the other sources, which are EMOPIA's until training says otherwise.
"""

import argparse
import json
from pathlib import Path

import torch

from training.generator.codec import Codec
from training.generator.export import app_config, decoder, encoders, prior_tensors
from training.generator.prior import BeatPrior
from training.muser.import_weights import fill_direct, read_tensors, unfold

CONFIG = Path(__file__).with_name("affetto.json")
SHAPE_KEYS = ("vocabulary", "order", "groups", "encoder", "decoder", "prior")


def tables_of(table):
    """{feature: its rows} of a TableSum, as views."""
    return dict(zip(table.sizes, table.rows.split(list(table.sizes.values())), strict=True))


def fill_reader(reader, codec, name, stored):
    done = set()
    for group in reader.groups:
        books = codec.books[group].books
        keys = [f"{name}.{group}.{level}" for level in range(len(books))]
        reader.plan[group].weight.copy_(unfold(books[0].codes, stored[keys[0]]))
        if len(books) > 1:
            codes = torch.cat([book.codes for book in books[1:]])
            reader.detail[group].weight.copy_(unfold(codes, torch.cat([stored[key] for key in keys[1:]])))
        done |= set(keys)
    return done


def fill_codec(codec, stored):
    done = {"decoder.embed.bias"}
    codec.decoder.source.copy_(stored["decoder.embed.bias"].expand_as(codec.decoder.source))
    for name, rows in tables_of(codec.decoder.reference).items():
        rows.copy_(stored[f"decoder.reference.{name}"])
        done.add(f"decoder.reference.{name}")
    for group in codec.config["groups"]:
        name = group["name"]
        encoder = codec.encoders[name]
        encoder.norm.running_mean.zero_()
        encoder.norm.running_var.fill_(1 - encoder.norm.eps)
        for part, tensor in (("table", encoder.table.weight), ("out.weight", encoder.outer.weight), ("out.bias", encoder.outer.bias)):
            tensor.copy_(stored[f"encode.{name}.{part}"])
            done.add(f"encode.{name}.{part}")
        for book in codec.books[name].books:  # equally used, until training says otherwise
            book.count.fill_(1)
            book.total.copy_(book.codes)
            book.ready.fill_(True)
    done |= fill_reader(codec.decoder.shared, codec, "decoder.read", stored)
    for e in codec.decoder.own.names():
        done |= fill_reader(codec.decoder.own[e], codec, f"elements.{e}.read", stored)
    return done


def fill_prior(prior, stored):
    done = {"prior.embed.bias"}
    prior.source.copy_(stored["prior.embed.bias"].expand_as(prior.source))
    tables = [("prior.last", prior.last), *((f"prior.earlier.{lag}", t) for lag, t in zip(prior.lags, prior.earlier, strict=True)),
              ("prior.returns.codes", prior.returns.codes)]  # fmt: skip
    for at, table in tables:
        for group, rows in tables_of(table).items():
            rows[0] = 0
            rows[1:].copy_(stored[f"{at}.{group}"])
            done.add(f"{at}.{group}")
    prior.returns.value.weight.copy_(stored["prior.returns.value"])
    return done | {"prior.returns.value"}


@torch.no_grad()
def import_pair(folder, config):
    """Codec and prior in eval mode, from a weights folder and the training config that it fits."""
    shipped = json.loads(Path(folder, "config.json").read_text())
    asked = json.loads(json.dumps(app_config(config, {})))
    for key in SHAPE_KEYS:
        if asked[key] != shipped[key]:
            raise SystemExit(f"'{key}' of the training config and of {folder} differ")
    stored = read_tensors(folder)
    codec, prior = Codec(config).eval(), BeatPrior(config).eval()
    done = fill_direct(encoders, codec, stored) | fill_direct(decoder, codec, stored) | fill_codec(codec, stored)
    done |= fill_direct(prior_tensors, prior, stored) | fill_prior(prior, stored)
    left = set(stored) - done
    if left:
        raise SystemExit(f"{folder} holds {len(left)} tensors that no part takes, {sorted(left)[0]} among them")
    return codec, prior


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    args.out.mkdir(parents=True, exist_ok=True)
    for name, module in zip(("codec", "prior"), import_pair(args.weights, config), strict=True):
        torch.save({"model": module.state_dict(), "config": config, "seen": 0}, args.out / f"{name}.pt")


if __name__ == "__main__":
    main()
