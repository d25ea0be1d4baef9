#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test. Options go to cmake:
#   scripts/test.sh -DINTEGRAD_WERROR=ON
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages.sh build test
cmake --preset release -DINTEGRAD_TESTS=ON "$@"
cmake --build --preset release
ctest --preset release --parallel "$(nproc)"
