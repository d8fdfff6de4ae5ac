#!/usr/bin/env python3
"""Makes the numbers these tests compare with, in PyTorch, from the inputs that stand in the same files.

    python3 make_fixtures.py

`photographs.safetensors`: what the model that ships says of eight canvases of 224 x 224 pixels (single precision). To be
made again whenever that model changes. `window.safetensors`: the rectangle's map and the moments head with their
gradients (double precision). Needs PyTorch and safetensors. Networks and formulas are those of `Tests/Judges/pytorch`.
"""

import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "Tests/Judges/pytorch"))

import modelfile  # noqa: E402
import networks  # noqa: E402
from tensor_file import read, write  # noqa: E402

MODEL = ROOT / "Sources/viewfinder/Resources/models/lite0-rectangle.safetensors"
TYPES = {torch.uint8: "U8", torch.float32: "F32", torch.float64: "F64"}
FEATURES = {"features16": "block10", "features32": "block15"}


def tensor(stored):
    kind, shape, data = stored
    dtype = next(dtype for dtype, name in TYPES.items() if name == kind)
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


def stored(numbers):
    numbers = numbers.detach().contiguous()
    return TYPES[numbers.dtype], list(numbers.shape), numbers.numpy().tobytes()


def photographs():
    """Maps are written rows x columns x channels; of two photographs only, as they are large."""
    path = HERE / "photographs.safetensors"
    metadata, tensors = read(path)
    card, weights = modelfile.read(MODEL)
    mean, scale = (torch.tensor(card["canvas"][name]).view(1, 3, 1, 1) for name in ("mean", "scale"))
    canvases = (tensor(tensors["canvas_u8"]).permute(0, 3, 1, 2).float() - mean) / scale
    layers = networks.of_card(card)
    with torch.no_grad():
        run = networks.Pass(modelfile.Parameters(weights))
        logits = run.run(layers, canvases)
        plain = networks.Pass(modelfile.Parameters(weights))
        plain_logits = plain.run([layer for layer in layers if layer[0] != "attention"], canvases)
        map = run.maps[card["attention"]["after"]].shape[2:]
        attention = networks.window(run.rectangles, *map, card["attention"]["sharpness"])[:, 0]
    tensors.update(
        {name: stored(run.maps[layer][:2].permute(0, 2, 3, 1)) for name, layer in FEATURES.items()},
        theta=stored(run.rectangles), attention=stored(attention), logits=stored(logits), plain_logits=stored(plain_logits))
    write(path, metadata, tensors)


def window():
    """The gradients are those of the sum of `weight` times the result."""
    path = HERE / "window.safetensors"
    metadata, tensors = read(path)
    torch.set_default_dtype(torch.float64)
    for name in ("7x7_k10", "14x14_k20", "12x16_k20"):
        size, sharpness = name.split("_k")
        rows, columns = map(int, size.split("x"))
        theta = tensor(tensors[f"{name}.theta"]).requires_grad_()
        result = networks.window(theta, rows, columns, float(sharpness))[:, 0]
        (result * tensor(tensors[f"{name}.weight"])).sum().backward()
        tensors.update({f"{name}.map": stored(result), f"{name}.grad_theta": stored(theta.grad)})
    evidence = tensor(tensors["moments.evidence"]).requires_grad_()
    theta = networks.moments(evidence, torch.zeros(2), 0.12, False, 0)
    (theta * tensor(tensors["moments.weight"])).sum().backward()
    tensors.update({"moments.theta": stored(theta), "moments.grad_evidence": stored(evidence.grad)})
    write(path, metadata, tensors)


if __name__ == "__main__":
    photographs()
    window()
