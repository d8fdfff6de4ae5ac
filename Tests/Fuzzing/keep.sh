#!/usr/bin/env bash
# Packs the shortest inputs with which the fuzz targets reach all that they have reached so far, for the next session to begin with.
#
# To be run after fuzz.sh: it has built the targets and left their inputs in .build-fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
for corpus in .build-fuzz/corpus/*/; do
  target=$(basename "$corpus")
  mkdir "$kept/$target"
  VIEWFINDER_FUZZ_TARGET=$target .build-fuzz/fuzz -merge=1 -max_len=4096 "$kept/$target" "$corpus" 2> /dev/null
  echo "$target: $(find "$kept/$target" -type f | wc -l) inputs"
done
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$kept" -cf - . | gzip -9n > Tests/Fuzzing/learned.tar.gz
