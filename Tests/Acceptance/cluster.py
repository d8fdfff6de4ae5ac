#!/usr/bin/env python3
"""Runs the guide of docs/many-machines.md on a Slurm of two nodes and with GNU parallel, both on this host, and treats them badly.

    cluster.py BINARY PHOTOGRAPHS… [--count 4000] [--only slurm,parallel,costs,kubernetes] [--results FILE]

PHOTOGRAPHS are folders; what is at most so large in them is copied until there are --count. Wants root, Debian's slurm-wlm, munge, parallel and strace, and for
the last part PyPI's kubernetes-validate. Exits 1 if a check fails. Everything it makes is below a temporary folder and goes with it.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gnu_parallel
import guide
import kubernetes_jobs
import scale_costs
import slurm_run
from driver import REPOSITORY, check, status, summary
from processes import kill_all

TOOLS = {"sbatch": "slurm-wlm", "munged": "munge", "parallel": "parallel", "strace": "strace"}
LARGEST = 400_000


def photographs(folders, count, place):
    """So many copies in a tree of some folders. No two have the same bytes: a stray byte after the picture's end tells copies apart."""
    found = sorted(
        path for folder in folders for path in folder.rglob("*")
        if path.suffix.lower() in (".jpg", ".jpeg") and path.stat().st_size <= LARGEST)
    if not found:
        raise SystemExit(f"no small photographs below {', '.join(map(str, folders))}")
    for number in range(count):
        source = found[number % len(found)]
        target = place / f"{number % 7:02}" / f"{number:06}-{source.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes() + b"copy %d" % number)
    return place


class Bench:
    """A directory in which the words of the guide mean something."""

    def __init__(self, binary, work):
        self.work = work
        self.place = work / "here"
        (work / "bin").mkdir()
        self.place.mkdir()
        (work / "bin/viewfinder").symlink_to(binary)
        (self.place / "pipelines").symlink_to(REPOSITORY / "pipelines")
        self.environment = {**os.environ, "PATH": f"{work / 'bin'}:{os.environ['PATH']}:/usr/sbin"}

    def run(self, command, **more):
        """A command as it stands in the guide. What it has started ends with this."""
        with subprocess.Popen(
            command, shell=True, cwd=self.place, env={**self.environment, **more}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                out, err = process.communicate()
            except BaseException:
                kill_all(process.pid)
                raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def single(self):
        """The same on one machine, to hold the others against."""
        output = self.place / "SINGLE"
        start = time.monotonic()
        ended = self.run(guide.on_one_machine(output.name))
        seconds = time.monotonic() - start
        counts = summary(output)["counts"]
        check("the run on one machine", f"code {ended.returncode}, {counts['ok']} of {sum_of(counts)} ok in {seconds:.0f} s", ended.returncode == 0)
        read = sum(path.stat().st_size for path in (self.place / "PHOTOS").rglob("*.jp*g"))
        return output, {"photographs": sum_of(counts), "seconds": seconds, "bytes": size(output), "bytes_read": read}


def sum_of(counts):
    return counts["ok"] + sum(counts["failed"].values()) + sum(counts["skipped"].values())


def size(folder):
    """Bytes on the disk."""
    return 1024 * int(subprocess.run(["du", "-sk", str(folder)], capture_output=True, text=True, check=True).stdout.split()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda text: Path(text).resolve())
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--only", default="")
    parser.add_argument("--results", type=Path, default=REPOSITORY / ".build/cluster/results.json")
    options = parser.parse_args()
    missing = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"))
    if missing or os.geteuid():
        raise SystemExit(f"Run this as root, with the packages {', '.join(TOOLS.values())}. Missing: {', '.join(missing) or 'none'}")
    # What was started is ended also when this is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parts = {"slurm": slurm_run.check_slurm, "parallel": gnu_parallel.check_parallel, "costs": scale_costs.measure_costs,
             "kubernetes": kubernetes_jobs.check_kubernetes}
    wanted = options.only.split(",") if options.only else list(parts)
    figures = {"cores": os.cpu_count()}
    # Not below /tmp/vf-…: no path is too long for a socket here, and job files get one with a space in it.
    with tempfile.TemporaryDirectory(prefix="many machines ") as folder:
        bench = Bench(options.binary, Path(folder))
        if set(wanted) != {"kubernetes"}:
            photographs(options.photographs, options.count, bench.place / "PHOTOS")
            single, figures["single"] = bench.single()
        else:
            (bench.place / "PHOTOS").mkdir()
            single = None
        for name in wanted:
            print(f"# {name}", flush=True)
            start = time.monotonic()
            figures[name] = parts[name](bench, single, figures.get("single"))
            figures[name]["check_seconds"] = time.monotonic() - start
    options.results.parent.mkdir(parents=True, exist_ok=True)
    options.results.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    print(f"figures in {options.results}")
    return status()


if __name__ == "__main__":
    sys.exit(main())
