#!/bin/sh
# pictures.sh OUT BUILD [option of pictures.mjs ...] - rewrite a web build with ASTC, with
# ETC2 and with WebP, show the scenes of each, and compare the pictures with the original's.
# SPDX-License-Identifier: Apache-2.0
set -e
out=$1
build=$2
here=$(dirname "$0")
[ -n "$build" ] || {
    echo "usage: pictures.sh build path/to/web-mobile [--scenes A,B]" >&2
    exit 2
}
shift 2
[ -d "$here/node_modules" ] || npm ci --silent --prefix "$here"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
made=
for format in astc-6x6 etc2 webp; do
    "$out/packaudit" plan "$build" -q --rules none --compress "$format" --preset fast \
        -o "$work/$format.json"
    "$out/packaudit" rewrite "$build" -q --plan "$work/$format.json" -o "$work/$format"
    made="$made $work/$format"
done
# shellcheck disable=SC2086
node "$here/pictures.mjs" --build "$build" "$@" $made
