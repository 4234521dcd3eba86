#!/bin/sh
# Builds the stand-in for the CUDA driver that tests use, libcuda-simulator.so:
#   sh build-simulator.sh <output directory>
# CC chooses the compiler (default: the first of cc, gcc, clang); without one nothing is built, and tests say so.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
library="$1/libcuda-simulator.so"
compiler=${CC:-}
for candidate in cc gcc clang; do
    [ -n "$compiler" ] && break
    command -v "$candidate" >/dev/null 2>&1 && compiler=$candidate
done
mkdir -p "$1"
if [ -z "$compiler" ] || [ "$(uname -s)" != Linux ]; then
    rm -f "$library"
    echo "native: no simulator of the CUDA driver: no C compiler, or not Linux"
    exit 0
fi
if [ -f "$library" ] && [ -z "$(find "$here/src" "$0" -type f -newer "$library")" ]; then
    exit 0
fi
# shellcheck disable=SC2086  # CC and CFLAGS may hold several words
$compiler -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -pthread ${CFLAGS:-} \
    -I"$here/src/main/c" -o "$library.$$" "$here/src/test/c/simulator.c" "$here/src/main/c/rill_kernels.c" \
    "$here/src/main/c/rill_rows.c"
mv "$library.$$" "$library"
