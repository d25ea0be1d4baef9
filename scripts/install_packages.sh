#!/usr/bin/env bash
# Installs the Debian packages of the named groups of packages.txt (build, test, check).
# Does nothing, and needs no rights, when all of them are there.
#   scripts/install_packages.sh build test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

missing=()
for group in "$@"; do
  mapfile -t packages < <(awk -v group="$group" '$1 == group { print $2 }' packages.txt)
  if ((${#packages[@]} == 0)); then
    echo "install_packages.sh: no group '$group' in scripts/packages.txt" >&2
    exit 2
  fi
  for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
  done
done
((${#missing[@]} > 0)) || exit 0

if ! command -v apt-get >/dev/null; then
  echo "install_packages.sh: no apt-get here; install what these Debian packages hold and run cmake" \
    "yourself (CONTRIBUTING.md): ${missing[*]}" >&2
  exit 1
fi
as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "install_packages.sh: neither root nor sudo; ask an administrator for: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${as_root[@]}" "${quietly[@]}" update
"${as_root[@]}" "${quietly[@]}" install --yes --no-install-recommends "${missing[@]}" >/dev/null
