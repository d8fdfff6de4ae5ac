#!/usr/bin/env python3
"""What no program on this machine can go below, on one core: decoding at an eighth, multiplying, encoding.

    floor.py PHOTOGRAPHS CROPS MULTIPLY_ADDS
"""
import json
import os
import sys
import time
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VIPS_CONCURRENCY"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402
import pyvips  # noqa: E402


def milliseconds(work, items):
    start = time.perf_counter()
    for item in items:
        work(item)
    return (time.perf_counter() - start) * 1e3 / len(items)


def gemm_rate():
    """Billions of operations a second in single precision: the best of some shapes."""
    best = 0
    for m, k, n in ((1024, 1024, 1024), (196, 480, 112), (784, 240, 40)):
        a, b, c = (np.ones(shape, np.float32) for shape in ((m, k), (k, n), (m, n)))
        count = max(1, int(2e9 / (2 * m * k * n)))
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(count):
                np.matmul(a, b, out=c)
            best = max(best, 2 * m * k * n * count / (time.perf_counter() - start) * 1e-9)
    return best


def main():
    photographs, crops, multiply_adds = sys.argv[1:]
    pyvips.cache_set_max(0)
    data = [file.read_bytes() for file in sorted(Path(photographs).iterdir())]
    pixels = [pyvips.Image.new_from_file(str(file)).copy_memory() for file in sorted(Path(crops).rglob("*.jpg"))]
    rate = gemm_rate()
    decode = milliseconds(lambda file: pyvips.Image.jpegload_buffer(file, shrink=8).copy_memory(), data)
    encode = milliseconds(lambda image: image.jpegsave_buffer(Q=88, strip=True), pixels)
    print(json.dumps({
        "decode_milliseconds": decode, "encode_milliseconds": encode, "gemm_gflops": rate,
        "gemm_milliseconds": 2 * int(multiply_adds) / rate * 1e-6}))


if __name__ == "__main__":
    main()
