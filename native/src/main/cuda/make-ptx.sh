#!/bin/sh
# Makes kernels.ptx of kernels.cu, and of that rill_ptx.h, the C string that the library carries:
#   sh make-ptx.sh                  in their places
#   sh make-ptx.sh <output folder>  both there
# Needs nvcc (NVCC chooses it). The version stamp is lowered to 7.0: the code needs nothing newer, and a driver refuses
# a stamp above its own. Nothing else of the text depends on the machine or the day.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here}
header=${1:-$here/../c}/rill_ptx.h
mkdir -p "$target"

"${NVCC:-nvcc}" -ptx -arch=compute_75 -O3 -o "$target/kernels.raw" "$here/kernels.cu"
sed -e '/^\/\//d' -e '/^$/d' -e 's/^\.version .*/.version 7.0/' -e 's/[[:space:]]*$//' "$target/kernels.raw" > "$target/kernels.ptx"
rm "$target/kernels.raw"
{
    echo "/* Made by make-ptx.sh of kernels.cu: what kernels.ptx says. */"
    echo "static const char rill_ptx[] ="
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\t/\\t/g' -e 's/.*/    "&\\n"/' "$target/kernels.ptx"
    echo "    ;"
} > "$header"
