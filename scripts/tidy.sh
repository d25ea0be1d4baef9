#!/usr/bin/env bash
# clang-tidy 14 with the rules of .clang-tidy over the library and the command, in the release
# build that scripts/quickstart.sh or scripts/test.sh left. Prints findings only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

database=build/release/compile_commands.json
if [[ ! -f $database ]]; then
  echo "tidy.sh: $database is missing; run scripts/test.sh first" >&2
  exit 1
fi
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
run-clang-tidy-14 -p build/release -quiet -j "$(nproc)" "^$PWD/(integrad|cli)/" >"$report" 2>&1 ||
  status=$?
files=$(grep -c '^clang-tidy' "$report" || true)
grep -v -e '^clang-tidy' -e '^[0-9]* warnings\? generated' "$report" || true
echo "clang-tidy: $files files, status $status"
((files > 0)) || status=1
exit "$status"
