#!/usr/bin/env bash
# Runs on the GPU host, from the unpacked bundle of pack.sh:
#   check.sh RESULT-FOLDER [STEP...]
# Steps: host, facts, devices, abi, bench, plugin, demo, worker, decode, tests. Each has its log and its exit status in the folder; one that fails does not
# stop the others. GPU=cpu in the environment takes the processor in the GPU's place, to try this script.
set -uo pipefail

bundle=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
results=$(mkdir -p "${1:?usage: check.sh RESULT-FOLDER [STEP...]}" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- host facts devices abi bench plugin demo worker decode tests
gpu=${GPU:-cuda}
java=$bundle/java/bin/java
ldconfig -p | grep -q 'libudev\.so\.1' || export LD_LIBRARY_PATH=$bundle/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
libraries=$(printf '%s:' "$bundle"/lib/*.jar "$bundle"/tests/*.jar)
classes=$bundle/tests/gpu-bridge:$bundle/tests/frame-pipeline:$libraries$bundle/rill.jar
options=(-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -XX:+UseSerialGC)
# The image has no java.desktop, whose image reader judges pictures.
without=(--exclude-classname='.*FuzzTest' --exclude-classname='.*PictureBatchTest')
# Some tests make stages fail on purpose.
quiet=-Dorg.slf4j.simpleLogger.log.dev.rill.frame.FramePipeline=off

host() {
    date -u +%Y-%m-%dT%H:%M:%SZ
    cat "$bundle/commit"
    uname -sr
    nproc
    sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1
    "$java" -version 2>&1
    nvidia-smi --query-gpu=name,driver_version,memory.total,pcie.link.gen.max,pcie.link.width.max --format=csv
    ldconfig -p | grep -E 'libcuda\.so|libnvcuvid|libnvidia-encode|libnvidia-ptxjit|libudev'
}

facts() {
    python3 "$bundle/facts.py" "$bundle/kernels.ptx" "$results/facts.json"
}

# Models in Python processes, with NumPy and with PyTorch where the host has them, and one whose process is killed.
worker() {
    local name pid
    for name in negative torch_negative; do
        python3 -c "import numpy$([ $name = negative ] || echo ', torch')" 2> /dev/null || { echo "no libraries for $name"; continue; }
        "$java" "${options[@]}" -jar "$bundle/rill.jar" bench bridge --device "$gpu" --size 1280x720 --seconds 1 \
            --model "worker:$bundle/examples/$name.py" --json "$results/worker-$name.json" || return 1
    done
    python3 -c "import numpy" 2> /dev/null || return 0
    "$java" "${options[@]}" -jar "$bundle/rill.jar" demo --seconds 8 --size 512x512 --device "$gpu" \
        --model "worker:$bundle/examples/negative.py" --out "$results/worker.ts" --json "$results/worker-killed.json" &
    pid=$!
    sleep 6
    pkill -9 -f 'rill_worker.py --link' && echo "killed the worker"
    wait "$pid" && rm -f "$results/worker.ts"
}

devices() {
    "$java" "${options[@]}" -jar "$bundle/rill.jar" devices &&
        "$java" "${options[@]}" -jar "$bundle/rill.jar" devices --json > "$results/devices.json"
}

abi() {
    if command -v python3; then python3 "$bundle/native/abi_test.py" "$bundle/native/librill.so" "" "$bundle/native/mark.so"; else echo "no Python"; fi
}

bench() {
    local device size
    for device in cpu "$gpu"; do
        for size in 512x512 1280x720 1920x1080; do
            "$java" "${options[@]}" -jar "$bundle/rill.jar" bench bridge --device "$device" --size "$size" --format nv12 --seconds 1 \
                --json "$results/bench-$device-$size.json" || return 1
        done
    done
}

# Step by step, as one graph, and with conversions to tensors and back in it.
plugin() {
    local name
    for name in mark-steps mark mark-tensors; do
        "$java" "${options[@]}" -jar "$bundle/rill.jar" bench bridge --device "$gpu" --size 1280x720 --seconds 1 \
            --model "plugin:$bundle/native/$name.so" --json "$results/plugin-$name.json" || return 1
    done
}

demo() {
    "$java" "${options[@]}" -jar "$bundle/rill.jar" demo --fast --seconds 6 --size 512x512 --device "$gpu" --effect blur \
        --out "$results/demo-$gpu.ts" --json "$results/demo-$gpu.json" && rm -f "$results/demo-$gpu.ts" || return 1
    "$java" "${options[@]}" -jar "$bundle/rill.jar" demo --fast --seconds 6 --size 512x512 --out "$results/demo.ts" \
        --json "$results/demo.json" && rm -f "$results/demo.ts"
}

decode() {
    "$java" "${options[@]}" -cp "$classes" dev.rill.frame.codec.HardwareDecodeCheck "$results/decode.json"
}

tests() {
    cd "$bundle/tests" || return 1 # Tests find the examples beside their folder.
    RILL_REQUIRE_NATIVE=1 "$java" "${options[@]}" "$quiet" -Drill.test.plugins="$bundle/native" -cp "$classes" org.junit.platform.console.ConsoleLauncher execute \
        --disable-banner --details=summary --exclude-tag=long "${without[@]}" \
        --scan-classpath="$bundle/tests/gpu-bridge:$bundle/tests/frame-pipeline" --include-package=dev.rill.gpu --include-package=dev.rill.frame
}

status=0
for step in "$@"; do
    echo "== $step"
    "$step" > "$results/$step.log" 2>&1
    code=$?
    echo "$step: exit $code" | tee -a "$results/status.txt"
    [ $code -eq 0 ] || { status=1; tail -n 30 "$results/$step.log"; }
done
exit $status
