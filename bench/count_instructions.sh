#!/usr/bin/env bash
# Counts the instructions of a fixed small run, to notice slower code without a clock.
# usage: bench/count_instructions.sh [--record] [PROGRAM]     (default: build/release/cli/integrad)
#
# valgrind hides AVX-512, so every processor with AVX2 runs the same AVX2 paths, on one thread: two
# counts of one build agree to the last instruction. Two numbers are kept in results/instructions.json:
# the run on one text (mostly start-up and reading), and what eight more texts add (explaining alone). More than 1.05 times the recorded number fails. --record writes new numbers.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recorded=$project/bench/results/instructions.json
model=$project/tests/fixtures/models/distilbert
text="the film was good and the end was bad but the music was lovely and i would see it again"

record=no
if [[ ${1:-} == --record ]]; then
  record=yes
  shift
fi
program=${1:-$project/build/release/cli/integrad}

stop() {
  echo "count_instructions.sh: $*" >&2
  exit 2
}
command -v valgrind > /dev/null || stop "valgrind is missing (Debian package valgrind)"
grep -qw avx2 /proc/cpuinfo || stop "this processor has no AVX2, the counts would not compare"
[[ -x $program ]] || stop "no program $program (cmake --preset release && cmake --build build/release)"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The number of instructions of explaining TEXTS copies of the text. --internal-batch-size makes all
# chunks the same size.
count() {
  local input=$folder/$1.txt log=$folder/$1.log
  for _ in $(seq "$1"); do echo "$text"; done > "$input"
  # An empty environment, as its size and LD_ variables would be counted too.
  env -i PATH="$PATH" LC_ALL=C OMP_NUM_THREADS=1 \
    valgrind --tool=callgrind --callgrind-out-file="$folder/$1.callgrind" --log-file="$log" \
    "$program" explain --model "$model" --input "$input" --n-steps 14 --internal-batch-size 16 \
    --threads 1 --quiet --format json --output "$folder/$1.json" \
    || stop "the program failed; valgrind says: $(head -n 20 "$log")"
  local found
  found=$(sed -n 's/^summary: //p; s/^totals: //p' "$folder/$1.callgrind" | head -n 1)
  [[ -n $found ]] || stop "callgrind wrote no total"
  echo "$found"
}

recorded_value() { sed -n "s/^ *\"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" "$recorded"; }

# What compiled the program, as its own .comment section tells.
compiler=$(readelf -p .comment "$program" | sed -n 's/^ *\[ *[0-9a-f]*\] *//p' | sort -u | paste -sd ';')
valgrind_version=$(valgrind --version)
one_text=$(count 1)
nine_texts=$(count 9)
explaining=$((nine_texts - one_text))

if [[ $record == yes ]]; then
  cat > "$recorded" <<END
{
 "compiler": "$compiler",
 "valgrind": "$valgrind_version",
 "processor": "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)",
 "date": "$(date +%F)",
 "one_text": $one_text,
 "eight_more_texts": $explaining
}
END
  echo "recorded: one text $one_text, eight more texts $explaining; $compiler, $valgrind_version"
  exit 0
fi

[[ -f $recorded ]] || stop "nothing recorded yet; run with --record"
echo "recorded with: $(recorded_value compiler), $(recorded_value valgrind), $(recorded_value date)"
echo "measured with: $compiler, $valgrind_version"

status=0
compare() {
  local name=$1 measured=$2 before
  before=$(recorded_value "$name")
  [[ -n $before ]] || stop "$recorded has no $name; run with --record"
  local percent
  percent=$(awk -v a="$measured" -v b="$before" 'BEGIN { printf "%+.2f", 100 * (a / b - 1) }')
  echo "$name: $measured instructions, recorded $before ($percent %)"
  if ((measured * 100 > before * 105)); then
    echo "$name: FAILED, more than 5 % above the record (another compiler or library: --record)"
    status=1
  elif ((measured * 100 < before * 95)); then
    echo "$name: more than 5 % below; keep the gain with --record"
  fi
}
compare one_text "$one_text"
compare eight_more_texts "$explaining"
exit "$status"
