#!/usr/bin/env python3
"""Checks how runs behave: equal results whatever the jobs, kills and resumes, moves and their undoing, full and missing disks.

    runs.py BINARY PHOTOGRAPHS

PHOTOGRAPHS is a folder with at least a thousand photographs. Needs root for the full disk (a small tmpfs) and nothing but
Python's standard library. Exits 1 if a check fails.
"""
import hashlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKS = []


def check(claim, figure, is_met):
    CHECKS.append(bool(is_met))
    print(f"{'ok  ' if is_met else 'FAIL'}  {claim}: {figure}", flush=True)


def run(binary, *arguments, **options):
    return subprocess.run(
        [binary, *map(str, arguments), "--progress", "none"], capture_output=True, text=True, check=False, **options)


def records(directory):
    """The records in the order of their paths, without what may differ between runs."""
    with open(directory / "manifest.jsonl", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    for record in found:
        del record["milliseconds"]
    return sorted(found, key=lambda record: record["path"])


def tree(directory):
    """The hash of every file below a directory, without what belongs to a run itself."""
    hashes = {}
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name != ".viewfinder"]
        for name in names:
            path = os.path.join(folder, name)
            if name not in ("manifest.jsonl", "run.json"):
                with open(path, "rb") as file:
                    hashes[os.path.relpath(path, directory)] = hashlib.sha256(file.read()).hexdigest()
    return hashes


def folder_of(photographs, count, place):
    place.mkdir()
    for number in range(count):
        source = photographs[number % len(photographs)]
        shutil.copy(source, place / f"{number:05}-{source.name}")
    return place


def jobs(binary, photographs, work):
    folder = folder_of(photographs, 2000, work / "jobs")
    run(binary, "run", "pipelines/two-branches.yaml", folder, "--output", work / "warm", "--limit", 200)
    ratios = []
    for turn in range(3):
        rates = {}
        for number in (1, 2):
            output = work / f"jobs-{number}"
            shutil.rmtree(output, ignore_errors=True)
            run(binary, "run", "pipelines/two-branches.yaml", folder, "--output", output, "--jobs", number)
            rates[number] = json.loads((output / "run.json").read_text())["images_per_second"]
        ratios.append(rates[2] / rates[1])
        print(f"      round {turn + 1}: {rates[1]:.1f} and {rates[2]:.1f} photographs a second", flush=True)
    check("two-branches over 2,000 photographs: equal records at 1 and 2 jobs", "",
          records(work / "jobs-1") == records(work / "jobs-2"))
    hashes = tree(work / "jobs-1")
    check("equal bytes of outputs", f"{len(hashes)} files", hashes == tree(work / "jobs-2"))
    ratio = statistics.median(ratios)
    check("2 jobs against 1, at least 1.7 times", f"{ratio:.2f} (rounds {', '.join(f'{r:.2f}' for r in ratios)})", ratio >= 1.7)
    for name in ("jobs-1", "jobs-2", "warm"):
        shutil.rmtree(work / name)


def kills(binary, photographs, work):
    folder = folder_of(photographs, 600, work / "kills")
    whole, broken = work / "undisturbed", work / "killed"
    start = time.monotonic()
    run(binary, "run", "pipelines/crop-and-sort.yaml", folder, "--output", whole)
    length = time.monotonic() - start
    generator = random.Random(20)
    kills = 0
    for number in range(20):
        command = [binary, "run", "pipelines/crop-and-sort.yaml", str(folder), "--output", str(broken), "--quiet"]
        process = subprocess.Popen(command + (["--resume"] if number else []))
        try:
            process.wait(timeout=generator.uniform(0.05, length / 8))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    last = run(binary, "run", "pipelines/crop-and-sort.yaml", folder, "--output", broken, "--resume")
    check("killed with SIGKILL and resumed: the last one ends with 0", f"{kills} kills, code {last.returncode}", last.returncode == 0)
    check("records equal to an undisturbed run", f"{len(records(broken))}", records(whole) == records(broken))
    check("outputs byte for byte equal, nothing left over", f"{len(tree(broken))} files", tree(whole) == tree(broken))


