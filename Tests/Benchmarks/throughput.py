#!/usr/bin/env python3
"""Measures the main job on samples/photos: one core and all cores in turn, several rounds, medians.

    throughput.py BINARY [ROUNDS]
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile


def measure(binary, jobs):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [binary, "run", "pipelines/crop-and-sort.yaml", "samples/photos", "--output", folder, "--jobs", str(jobs), "--quiet"],
            check=True)
        with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            return json.load(file)


def main():
    binary, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    cores = len(os.sched_getaffinity(0))
    measure(binary, cores)
    pairs = [(measure(binary, 1), measure(binary, cores)) for _ in range(rounds)]
    for jobs, runs in ((1, [a for a, _ in pairs]), (cores, [b for _, b in pairs])):
        rate = statistics.median(run["images_per_second"] for run in runs)
        memory = statistics.median(run["peak_rss_bytes"] for run in runs) / 1e6
        print(f"{jobs} cores: {rate:.2f} photographs a second, {memory:.0f} MB")
    ratio = statistics.median(a["wall_seconds"] / b["wall_seconds"] for a, b in pairs)
    print(f"{cores} cores against one: {ratio:.2f} times as fast")


if __name__ == "__main__":
    main()
