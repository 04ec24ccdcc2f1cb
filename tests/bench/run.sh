#!/bin/sh
# Measures the program in folder OUT on the build in folder BENCH, beside a bare decoding loop and
# other programs: `sh tests/bench/run.sh OUT [BENCH]`. See README.md here.
# SPDX-License-Identifier: Apache-2.0
set -eu

out=$1
game=${2:-}
here=$(dirname "$0")
root=$here/../..

for large in "${PACKAUDIT_CORPUS:-$root/../shared/corpus}/showcases" "$root/examples/showcase"; do
    if [ -z "$game" ] && [ -d "$large" ]; then
        game=$large
    fi
done

mkdir -p "$out/bench"
for name in measure bare flight parse hash; do
    case $name in
    measure) own='' libraries='' ;;
    hash) own='' libraries='libxxhash' ;;
    bare) own='' libraries='libpng libturbojpeg libwebp' ;;
    *) own=$out/libpackaudit.a
       libraries='libarchive zlib libpng libturbojpeg libwebp libwebpdemux libxxhash' ;;
    esac
    # shellcheck disable=SC2046,SC2086 # these are lists of options
    ${CC:-cc} -std=c17 -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 \
        -I"$root/include" -I"$root/src" ${CFLAGS:--O2 -g} -o "$out/bench/$name" \
        "$here/$name.c" $own \
        ${libraries:+$(pkg-config --cflags --libs $libraries)} -lm -lpthread
done

python3 "$here/bench.py" --out "$out" --example "$root/examples/showcase" "$game"
exec python3 "$here/rewrites.py" --out "$out" "$game"