def moves(binary, photographs, work):
    folder = folder_of(photographs, 300, work / "library")
    (folder / f"00000-{Path(photographs[0].name).stem}.xmp").write_text("settings")
    before = tree(folder)
    output = work / "moved"
    command = ["sort", folder, "--mode", "move", "--output", output]
    process = subprocess.Popen([binary, *map(str, command), "--quiet"])
    try:
        process.wait(timeout=1.5)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.wait()
    ended = run(binary, *command, "--resume")
    check("sort in move mode, killed once and resumed, leaves nothing behind", f"code {ended.returncode}, {len(tree(folder))} left", ended.returncode == 0 and not tree(folder))
    undone = subprocess.run([binary, "undo", str(output / "manifest.jsonl")], capture_output=True, text=True, check=False)
    check("undo gives back the original tree", undone.stdout.strip(), undone.returncode == 0 and tree(folder) == before)


def hosts(binary, photographs, work):
    folder = folder_of(photographs, 120, work / "host")
    pipeline = "pipelines/crop-and-sort.yaml"

    small = work / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(small)], check=False).returncode == 0:
        full = run(binary, "run", pipeline, folder, "--output", small / "out")
        line = full.stderr.strip().splitlines()[-1]
        failed = [r for r in records(small / "out") if r["status"] == "failed"]
        check("full disk: 75, and no failed records", f"code {full.returncode}, {len(failed)} failed: {line}", full.returncode == 75 and not failed)
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        again = run(binary, "run", pipeline, folder, "--output", small / "out", "--resume")
        check("more room, --resume: 0 and every record", f"code {again.returncode}", again.returncode == 0 and len(records(small / "out")) == 120)
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        read_only = run(binary, "run", pipeline, folder, "--output", small / "other")
        check("read-only disk: 73", f"code {read_only.returncode}: {read_only.stderr.strip()}", read_only.returncode == 73)
        subprocess.run(["umount", str(small)], check=True)
    else:
        check("full and read-only disk", "a tmpfs could not be mounted: run as root", False)

    vanishing = work / "vanishing"
    process = subprocess.Popen([binary, "run", pipeline, str(folder), "--output", str(vanishing), "--progress", "none", "--jobs", "1"], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    manifest = vanishing / "manifest.jsonl"
    # In the middle of the run: with records, and not while it is being set up.
    while time.monotonic() < deadline and not (manifest.exists() and manifest.stat().st_size):
        pass
    shutil.rmtree(vanishing, ignore_errors=True)
    text = process.communicate(timeout=60)[1].strip().splitlines()
    check("output directory vanishes: 74", f"code {process.returncode}: {text[-1]}", process.returncode == 74)

    existing = work / "existing"
    run(binary, "run", pipeline, folder, "--output", existing, "--limit", 3)
    refused = run(binary, "run", pipeline, folder, "--output", existing)
    named = all(word in refused.stderr for word in ("--resume", "--overwrite", "--retry-failed"))
    check("existing manifest: 73, naming the three", f"code {refused.returncode}", refused.returncode == 73 and named)
    missing = run(binary, "run", pipeline, work / "nowhere", "--output", work / "none")
    check("unreadable input: 66", f"code {missing.returncode}: {missing.stderr.strip()}", missing.returncode == 66)


def main():
    binary = os.path.abspath(sys.argv[1])
    photographs = sorted(path for path in Path(sys.argv[2]).iterdir() if path.suffix == ".jpg")
    if len(photographs) < 1000:
        print(f"{sys.argv[2]} must hold at least 1,000 photographs")
        return 2
    parts = {part.__name__: part for part in (kills, moves, hosts, jobs)}
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[3:] or parts:
            parts[name](binary, photographs, Path(folder))
    return 0 if all(CHECKS) else 1


if __name__ == "__main__":
    sys.exit(main())
