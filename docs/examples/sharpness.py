#!/usr/bin/env python3
"""Notes how sharp a picture is, and lets only those pass that are sharp enough.

A program for the stage `exec` of Viewfinder (docs/exec.md): it reads requests from its standard input and writes answers to its
standard output, one line of JSON each. It needs nothing but Python.
"""
import argparse
import json
import sys


def green_rows(path):
    """The green of a pixmap, row by row: what comes before the pixels is three lines, `P6`, the sides and 255."""
    with open(path, "rb") as file:
        file.readline()
        width, height = map(int, file.readline().split())
        file.readline()
        pixels = file.read()
    return [pixels[3 * width * row + 1 : 3 * width * (row + 1) : 3] for row in range(height)]


def sharpness(rows):
    """How much neighbouring pixels differ from each other, in levels: the mean of |left - 2 middle + right| of every row."""
    total = count = 0
    for row in rows:
        total += sum(abs(a - 2 * b + c) for a, b, c in zip(row, row[1:], row[2:]))
        count += max(len(row) - 2, 0)
    return total / max(count, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=float, default=0, help="end photographs that are less sharp")
    least = parser.parse_args().least
    for line in sys.stdin:
        request = json.loads(line)
        value = round(sharpness(green_rows(request["pixels"]["path"])), 2)
        answer = {"id": request["id"], "pass": value >= least, "notes": {"sharpness": value}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
