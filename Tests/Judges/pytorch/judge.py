#!/usr/bin/env python3
"""Holds `viewfinder train` against PyTorch.

    judge.py BINARY SHARED [--work DIR] [--only TEXT] [--steps|--accuracy]

SHARED is a folder with data/ as described in its own README. Exits 1 if the two differ by more than they may.
"""
import argparse
from pathlib import Path

import torch

import curves

REPOSITORY = Path(__file__).resolve().parents[3]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=lambda path: Path(path).resolve())
    parser.add_argument("shared", type=lambda path: Path(path).resolve())
    parser.add_argument("--work", type=lambda path: Path(path).resolve(), default=REPOSITORY / ".build/judge")
    parser.add_argument("--only", default="", help="settings whose name holds this text")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    judge = curves.Judge(options.binary, REPOSITORY, options.shared, options.work)
    raise SystemExit(0 if curves.run(judge, options.only) else 1)


main()
