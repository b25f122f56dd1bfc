#!/usr/bin/env bash
# Install the commands that are not here yet, named as COMMAND or COMMAND:PACKAGE; without the right to do so, say what
# will be missing.
set -euo pipefail

missing=()
for name in "$@"; do
  command -v "${name%%:*}" >/dev/null 2>&1 || missing+=("${name##*:}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed: ${missing[*]}. The tests that need it will be skipped, and say so."
  echo "To run them too: install it with your system's package manager and run make again."
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# The tests start their own servers: a package must not start its service, nor take its port.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || for name in "${missing[@]}"; do
  # One that this system does not have must not keep the others away.
  apt-get install -y -qq --no-install-recommends "$name" >/dev/null || echo "Not installed: $name. Its tests are skipped."
done
