#!/usr/bin/env python3
"""Holds the program's speed against its peers', alternately in one go, and writes docs/performance.md.

    bench.py BINARY [--shared DIR] [--photos DIR] [--rounds N] [--only PART,…] [--long] [--fresh] [--report-only]

Measurements go to .build/bench/results.json as they come; the same command goes on where it was. It wants a machine that
does nothing else.
"""
import argparse
import os
import shutil
import sys
from pathlib import Path

import parts
import photographs
import report
from contenders import Contenders, Failed
from results import Results, digest

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL = REPOSITORY / "Sources/viewfinder/Resources/models/lite0-rectangle.safetensors"
TOOLS = {"vipsthumbnail": "libvips-tools", "taskset": "util-linux", "xargs": "findutils"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda text: Path(text).resolve())
    parser.add_argument("--shared", type=Path, help="a folder with data/sample-photos, perhaps data/imagenet-1000-samples")
    parser.add_argument("--photos", type=Path, help="a folder of photographs instead of data/sample-photos")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=96, help="photographs of a run, at least")
    parser.add_argument("--seconds", type=float, default=3, help="the least length of a round of network and training")
    parser.add_argument("--only", default="", help=f"some of {', '.join(parts.PARTS)}")
    parser.add_argument("--long", action="store_true", help="also ten thousand photographs")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--report-only", action="store_true", help="measure nothing, write the page")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".build/bench")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs/performance.md")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else [*parts.PARTS, *(["long"] if options.long else [])]
    if unknown := set(names) - {*parts.PARTS, "long"}:
        parser.error(f"--only: no part {', '.join(sorted(unknown))}")
    return options, names


def main():
    options, names = arguments()
    missing = sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        raise SystemExit(f"Packages are missing. Install them with:\n  sudo apt-get install -y {' '.join(missing)}")
    folder = options.photos or (options.shared / "data/sample-photos" if options.shared else None)
    if not folder or not folder.is_dir():
        raise SystemExit("there are no photographs: give --photos DIR (make bench PHOTOS=DIR)")
    files = photographs.large(folder)
    if not files:
        raise SystemExit(f"{folder} has no JPEG of at least 4 megapixels")
    options.work.mkdir(parents=True, exist_ok=True)
    path = options.work / "results.json"
    if options.fresh:
        path.unlink(missing_ok=True)
    identity = {"program": digest([options.binary]), "model": digest([MODEL]), "photographs": digest(files)}
    results = Results(path, identity)
    if not options.report_only:
        if (load := os.getloadavg()[0]) > 0.5:
            print(f"warning: something else is running here (load {load:.1f}): figures will mean little", file=sys.stderr)
        contenders = Contenders(options.binary, MODEL, options.work.resolve(), parts.side(MODEL), options.seconds)
        bench = parts.Bench(contenders, results, files, options.count, options.rounds, options.shared)
        try:
            bench.prepare()
            for name in names:
                bench.measure(name)
        except Failed as failure:
            raise SystemExit(f"stopped: {failure}")
    report.write(results.contents, options.page)
    print(f"wrote {options.page}", file=sys.stderr)


if __name__ == "__main__":
    main()
