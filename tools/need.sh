#!/bin/sh
# need.sh NAME… - one sentence and exit 1 when a library that pkg-config should know, or the C++
# header /NAME, is missing.
# SPDX-License-Identifier: Apache-2.0
command -v pkg-config >/dev/null 2>&1 || {
    echo "pkg-config is missing; 'make deps' installs it (Debian: apt-get install pkg-config)" >&2
    exit 1
}
missing= debian=
for name in "$@"; do
    case $name in
    # shellcheck disable=SC2086 # CXX may hold options
    /*) echo "#include <${name#/}>" | ${CXX:-c++} -E -xc++ - >/dev/null 2>&1 && continue ;;
    *) pkg-config --exists "$name" && continue ;;
    esac
    missing="$missing $name"
    debian="$debian $(awk -v n="$name" '$2 == n { print $3 }' "$(dirname "$0")/packages.txt")"
done
[ -z "$missing" ] && exit 0
echo "missing:$missing; 'make deps' installs them (Debian: apt-get install$debian)" >&2
exit 1
