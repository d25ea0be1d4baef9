#!/usr/bin/env bash
# Installs the package into an environment of its own and runs its tests, type checks, examples and
# notebooks. Options go to pytest:  python/tests/run.sh -k alibi
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scripts/install_packages.sh build python
environment=build/python
[[ -x $environment/bin/pip ]] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check '.[test]'
cd python/tests  # so that `integrad` is the installed one
exec "../../$environment/bin/python" -m pytest -q -c ../../pyproject.toml --rootdir ../.. "$@"
