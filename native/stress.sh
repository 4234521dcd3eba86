#!/bin/sh
# Compiles the library and src/test/c/stress.c with the thread sanitizer, then with the address and undefined behaviour
# sanitizers, and runs them. Needs gcc or clang with their sanitizer libraries. Not part of the Maven build.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=${CC:-cc}
flags="-std=gnu11 -g -O1 -Wall -Wextra -pthread -I$here/src/main/c"

# The rows are compiled without: the loader picks their version before a sanitizer is ready.
# shellcheck disable=SC2086
$compiler $flags -c "$here/src/main/c/rill_rows.c" -o "$work/rows.o"
for sanitizer in thread address,undefined; do
    # shellcheck disable=SC2046,SC2086
    $compiler $flags -fsanitize=$sanitizer -o "$work/stress" "$here/src/test/c/stress.c" \
        $(find "$here/src/main/c" -name 'rill_*.c' ! -name rill_rows.c) "$work/rows.o"
    echo "stress with -fsanitize=$sanitizer"
    # The thread sanitizer needs addresses that some kernels randomise too widely.
    if command -v setarch >/dev/null 2>&1; then setarch -R "$work/stress"; else "$work/stress"; fi
done
