#!/bin/sh
# Builds what tests load besides librill.so: the stand-in for the CUDA driver, libcuda-simulator.so, and plug-ins:
#   sh build-simulator.sh <output directory>
# CC chooses the compiler (default: the first of cc, gcc, clang); without one nothing is built, and tests say so.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
output=$1
library="$output/libcuda-simulator.so"
compiler=${CC:-}
for candidate in cc gcc clang; do
    [ -n "$compiler" ] && break
    command -v "$candidate" >/dev/null 2>&1 && compiler=$candidate
done
mkdir -p "$output"
if [ -z "$compiler" ] || [ "$(uname -s)" != Linux ]; then
    rm -f "$output"/*.so
    echo "native: no simulator of the CUDA driver and no plug-ins: no C compiler, or not Linux"
    exit 0
fi
if [ -f "$library" ] && [ -z "$(find "$here/src" "$here/../examples" "$0" -type f -newer "$library")" ]; then
    exit 0
fi

build() { # build NAME.so ARGUMENT...
    target="$output/$1"
    shift
    # shellcheck disable=SC2086  # CC and CFLAGS may hold several words
    $compiler -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -pthread ${CFLAGS:-} \
        -I"$here/src/main/c" -o "$target.$$" "$@"
    mv "$target.$$" "$target"
}

build mark.so "$here/../examples/mark.c"
build mark-steps.so -DMARK_FLAGS=0 "$here/../examples/mark.c"
build mark-tensors.so "$here/src/test/c/mark_tensors.c"
build mark-halves.so "$here/src/test/c/mark_halves.c"
build mark-rgb.so "$here/src/test/c/mark_rgb.c"
for fault in NONE TABLE VERSION FUNCTION NAMELESS ENDLESS DEVICES PARAMETERS DEFAULT DESCRIPTION CUDA_ONLY CAPTURE TENSOR OPEN; do
    build "faulty-$(echo $fault | tr '[:upper:]_' '[:lower:]-').so" -DFAULT_$fault "$here/src/test/c/faulty.c"
done
# Last, since its date says whether anything is older than the sources.
build libcuda-simulator.so -Wl,-soname,libcuda-simulator.so "$here/src/test/c/simulator.c" \
    "$here/src/main/c/rill_kernels.c" "$here/src/main/c/rill_rows.c"
