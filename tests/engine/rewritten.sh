#!/bin/sh
# rewritten.sh OUT BUILD [WAY ...] [-- option of pictures.mjs ...] - rewrite a web build in
# several ways, show every scene of the original and of each result in Chromium, and compare
# pictures, textures and console. A WAY is a format that `packaudit plan --compress` takes,
# or a number: the longest side of images; 256@0.95 leaves an image as it is whose SSIM
# would be less. See README.md.
# SPDX-License-Identifier: Apache-2.0
set -e
out=$1
build=$2
here=$(dirname "$0")
[ -n "$build" ] || {
    echo "usage: rewritten.sh build path/to/web-mobile [WAY ...] [-- --scenes A,B]" >&2
    exit 2
}
shift 2
ways=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    ways="$ways $1"
    shift
done
[ $# -eq 0 ] || shift
preset=${PACKAUDIT_PRESET:-fast}
[ -d "$here/node_modules" ] || npm ci --silent --prefix "$here"

# Whatever runs ends with this script, and what was made goes.
work=$(mktemp -d)
child=
finish() {
    [ -z "$child" ] || kill "$child" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
run() {
    "$@" &
    child=$!
    wait "$child" || { status=$?; child=; return "$status"; }
    child=
}
audit() {
    run "$out/packaudit" "$@"
}

mkdir "$work/reports"
audit report "$build" -q --format json --rules none --device "$here/browser.yaml" \
    -o "$work/reports/original.json"
# shellcheck disable=SC2086
for way in ${ways:-astc-6x6 etc2 webp 512}; do
    rules=none
    case $way in
    [0-9]*@*)
        name=side-$way wish= rules=$work/rules.yaml
        echo "recipes: [{ max_side: ${way%@*}, ssim: ${way#*@} }]" >"$rules"
        ;;
    *[!0-9]*) name=$way wish="--compress $way --preset $preset" ;;
    *) name=side-$way wish="--max-side $way" ;;
    esac
    audit plan "$build" -q --rules "$rules" $wish $PACKAUDIT_PLAN -o "$work/plan.json"
    audit rewrite "$build" -q --plan "$work/plan.json" -o "$work/$name"
    audit report "$work/$name" -q --format json --rules none --device "$here/browser.yaml" \
        -o "$work/reports/$name.json"
    [ "$name" = "$way" ] || set -- --scaled "$work/$name" "$@"
    [ "$name" != "$way" ] || set -- "$@" "$work/$name"
done
echo "$build"
run node "$here/pictures.mjs" --build "$build" --reports "$work/reports" "$@"
