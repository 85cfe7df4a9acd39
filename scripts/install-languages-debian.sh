#!/usr/bin/env bash
# Installs what test/languages needs on Debian 12, where it is not there already: a JDK with Maven, and Python's venv. Node and Go are not
# among it: Debian's are older than the packages for Go need.
set -euo pipefail

missing=()
if ! command -v javac > /dev/null; then missing+=(openjdk-17-jdk-headless); fi
if ! command -v mvn > /dev/null; then missing+=(maven); fi
if ! python3 -c 'import ensurepip, venv' 2> /dev/null; then missing+=(python3 python3-venv); fi
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" > /dev/null
