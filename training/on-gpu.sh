#!/usr/bin/env bash
# The generator's whole course on one GPU within ten minutes: training/on-gpu.sh DATA OUT
# DATA (11 MB) is what python -m training.generator.songs wrote. Carried there: the repository and DATA; brought back: OUT's weights as
# f16 in parts of at most 15 MiB (`cat generator.pt.* > generator.pt`) and the logs. Needs Python with what training/requirements.txt
# lists and a torch that sees the GPU. --try does a minute's worth of the same on the CPU.
set -eu
data=$1 out=$2 mode=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
export AFFETTO_PYTHON=${AFFETTO_PYTHON:-python3}
if [ "$mode" = --try ]; then
  export DEVICE=cpu CODEC=3e4 DECODER=2e4 PRIOR=2e4 BATCH=4 PRIOR_BATCH=8
else
  "$AFFETTO_PYTHON" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' || { echo "torch sees no GPU here" >&2; exit 2; }
  export DEVICE=cuda CODEC=${CODEC:-24e6} DECODER=${DECODER:-60e6} PRIOR=${PRIOR:-40e6} BATCH=${BATCH:-48} PRIOR_BATCH=${PRIOR_BATCH:-128}
  export WORKERS=${WORKERS:-$(nproc)} THREADS=${THREADS:-4}
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
"$here/generator/run.sh" "$data" "$work"
cp "$work"/*.jsonl "$out"/
"$AFFETTO_PYTHON" - "$work" "$out" <<'P'
import sys
from pathlib import Path

import torch

work, out = map(Path, sys.argv[1:])
parts = {name: torch.load(work / f"{name}.pt", map_location="cpu", weights_only=False) for name in ("decoder", "prior")}
kept = {name: {"model": {k: v.half() if v.is_floating_point() else v for k, v in part["model"].items()}, "config": part["config"],
               "seen": part["seen"]} for name, part in parts.items()}  # fmt: skip
torch.save(kept, work / "generator.pt")
data = (work / "generator.pt").read_bytes()
size = 15 * 2**20
for i in range(0, len(data), size):
    (out / f"generator.pt.{i // size:02d}").write_bytes(data[i : i + size])
print(f"{len(data) / 2**20:.1f} MiB of weights")
P
