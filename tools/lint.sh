#!/bin/sh
# lint.sh - what a machine can check: layers, headers that stand alone, banned calls, form.
# SPDX-License-Identifier: Apache-2.0
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
fail() {
    echo "lint: $*"
    failed=1
}

# A file includes only from its own layer and those before it in src/layers.txt; the program
# (cli) sees the public headers and base alone.
layers=$(awk '
    FNR == NR { rank[$1] = NR; next }
    FNR == 1 { split(FILENAME, part, "/"); own = part[2] }
    /^#include "/ {
        split($2, quoted, "\""); split(quoted[2], path, "/"); other = path[1]
        if (other == "packaudit") next
        if (!(other in rank)) print FILENAME ": includes from no layer: " quoted[2]
        else if (rank[other] > rank[own]) print FILENAME ": " own " may not include " quoted[2]
        else if (own == "cli" && other != "cli" && other != "base")
            print FILENAME ": cli sees public headers and base only, not " quoted[2]
    }' src/layers.txt src/*/*.[ch] src/*/*.cpp)
[ -z "$layers" ] || fail "$layers"
for folder in src/*/; do
    grep -qx "$(basename "$folder")" src/layers.txt || fail "$folder is in no layer"
done

# Headers compile alone.
for header in src/*/*.h include/packaudit/*.h; do
    echo "#include \"$header\"" |
        ${CC:-cc} -std=c17 -D_XOPEN_SOURCE=700 -Iinclude -Isrc -I. \
            $(pkg-config --cflags libarchive zlib libpng libxxhash) -fsyntax-only -xc - ||
        fail "$header does not compile alone"
done

# Calls that are unsafe, depend on the locale or the clock, or belong to one place.
ban() {
    hits=$(grep -nE "(^|[^A-Za-z0-9_])($1)\(" $2 /dev/null)
    [ -z "$hits" ] || fail "banned ($3):
$hits"
}
all=$(ls src/*/*.c src/*/*.cpp)
ban 'atoi|atof|strtod|sscanf|strcpy|strcat|sprintf|strtok|gets|alloca|rand|localtime|setlocale|system|popen' \
    "$all" "unsafe or dependent on locale, clock or shell"
ban 'malloc|calloc|realloc|free' "$(echo "$all" | grep -v -e src/base/alloc.c -e src/cli/)" \
    "memory goes through base/alloc.h"
ban 'fopen|open|rename|unlink|pthread_create' "$(echo "$all" | grep -v src/sys/)" "only sys/ talks to the OS"
ban 'printf|exit|abort|getenv|isatty' "$(echo "$all" | grep -v src/cli/)" "only cli/ talks to people"

# Files are one noun: short.
for file in $all; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || fail "$file has $lines lines, more than 500"
done

if command -v clang-format >/dev/null 2>&1; then
    clang-format --dry-run -Werror src/*/*.[ch] src/*/*.cpp include/packaudit/*.h 2>/dev/null ||
        fail "clang-format would change files: run clang-format -i src/*/*.[ch] src/*/*.cpp"
else
    echo "lint: clang-format is missing, form not checked"
fi
[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
