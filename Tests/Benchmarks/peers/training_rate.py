#!/usr/bin/env python3
"""Images a second of a training step in PyTorch: forward, backward, AdamW; all layers learn, batches are ready.

    training_rate.py MODEL SIDE BATCH CORES SECONDS LAYOUT

LAYOUT is nchw or nhwc: PyTorch's convolutions are faster in the one or the other, by processor.
"""
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from network import modelfile, networks, padded


class TrainingPass(networks.Pass):
    """A pass as one trains with PyTorch: even padding in the convolution, batch normalisation in the map's own layout."""

    def convolve(self, map, weight, norm, outputs, kernel=1, stride=1, same=True, depthwise=False, epsilon=1e-5):
        inputs = map.shape[1]
        tensor = self.parameters(weight, outputs, 1 if depthwise else inputs, kernel, kernel)
        map, pads = padded(map, kernel, stride, same)
        map = F.conv2d(map, tensor, None, stride, pads, groups=inputs if depthwise else 1)
        mean, variance, factor, shift = (
            self.parameters(f"{norm}.{name}", outputs) for name in ("running_mean", "running_var", "weight", "bias"))
        return F.batch_norm(map, mean, variance, factor, shift, True, self.momentum, epsilon)


def main():
    model, side, batch, cores, seconds, layout = sys.argv[1:]
    side, batch = int(side), int(batch)
    torch.set_num_threads(int(cores))
    card, tensors = modelfile.read(Path(model))
    layers, parameters = networks.of_card(card), modelfile.Parameters(tensors)
    with torch.no_grad():  # Asks for every parameter once.
        networks.Pass(parameters).run(layers, torch.zeros(1, 3, side, side))
    format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    for name, tensor in parameters.used.items():
        if tensor.dim() == 4:
            parameters.used[name] = tensor = tensor.contiguous(memory_format=format)
        tensor.requires_grad_(not name.endswith(("running_mean", "running_var")))
    learned = [tensor for tensor in parameters.used.values() if tensor.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=1e-9, weight_decay=1e-4, fused=True)
    input = torch.randn(batch, 3, side, side).contiguous(memory_format=format)
    labels = torch.arange(batch) % len(card["labels"])

    def step():
        logits = TrainingPass(parameters, 0.1).run(layers, input)
        loss = F.cross_entropy(logits, labels, label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        return loss.item()

    step()
    start, steps, elapsed = time.perf_counter(), 0, 0
    while elapsed < float(seconds):
        step()
        steps += 1
        elapsed = time.perf_counter() - start
    print(json.dumps({"images_per_second": steps * batch / elapsed}))


if __name__ == "__main__":
    main()
