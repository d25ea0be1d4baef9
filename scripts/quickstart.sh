#!/usr/bin/env bash
# Installs what the build needs, builds integrad, and explains three sentences with the bundled
# model: in the terminal, and as a page in why.html.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages.sh build
cmake --preset release -DINTEGRAD_TESTS=OFF
cmake --build --preset release

sentences=(
  "I love you, I like you"
  "I love you, I like you, but I also kind of dislike you"
  "Everything is so nice about you"
)
echo
build/release/cli/integrad explain --format terminal "${sentences[@]}"
build/release/cli/integrad explain --output why.html "${sentences[@]}"
echo
echo "Open why.html in a browser. The command is build/release/cli/integrad; --help tells more."
