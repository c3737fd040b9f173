#!/usr/bin/env bash
# The generator's whole course on one GPU within ten minutes: training/on-gpu.sh DATA OUT
# DATA (11 MB) is what python -m training.generator.songs wrote. Carried there: the repository and DATA; brought back: OUT's weights as
# f16 in parts of at most 15 MiB (`cat generator.safetensors.* > generator.safetensors`) and the logs. Needs Python with what training/requirements.txt
# lists and a torch that sees the GPU. --try does a minute's worth of the same on the CPU.
set -eu
data=$(realpath "$1") out=$(realpath -m "$2") mode=${3:-}
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
cd "$here/.."
"$AFFETTO_PYTHON" -m training.generator.weights --codec "$work/decoder.pt" --prior "$work/prior.pt" --out "$work/generator.safetensors"
split -b 15M -d "$work/generator.safetensors" "$out/generator.safetensors."
ls -l "$out"
