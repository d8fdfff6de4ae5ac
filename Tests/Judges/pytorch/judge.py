#!/usr/bin/env python3
"""Holds `viewfinder train` against PyTorch: loss by loss over 50 steps, and the accuracy of a fine-tuned classifier.

    judge.py BINARY SHARED [--only TEXT] [--no-curves] [--no-accuracy] [--each N] [--seeds N] [--work DIR] [--resume]

SHARED is a folder with data/ as described in its own README. Exits 1 if the two differ by more than they may.
"""
import argparse
from pathlib import Path

import torch

import accuracy
import curves

REPOSITORY = Path(__file__).resolve().parents[3]


def path(text):
    return Path(text).resolve()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=path)
    parser.add_argument("shared", type=path)
    parser.add_argument("--only", default="", help="curves of settings whose name holds this text")
    parser.add_argument("--no-curves", action="store_true")
    parser.add_argument("--no-accuracy", action="store_true")
    parser.add_argument("--each", type=int, default=150, help="photographs of each class to fine-tune with, 300 at most")
    parser.add_argument("--seeds", type=int, default=2, help="fine-tunings by each program")
    parser.add_argument("--work", type=path, default=REPOSITORY / ".build/judge", help="where models and curves are kept")
    parser.add_argument("--resume", action="store_true", help="keep what an interrupted run has measured")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # More are slower where `viewfinder train` uses the cores as well.
    where = (options.binary, REPOSITORY, options.shared, options.work)
    is_well = options.no_curves or curves.run(curves.Judge(*where, options.resume), options.only)
    print()
    is_well &= options.no_accuracy or accuracy.run(
        accuracy.Judge(*where, options.each, options.resume), range(1, options.seeds + 1))
    raise SystemExit(0 if is_well else 1)


if __name__ == "__main__":
    main()
