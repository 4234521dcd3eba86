#!/bin/sh
# Builds librill.so and puts it, with its headers, where the jar takes it from:
#   sh build.sh <directory>  ->  <directory>/rill.h, rill_plugin.h, <os>-<arch>/librill.so
# CC chooses the compiler (default: the first of cc, gcc, clang). Without one the module is built without the library,
# unless RILL_REQUIRE_NATIVE=1. Compiles only when a source is newer than the library.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: sh build.sh <output directory>" >&2
    exit 2
fi
sources=$(cd "$(dirname "$0")/src/main/c" && pwd)
platform="$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m | sed 's/^amd64$/x86_64/; s/^arm64$/aarch64/')"
library="$1/$platform/librill.so"

mkdir -p "$1"
for header in rill.h rill_plugin.h; do
    cmp -s "$sources/$header" "$1/$header" || cp "$sources/$header" "$1/$header"
done

refuse() {
    if [ "${RILL_REQUIRE_NATIVE:-0}" = 1 ]; then
        echo "native: $1, and RILL_REQUIRE_NATIVE=1 asks for the library" >&2
        exit 1
    fi
    rm -f "$library"
    echo "native: $1: building without librill.so, only the 'java' device will be usable"
    exit 0
}

compiler=${CC:-}
for candidate in cc gcc clang; do
    [ -n "$compiler" ] && break
    command -v "$candidate" >/dev/null 2>&1 && compiler=$candidate
done
[ "$(uname -s)" = Linux ] || refuse "no native device for $platform"
[ -n "$compiler" ] || refuse "no C compiler (cc, gcc or clang) found"
command -v "${compiler%% *}" >/dev/null 2>&1 || refuse "C compiler '$compiler' not found"

if [ -f "$library" ] && [ -z "$(find "$sources" "$0" -type f -newer "$library")" ]; then
    exit 0
fi
mkdir -p "$(dirname "$library")"
temporary="$library.$$"
trap 'rm -f "$temporary"' EXIT
# Nobody looks at the exceptions of floats, and loops that round would not be vectorised for their sake.
# shellcheck disable=SC2086  # CC and CFLAGS may hold several words
$compiler -std=gnu11 -O3 -fno-trapping-math -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -pthread ${CFLAGS:-} \
    -Wl,-soname,librill.so -Wl,--version-script="$sources/exports.map" -Wl,-z,defs -Wl,-z,noexecstack -o "$temporary" "$sources"/*.c
mv "$temporary" "$library"
