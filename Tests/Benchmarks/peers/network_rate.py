#!/usr/bin/env python3
"""Images a second of one engine: so many processes at once, each with one thread and a warm session of its own.

    network_rate.py ENGINE MODEL WORK SIDE PROCESSES SECONDS
"""
import json
import multiprocessing
import sys
import time

import numpy as np

from engines import ENGINES, Files


def measure(engine, model, work, side, seconds, barrier, rates):
    run = ENGINES[engine](Files(model, work), side)
    canvas = np.random.default_rng(1).standard_normal((1, 3, side, side), dtype=np.float32)
    for _ in range(10):
        run(canvas)
    barrier.wait()
    start, count, elapsed = time.perf_counter(), 0, 0
    while elapsed < seconds:
        run(canvas)
        count += 1
        elapsed = time.perf_counter() - start
    rates.put(count / elapsed)


def main():
    engine, model, work, side, processes, seconds = sys.argv[1:]
    context = multiprocessing.get_context("spawn")
    barrier, rates = context.Barrier(int(processes)), context.Queue()
    workers = [
        context.Process(target=measure, args=(engine, model, work, int(side), float(seconds), barrier, rates))
        for _ in range(int(processes))]
    for worker in workers:
        worker.start()
    total = sum(rates.get() for _ in workers)
    for worker in workers:
        worker.join()
    print(json.dumps({"images_per_second": total}))


if __name__ == "__main__":
    main()
