#!/bin/sh
# install.sh KIND - install what is missing for "build", "tests" or "generator", or say which command does.
#
# packages.txt names the packages. A row's second field is a pkg-config name; "NAME:" is a command; "/NAME" a C++ header;
# "NAME." a module of $PYTHON.
# SPDX-License-Identifier: Apache-2.0
set -u
kind=${1:?usage: install.sh build|tests|generator}
table=$(dirname "$0")/packages.txt

present() {
    case $1 in
    /*) echo "#include <${1#/}>" | ${CXX:-c++} -E -xc++ - >/dev/null 2>&1 ;;
    *:) command -v "${1%:}" >/dev/null 2>&1 ;;
    *.) "${PYTHON:-/usr/bin/python3}" -c "import ${1%.}" 2>/dev/null ;;
    *) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1" ;;
    esac
}

debian= brew= msys=
if [ "$kind" = build ]; then
    for tool in cc c++ make pkg-config; do
        command -v "$tool" >/dev/null 2>&1 && continue
        debian="$debian build-essential pkg-config" brew="$brew pkg-config"
        msys="$msys mingw-w64-ucrt-x86_64-gcc mingw-w64-ucrt-x86_64-pkgconf make"
        break
    done
fi
while read -r row name deb_name brew_name msys_name; do
    [ "$row" = "$kind" ] || continue
    present "$name" && continue
    debian="$debian $deb_name" brew="$brew $brew_name" msys="$msys $msys_name"
done <"$table"
[ -n "$debian$brew$msys" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
    root=
    [ "$(id -u)" = 0 ] || root=${SUDO-sudo}
    echo "installing:$debian"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if { [ -z "$root" ] || command -v "$root" >/dev/null 2>&1; } &&
        $root apt-get update -qq && $root apt-get install -y -qq $debian >/dev/null; then
        exit 0
    fi
    echo "could not install; as root run: apt-get install$debian" >&2
elif command -v brew >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    brew install $brew && exit 0
    echo "could not install; run: brew install$brew" >&2
elif command -v pacman >/dev/null 2>&1 && [ -n "${MSYSTEM-}" ]; then
    # shellcheck disable=SC2086
    pacman -S --needed --noconfirm $msys && exit 0
    echo "could not install; run: pacman -S$msys" >&2
else
    echo "missing, by their Debian names:$debian" >&2
fi
exit 1
