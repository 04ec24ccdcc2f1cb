#!/bin/sh
# embed.sh FILE SYMBOL - print C that holds the bytes of FILE as SYMBOL and SYMBOL_size. The
# same file gives the same text on every machine.
# SPDX-License-Identifier: Apache-2.0
set -eu
[ $# = 2 ] || {
    echo "usage: embed.sh FILE SYMBOL" >&2
    exit 2
}
[ -r "$1" ] || {
    echo "embed.sh: cannot read '$1'" >&2
    exit 1
}
echo "/* Made from $1 by tools/embed.sh. */"
echo "extern const unsigned char $2[];"
echo "extern const unsigned long $2_size;"
echo "const unsigned char $2[] = {"
# The zero behind the end lets an empty file be an array, and text be a string.
od -An -v -tu1 "$1" | awk '
    { for (i = 1; i <= NF; i++) { line = line $i ","; if (++count % 20 == 0) { print line; line = "" } } }
    END { print line "0};"; print "const unsigned long '"$2"'_size = " count + 0 ";" }'
