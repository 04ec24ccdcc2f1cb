#!/bin/sh
# run.sh BUILD SECONDS [TARGET…] - search for inputs that break the parsers, with clang's libFuzzer.
#
# Builds each target in BUILD/fuzz and runs it SECONDS with a copy of its corpus. Exits 1 after a
# crash and says where the input that caused it lies.
# SPDX-License-Identifier: Apache-2.0
set -u
build=${1:?usage: run.sh BUILD SECONDS [TARGET...]}
seconds=${2:?usage: run.sh BUILD SECONDS [TARGET...]}
shift 2
cd "$(dirname "$0")/../.." || exit 1
clang=${CLANG:-clang}
command -v "$clang" >/dev/null 2>&1 || {
    echo "fuzzing needs clang (Debian: apt-get install clang); set CLANG if it has another name" >&2
    exit 1
}
[ $# -gt 0 ] || set -- $(ls tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_||; s|\.c$||')

libraries="libarchive libpng libturbojpeg libwebp libwebpdemux libxxhash"
out=$build/fuzz
mkdir -p "$out/obj" "$out/found" || exit 1
out=$(cd "$out" && pwd)
# shellcheck disable=SC2086
flags="-std=c17 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -Iinclude -Isrc -O1 -g
       -fno-omit-frame-pointer -fno-sanitize-recover=all $(pkg-config --cflags $libraries)"
# shellcheck disable=SC2086
libs="$(pkg-config --libs $libraries) -lm -lpthread"

echo "compiling the library with sanitizers"
objects=
for source in $(ls src/*/*.c | grep -v '^src/cli/'); do
    object=$out/obj/$(echo "$source" | tr '/' '_' | sed 's/\.c$/.o/')
    objects="$objects $object"
    # Headers may have changed: only a build newer than all of src is kept.
    if [ -e "$object" ] && [ -z "$(find src include -newer "$object" -type f | head -n 1)" ]; then
        continue
    fi
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer-no-link,address,undefined -c -o "$object" "$source" || exit 1
done

crashes=0
for target; do
    seeds=tests/fuzz/corpus/$target
    work=$out/corpus/$target
    rm -rf "$work"
    mkdir -p "$work"
    if [ -d "$seeds" ]; then
        cp "$seeds"/* "$work"/
    fi
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer,address,undefined -o "$out/fuzz_$target" \
        "tests/fuzz/fuzz_$target.c" $objects $libs || exit 1
    echo "fuzz_$target: $seconds s"
    if "$out/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=65536 -artifact_prefix="$out/found/$target-" "$work" \
        >"$out/$target.log" 2>&1; then
        grep -E '^(Done|stat::|#[0-9]+.*DONE)' "$out/$target.log" | tail -n 2
    else
        crashes=$((crashes + 1))
        echo "fuzz_$target: failed; the last lines of $out/$target.log:" >&2
        grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$out/$target.log" | head -n 5 >&2
        ls "$out/found/$target-"* 2>/dev/null | sed 's/^/  the input lies in /' >&2
    fi
done
if [ "$crashes" -gt 0 ]; then
    echo "$crashes of the targets failed; after mending, keep the input in tests/fuzz/corpus/" >&2
    exit 1
fi
