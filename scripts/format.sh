#!/usr/bin/env bash
# Formats every C++ file of the project with clang-format 14; --check only says what differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

what=(-i)
[[ ${1-} != --check ]] || what=(--dry-run -Werror)
find . -name 'build*' -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0 |
  xargs -0 clang-format-14 "${what[@]}"
