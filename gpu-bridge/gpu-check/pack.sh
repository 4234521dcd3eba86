#!/usr/bin/env bash
# Packs what the checks on a GPU host need into one archive, for hosts without Java, Maven or a network:
#   gpu-bridge/gpu-check/pack.sh target/gpu-check.tar.xz
# Inside: a Java run-time image, Rill with its libraries, the tests of gpu-bridge and frame-pipeline, the native library with its
# test in Python, check.sh.
# JAVA_HOME names the JDK that the image is linked from (default: the one that javac on the PATH belongs to).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
archive=${1:?usage: pack.sh ARCHIVE.tar.xz}
modules=java.base,java.logging,java.management,java.naming,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/rill-gpu-check

mvn -q -B -DskipTests -pl testing,harness,gpu-bridge,frame-pipeline -am package
mkdir -p "$bundle/lib" "$bundle/tests" "$bundle/native"
"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$bundle/java"

cp harness/target/rill.jar "$bundle/"
cp harness/target/lib/*.jar "$bundle/lib/"
# The programs and the device library of FFmpeg are not used.
zip -q -d "$bundle"/lib/ffmpeg-*-linux-x86_64.jar '*/ffmpeg' '*/ffprobe' '*avdevice*' > /dev/null || true
# The natives of ONNX Runtime for other systems.
zip -q -d "$bundle"/lib/onnxruntime-*.jar 'ai/onnxruntime/native/*aarch64*' 'ai/onnxruntime/native/win*' \
    'ai/onnxruntime/native/osx*' > /dev/null || true
# Without compression of their own, the archive makes them smaller.
for jar in "$bundle"/lib/ffmpeg-*-linux-x86_64.jar "$bundle"/lib/onnxruntime-*.jar; do
    (mkdir "$stage/jar" && cd "$stage/jar" && unzip -q "$jar" && rm "$jar" && zip -q -0 -r "$jar" . && rm -r "$stage/jar")
done
# FFmpeg 8.1 wants libudev, which small hosts lack.
cp -L "$(ldconfig -p | sed -n 's/.*libudev\.so\.1 .*=> //p' | head -n 1)" "$bundle/native/libudev.so.1" 2> /dev/null || true

for module in testing gpu-bridge frame-pipeline; do
    [ ! -d "$module/target/test-classes" ] || cp -r "$module/target/test-classes" "$bundle/tests/$module"
done
version() { # version NAME: as the parent POM pins it
    sed -n "s/.*<version\\.$1>\\(.*\\)<.*/\\1/p" pom.xml
}
junit=$(version junit) # JUnit 5.x.y comes with platform 1.x.y.
for artifact in "org.junit.platform:junit-platform-console-standalone:1.${junit#5.}" \
    "org.assertj:assertj-core:$(version assertj)"; do
    mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$bundle/tests" -Dmdep.useBaseVersion=true
done
cp native/target/classes/dev/rill/native/linux-x86_64/librill.so native/src/test/python/abi_test.py "$bundle/native/"
cp gpu-bridge/target/simulator/mark*.so gpu-bridge/target/simulator/faulty-*.so "$bundle/native/"
cp testing/target/testing-*.jar "$bundle/tests/"
cp gpu-bridge/gpu-check/check.sh gpu-bridge/gpu-check/facts.py native/src/main/cuda/kernels.ptx "$bundle/"
cp -r examples "$bundle/"
git rev-parse HEAD > "$bundle/commit"

mkdir -p "$(dirname "$archive")"
tar -C "$stage" -cJf "$archive" rill-gpu-check
echo "$archive: $(du -h "$archive" | cut -f1)"
