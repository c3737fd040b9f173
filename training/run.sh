#!/usr/bin/env bash
# The whole recipe of one model: training/run.sh NAME DATA OUT [LABELS]
# NAME = affetto or muser-paper; DATA = what `npm run research -- dataset` wrote; OUT = where checkpoints go. Resumable: run it again.
# Minutes a stage of affetto come from the environment: CODEC, MIX, DECODER, PRIOR, and STEPS for the last one; updates a stage of
# muser-paper likewise: CODEC_STEPS, LONG_STEPS, PRIOR_STEPS.
set -eu
name=$1 data=$2 out=$3 labels=${4:-$2/labels}
here=$(cd "$(dirname "$0")" && pwd)
python=${AFFETTO_PYTHON:-python3}
marks=()
if [ "$name" != muser-paper ]; then marks=(--labels "$labels"); fi  # the paper's model knows quadrants only
train() { PYTHONPATH="$here/.." "$python" -m training.muser.train --config "$here/configs/$name.json" --data "$data" "${marks[@]}" --out "$out" --threads "${THREADS:-1}" --resume "$@"; }

if [ "$name" = muser-paper ]; then
  # The baseline: codec on short crops, then on longer ones; its prior. REGULARIZATION=0 makes the run without it.
  weight="--set training.regularization=${REGULARIZATION:-0.1}"
  paper() { train --sources pop1k7,emopia --balance 0.5 --val 48 "$@"; }
  paper --stage codec --name codec-short --steps "${CODEC_STEPS:-700}" $weight
  paper --stage codec --name codec --init "$out/codec-short.pt" --steps "${LONG_STEPS:-200}" \
    --set training.steps=512 --set training.batch=4 --set training.openFor=0 $weight
  paper --stage prior --name prior --codec "$out/codec.pt" --steps "${PRIOR_STEPS:-600}" --set training.steps=512 --set training.priorBatch=4
  exit
fi

# 1. The codec on Pop1k7; 2. on both sources, so that the books hold EMOPIA's range too; 3. codes fixed, the decoder goes on, and
# learns the manner of each source (loudness as it is: no `touch`).
train --stage codec --name codec-pre --sources pop1k7 --minutes "${CODEC:-35}"
train --stage codec --name codec --sources pop1k7,emopia --balance 0.5 --init "$out/codec-pre.pt" --rate 0.0006 --minutes "${MIX:-12}"
train --stage codec --name codec-frozen --freeze --sources pop1k7,emopia --balance 0.6 --init "$out/codec.pt" --rate 0.0005 \
  --set training.touch=0 --minutes "${DECODER:-40}"
# 4. The prior on Pop1k7 under the recogniser's labels; 5. with EMOPIA, whose labels are human. (prior.best.pt = its best check.)
train --stage prior --name prior-pre --codec "$out/codec.pt" --sources pop1k7 --minutes "${PRIOR:-45}"
train --stage prior --name prior --codec "$out/codec.pt" --sources pop1k7,emopia --balance 0.4 --init "$out/prior-pre.pt" \
  --rate 0.0004 --set training.weightDecay=0.05 --set prior.stack.dropout=0.15 --steps "${STEPS:-800}"
