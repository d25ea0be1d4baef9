#!/usr/bin/env bash
# Runs every fuzz target for some seconds, as many at a time as there are cores. Fails if one finds
# something; the input that did it is named by libFuzzer and kept in the folder of the target.
# usage: fuzz/run.sh SECONDS [TARGET...]      (after cmake --preset fuzz && cmake --build --preset fuzz)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
programs=build/fuzz/fuzz
if (($# == 0)); then
  for program in "$programs"/*_fuzz; do set -- "$@" "${program##*/}"; done
fi

# New inputs go to the target's own folder, so that the corpus stays as it is committed.
fuzz_one() {
  local target=$1 found=$2/found/$1
  mkdir -p "$found/inputs"
  local corpus=()
  [[ -d fuzz/corpus/$target ]] && corpus=("fuzz/corpus/$target")
  if "$2/$target" -max_total_time="$3" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found/inputs" "${corpus[@]}" > "$found/log" 2>&1; then
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log") inputs, nothing found"
  else
    echo "$target: FAILED, see $found"
    tail -n 40 "$found/log"
    return 1
  fi
}
export -f fuzz_one
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$@"' _ {} "$programs" "$seconds"
