#!/usr/bin/env bash
# Prints the licences and notices of the Swift packages that are compiled into the program, as they came with them.
# Usage: licences.sh CHECKOUTS
set -euo pipefail
cd "$1"
for package in */; do
  package=${package%/}
  for file in "$package"/LICENSE* "$package"/NOTICE*; do
    [ -f "$file" ] || continue
    printf '%s\n\n' "==== $file"
    cat "$file"
    printf '\n\n'
  done
done
