#!/usr/bin/env bash
# The whole recipe of one model: training/run.sh NAME DATA OUT [LABELS]
# NAME = affetto or muser-paper; DATA = what `affetto dataset` wrote; OUT = where checkpoints go. Resumable: run it again.
# Minutes a stage come from the environment: CODEC, MIX, PRIOR, TUNE (defaults below are what the shipped weights had).
set -eu
name=$1 data=$2 out=$3 labels=${4:-$2/labels}
here=$(cd "$(dirname "$0")" && pwd)
python=${AFFETTO_PYTHON:-python3}
train() { "$python" "$here/train.py" --config "$here/configs/$name.json" --data "$data" --labels "$labels" --out "$out" --threads "${THREADS:-1}" --resume "$@"; }

# 1. The codec on Pop1k7; 2. on both sources, so that the books hold EMOPIA's range too; from here on the codes stay.
train --stage codec --name codec-pre --sources pop1k7 --minutes "${CODEC:-35}"
train --stage codec --name codec --sources pop1k7,emopia --balance 0.4 --init "$out/codec-pre.pt" --minutes "${MIX:-12}"
# 3. The prior on Pop1k7 under the recogniser's labels; 4. fine-tuned on EMOPIA, whose labels are human.
train --stage prior --name prior-pre --codec "$out/codec.pt" --sources pop1k7 --minutes "${PRIOR:-45}"
train --stage prior --name prior --codec "$out/codec.pt" --sources pop1k7,emopia --balance 0.7 --init "$out/prior-pre.pt" --minutes "${TUNE:-15}"
