#!/usr/bin/env python3
"""Treats whole runs badly and looks at what is left: kills, full disks, failing calls, spoiled files, odd names, long runs.

    harden.py BINARY PHOTOGRAPHS [--quick] [--only PART,…] [--work DIR]

PHOTOGRAPHS is a folder; small photographs are cut out of its own. Wants root (a small tmpfs, a device node), strace and libvips' tools.
Exits 1 if a check fails.
"""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import hosts
import kills
import mutations
import names
import photographs
import soak
from driver import status

TOOLS = {"vips": "libvips-tools", "strace": "strace"}
# Megabytes that a run over small spoiled files may take: limits of 20 megapixels, two cores.
CEILING = 450


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda text: Path(text).resolve())
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--quick", action="store_true", help="a minute's worth of it")
    parser.add_argument("--only", default="")
    parser.add_argument("--work", type=Path, help="where files are made; by default a temporary folder")
    options = parser.parse_args()
    missing = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool))
    if missing:
        raise SystemExit(f"Packages are missing. Install them with:\n  sudo apt-get install -y {' '.join(missing)}")
    binary, quick = str(options.binary), options.quick
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        small = photographs.small(options.photographs, work / "small", 20 if quick else 60)
        formats = [(path.name, path.read_bytes()) for path in photographs.in_every_format(options.photographs, work / "formats")]
        parts = {
            "names": lambda: names.names(binary, small, work),
            "mutations": lambda: mutations.mutations(binary, formats, work, 2000 if quick else 50_000, CEILING),
            "isolated": lambda: mutations.mutations(binary, formats, work, 500 if quick else 10_000, CEILING, "--isolate"),
            "crashes": lambda: kills.crash_points(binary, small, work, 12 if quick else 1),
            "corrections": lambda: kills.corrections(binary, small, work, 12 if quick else 1),
            "kills": lambda: kills.random_kills(binary, small, work, 10 if quick else 100),
            "moves": lambda: kills.moves(binary, small, work),
            "rivals": lambda: kills.rivals(binary, small, work),
            "disks": lambda: hosts.disks(binary, small, work),
            "directories": lambda: hosts.directories(binary, small, work),
            "descriptors": lambda: hosts.descriptors(binary, small, work),
            "errors": lambda: hosts.errors(binary, small, work, 1 if quick else 4),
            "leaks": lambda: soak.leaks(binary, small, work),
            "soak": lambda: soak.soak(binary, small, work, 20_000),
        }
        if quick and not options.only:
            # A minute says nothing of growth.
            del parts["soak"]
        for name in options.only.split(",") if options.only else parts:
            print(f"# {name}", flush=True)
            parts[name]()
    return status()


if __name__ == "__main__":
    sys.exit(main())
