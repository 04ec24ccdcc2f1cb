#!/bin/sh
# check.sh OUT BUILD - run a web build in Chromium, record its textures scene by scene, and compare the
# image part with the report.
# SPDX-License-Identifier: Apache-2.0
set -e
out=$1
build=$2
here=$(dirname "$0")
[ -n "$build" ] || {
    echo "usage: make check-engine BUILD_DIR=path/to/web-mobile" >&2
    exit 2
}
command -v node >/dev/null 2>&1 || {
    echo "node 20 is missing (Debian: apt-get install nodejs npm)" >&2
    exit 1
}
command -v chromium >/dev/null 2>&1 || [ -n "$PACKAUDIT_CHROMIUM" ] || {
    echo "chromium is missing (Debian: apt-get install chromium)" >&2
    exit 1
}
[ -d "$here/node_modules" ] || npm ci --silent --prefix "$here"
record=$(mktemp) report=$(mktemp)
trap 'rm -f "$record" "$report"' EXIT
node "$here/record.mjs" --build "$build" --all --no-run --out "$record"
"$out/packaudit" report --format json -o "$report" "$build"
node "$here/compare.mjs" "$record" "$report"
