#!/bin/sh
# Makes kernels.ptx and tensors.ptx of the .cu files of those names, and of each the C string that the library carries:
#   sh make-ptx.sh                  in their places
#   sh make-ptx.sh <output folder>  all there
# Needs nvcc (NVCC chooses it). The version stamp is lowered to 7.0: the code needs nothing newer, and a driver refuses
# a stamp above its own. Nothing else of the text depends on the machine or the day.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here}
headers=${1:-$here/../c}
mkdir -p "$target"

make_text() { # make_text NAME HEADER
    "${NVCC:-nvcc}" -ptx -arch=compute_75 -O3 -o "$target/$1.raw" "$here/$1.cu"
    sed -e '/^\/\//d' -e '/^$/d' -e 's/^\.version .*/.version 7.0/' -e 's/[[:space:]]*$//' "$target/$1.raw" \
        > "$target/$1.ptx"
    rm "$target/$1.raw"
    {
        echo "/* Made by make-ptx.sh of $1.cu: what $1.ptx says. */"
        echo "static const char $2[] ="
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\t/\\t/g' -e 's/.*/    "&\\n"/' "$target/$1.ptx"
        echo "    ;"
    } > "$headers/$2.h"
}

make_text kernels rill_ptx
make_text tensors rill_tensor_ptx
