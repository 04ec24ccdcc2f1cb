#!/bin/sh
# run.sh BUILD SECONDS [TARGET…] - search for inputs that break the parsers, with clang's libFuzzer.
#
# Builds each target in BUILD/fuzz and runs it SECONDS, beginning with a copy of its corpus. Exits 1
# when one failed and says where the input that caused it lies.
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
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        target=${source#tests/fuzz/fuzz_}
        set -- "$@" "${target%.c}"
    done
fi

libraries=$(sed -n 's/^LIBRARIES *:= *//p' Makefile)
out=$build/fuzz
mkdir -p "$out/obj" "$out/found" || exit 1
out=$(cd "$out" && pwd)
# shellcheck disable=SC2086
flags="-std=c17 -D_XOPEN_SOURCE=700 -D_FILE_OFFSET_BITS=64 -Iinclude -Isrc -O1 -g
       -fno-omit-frame-pointer -fno-sanitize-recover=all $(pkg-config --cflags $libraries)"
# shellcheck disable=SC2086
libs="$(pkg-config --libs $libraries) ${ASTC_LIBS:--lastcenc} -lstdc++ -ldl -lm -lpthread"

echo "compiling the library with sanitizers"
objects=
for source in src/*/*.c src/*/*.cpp; do
    standard=
    case $source in
    src/cli/*) continue ;;
    *.cpp) standard="-std=c++14 -fno-sanitize=function ${ASTC_FLAGS:-}" ;;
    esac
    object=$out/obj/$(echo "${source%.c*}.o" | tr '/' '_')
    objects="$objects $object"
    # Headers may have changed: only an object newer than all of src is kept.
    if [ -e "$object" ] &&
        [ -z "$(find src include -newer "$object" -type f | head -n 1)" ]; then
        continue
    fi
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer-no-link,address,undefined $standard -c -o "$object" \
        "$source" ||
        exit 1
done

# The file of devices, as the Makefile embeds it.
sh tools/embed.sh rules/devices.yaml pa_embedded_devices >"$out/devices.c" &&
    "$clang" -c -o "$out/obj/devices.o" "$out/devices.c" || exit 1
objects="$objects $out/obj/devices.o"

rm -f "$out/library.a"
# shellcheck disable=SC2086
ar rcs "$out/library.a" $objects || exit 1

failed=0
for target; do
    seeds=tests/fuzz/corpus/$target
    work=$out/corpus/$target
    rm -rf "$work"
    mkdir -p "$work"
    [ ! -d "$seeds" ] || cp "$seeds"/* "$work"/
    # shellcheck disable=SC2086
    "$clang" $flags -fsanitize=fuzzer,address,undefined -o "$out/fuzz_$target" \
        "tests/fuzz/fuzz_$target.c" "$out/library.a" $libs || exit 1
    echo "fuzz_$target: $seconds s"
    rm -f "$out/found/$target-"*
    if "$out/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=65536 -artifact_prefix="$out/found/$target-" "$work" \
        >"$out/$target.log" 2>&1; then
        grep 'DONE' "$out/$target.log" | tail -n 1
        continue
    fi
    failed=$((failed + 1))
    echo "fuzz_$target failed; all it said is in $out/$target.log:" >&2
    grep -E 'ERROR|SUMMARY|runtime error' "$out/$target.log" | head -n 5 >&2
    for input in "$out/found/$target-"*; do
        [ ! -e "$input" ] || echo "  the input lies in $input" >&2
    done
done
if [ "$failed" -gt 0 ]; then
    echo "$failed of $# targets failed; once mended, keep the inputs in tests/fuzz/corpus/" >&2
    exit 1
fi
