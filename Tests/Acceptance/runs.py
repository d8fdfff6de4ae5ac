#!/usr/bin/env python3
"""Checks that whole runs come to the same whatever the jobs, and how much faster two are than one.

    runs.py BINARY PHOTOGRAPHS

PHOTOGRAPHS is a folder with at least a thousand photographs. Needs nothing but Python's standard library. Exits 1 if a check fails.
"""
import os
import statistics
import sys
import tempfile
from pathlib import Path

from driver import check, folder_of, fresh, records, run, status, summary, tree


def jobs(binary, photographs, work):
    folder = folder_of(photographs, 2000, work / "jobs")
    run(binary, "run", "pipelines/two-branches.yaml", folder, "--output", work / "warm", "--limit", 200)
    ratios = []
    for turn in range(3):
        rates = {}
        for number in (1, 2):
            output = fresh(work / f"jobs-{number}")
            run(binary, "run", "pipelines/two-branches.yaml", folder, "--output", output, "--jobs", number)
            rates[number] = summary(output)["images_per_second"]
        ratios.append(rates[2] / rates[1])
        print(f"      round {turn + 1}: {rates[1]:.1f} and {rates[2]:.1f} photographs a second", flush=True)
    check("two-branches over 2,000 photographs: equal records at 1 and 2 jobs", "",
          records(work / "jobs-1") == records(work / "jobs-2"))
    hashes = tree(work / "jobs-1")
    check("equal bytes of outputs", f"{len(hashes)} files", hashes == tree(work / "jobs-2"))
    ratio = statistics.median(ratios)
    check("2 jobs against 1, at least 1.7 times", f"{ratio:.2f} (rounds {', '.join(f'{r:.2f}' for r in ratios)})", ratio >= 1.7)


def main():
    binary = os.path.abspath(sys.argv[1])
    photographs = sorted(path for path in Path(sys.argv[2]).iterdir() if path.suffix == ".jpg")
    if len(photographs) < 1000:
        print(f"{sys.argv[2]} must hold at least 1,000 photographs")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        jobs(binary, photographs, Path(folder))
    return status()


if __name__ == "__main__":
    sys.exit(main())
