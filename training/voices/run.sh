#!/usr/bin/env bash
# The tagger of voices from data to weights: training/voices/run.sh DATA OUT. DATA holds pop909, emopia and pop1k7; OUT is for what lies between.
set -eu
data=$1 out=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${AFFETTO_PYTHON:-python3}
cd "$root"
npm run -s research -- features --voices --data "$data" --out "$out/features"
"$python" -m training.voices.train --features "$out/features" --checkpoint "$out/voices.pt" --epochs "${EPOCHS:-12}"
"$python" -m training.voices.measure --features "$out/features" --checkpoint "$out/voices.pt" --out "$out/figures.json"
"$python" -m training.voices.files --checkpoint "$out/voices.pt" --figures "$out/figures.json" --out resources/models/voices \
  --golden test/fixtures/listeners/voices.json
