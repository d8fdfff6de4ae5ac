"""What checks of whole runs have in common: driving the program, reading what it left, keeping count."""
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKS = []


def check(claim, figure, is_met):
    CHECKS.append(bool(is_met))
    print(f"{'ok  ' if is_met else 'FAIL'}  {claim}: {figure}", flush=True)


def status():
    """The exit code for all checks so far. None at all is no success."""
    return 0 if CHECKS and all(CHECKS) else 1


def run(binary, *arguments, before=(), **options):
    """Runs the program to its end. `before` is what starts it, such as a tracer."""
    return subprocess.run(
        [*before, binary, *map(str, arguments), "--progress", "none"], capture_output=True, text=True, check=False, **options)


def peak(binary, *arguments):
    """Runs the program; returns its exit code (negative for a signal) and its peak memory in kilobytes."""
    process = subprocess.Popen([binary, *map(str, arguments), "--progress", "none", "--quiet"])
    _, ended, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    return process.returncode, usage.ru_maxrss


def raw_records(directory):
    path = directory / "manifest.jsonl"
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def records(directory):
    """The records in the order of their paths, without what may differ between runs."""
    found = raw_records(directory)
    for record in found:
        del record["milliseconds"]
    return sorted(found, key=lambda record: record["path"])


def summary(directory):
    return json.loads((directory / "run.json").read_text())


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
    """A folder with so many copies of the photographs, in turns."""
    place.mkdir()
    for number in range(count):
        source = photographs[number % len(photographs)]
        shutil.copy(source, place / f"{number:05}-{source.name}")
    return place


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    return directory
