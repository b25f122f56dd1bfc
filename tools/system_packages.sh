#!/usr/bin/env bash
# Install the named system packages that are not here yet; without the right to do so, say what will be missing.
set -euo pipefail

missing=()
for name in "$@"; do
  command -v "$name" >/dev/null 2>&1 || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed: ${missing[*]}. The tests that need it will be skipped, and say so."
  echo "To run them too: install it with your system's package manager and run make again."
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
