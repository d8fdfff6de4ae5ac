#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer, and lets each run for a while.
#
#   fuzz.sh [SECONDS] [TARGET…]
#
# A target begins with Tests/Fuzzing/corpus/TARGET, files that other tests have, and what earlier sessions have learned. What it learns is
# kept in .build-fuzz/corpus (for good by keep.sh), what it dies of in .build-fuzz/findings, and the exit code is then 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
build=.build-fuzz
# swift-backtrace waits for a process that a sanitizer holds.
export SWIFT_BACKTRACE=enable=no VIEWFINDER_FUZZ=1
swift build -c release --scratch-path $build --product Fuzzing \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address -Xcc -fsanitize=fuzzer-no-link
# Given one by one, the second sanitizer takes the place of the first: nothing would be led by what the inputs reach.
swiftc -sanitize=fuzzer,address -o $build/fuzz -Xlinker --whole-archive $build/release/libFuzzing.a \
  -Xlinker --no-whole-archive $(pkg-config --libs vips openblas)

rm -rf $build/photographs
python3 -B -c 'import sys; from pathlib import Path; sys.path.insert(0, "Tests/Acceptance"); import photographs
photographs.in_every_format(Path("samples/photos"), Path(sys.argv[1]))' $build/photographs

declare -A seeds=([decode]=$build/photographs [pipeline]="pipelines Tests/PipelineFilesTests/Wrong" [pickle]=Tests/NetworksTests/Fixtures/checkpoints)
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(answer archive condition corrections decode manifest pickle pipeline safetensors template)
mkdir -p $build/findings $build/corpus
# What earlier sessions have learned.
tar -xzf Tests/Fuzzing/learned.tar.gz -C $build/corpus --skip-old-files
failed=0
for target in "${targets[@]}"; do
  corpora=("$build/corpus/$target")
  mkdir -p "${corpora[0]}"
  for folder in Tests/Fuzzing/corpus/$target ${seeds[$target]:-}; do
    if [ -d "$folder" ]; then corpora+=("$folder"); fi
  done
  echo "# $target"
  # What libvips keeps for the life of the process is no leak.
  VIEWFINDER_FUZZ_TARGET=$target ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 $build/fuzz \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -max_len=65536 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/findings/$target-" "${corpora[@]}" > $build/$target.log 2>&1 || failed=1
  grep -E '^stat::(number_of_executed_units|new_units_added|peak_rss_mb)|ERROR|SUMMARY|Fatal|Test unit written' $build/$target.log || true
done
exit $failed
