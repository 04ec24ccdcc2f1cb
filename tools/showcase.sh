#!/bin/sh
# showcase.sh BUILD - compile the generator of the example build and run it.
# SPDX-License-Identifier: Apache-2.0
set -e
build=${1:-build}
sh tools/install.sh generator
here=examples/generator
out=$build/generator
mkdir -p "$out"
for file in "$here"/*.c; do
    ${CC:-cc} -std=c17 -O2 -c "$file" -o "$out/$(basename "$file" .c).o" \
        $(pkg-config --cflags libpng libturbojpeg libwebp)
done
${CXX:-c++} -O2 -c "$here/astc.cc" -o "$out/astc_facade.o"
${CXX:-c++} -o "$out/showcase" "$out"/*.o $(pkg-config --libs libpng libturbojpeg libwebp) -lastcenc -lm
rm -rf examples/showcase
"$out/showcase" examples/showcase
