#!/usr/bin/env bash
# The whole course of the generator: training/generator/run.sh DATA OUT. DATA holds <source>.npz (python -m training.generator.songs);
# OUT gets checkpoints and logs. Resumable: run it again. From the environment: CODEC, DECODER (words to see), PRIOR (beats), DEVICE,
# THREADS, WORKERS, BATCH and PRIOR_BATCH (rows an update).
set -eu
data=$(realpath "$1") out=$(realpath -m "$2")
cd "$(dirname "$0")/../.."
train() {
  "${AFFETTO_PYTHON:-python3}" -m training.generator.train --data "$data" --out "$out" --device "${DEVICE:-cpu}" --threads "${THREADS:-1}" \
    --workers "${WORKERS:-2}" --set training.batch="${BATCH:-16}" --set training.priorBatch="${PRIOR_BATCH:-32}" "$@"
}
# 1. Slices, books and the decoder together; 2. the books fixed, the decoder goes on; 3. the prior over the plan's codes.
train --stage codec --total "${CODEC:-7e6}"
train --stage codec --name decoder --freeze --init "$out/codec.pt" --total "${DECODER:-60e6}"
# EMOPIA is small: at a third of the last rows its held-out loss rose from 17.4 to 18.6 nats a beat, at a tenth it fell to 17.0.
# More than some six million beats it learns by heart, unless much of it is dropped and some of what it hears is wrong.
train --stage prior --codec "$out/decoder.pt" --total "${PRIOR:-30e6}" --keep-best --shares 0.1,0.6,0.3 --last-shares 0.12,0.6,0.28 \
  --set prior.stack.dropout=0.25 --set training.mistakes=0.1
