"""The network of a model file for the peers: Tests/Judges/pytorch/networks.py made fast, and the same as ONNX.

Batch normalisation is folded into the convolutions and even padding goes into them, as whoever deploys a network would do.
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Judges/pytorch"))
import modelfile  # noqa: E402
import networks  # noqa: E402


def padding(map, kernel, stride, same):
    """Left, right, top, bottom."""
    pads = []
    for length in (map.shape[3], map.shape[2]):
        lacking = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        pads += [lacking // 2, lacking - lacking // 2] if same else [kernel // 2, kernel // 2]
    return pads


def padded(map, kernel, stride, same):
    """The map, and the padding a convolution can do itself: uneven one has to be done before."""
    left, right, top, bottom = padding(map, kernel, stride, same)
    if left == right and top == bottom:
        return map, (top, left)
    return F.pad(map, (left, right, top, bottom)), (0, 0)


class FoldedPass(networks.Pass):
    """A pass for inference. `folded` keeps weights and offsets from pass to pass."""

    def __init__(self, parameters, folded):
        super().__init__(parameters)
        self.folded = folded

    def convolve(self, map, weight, norm, outputs, kernel=1, stride=1, same=True, depthwise=False, epsilon=1e-5):
        if weight not in self.folded:
            tensor = self.parameters(weight, outputs, 1 if depthwise else map.shape[1], kernel, kernel)
            mean, variance, factor, shift = (
                self.parameters(f"{norm}.{name}", outputs) for name in ("running_mean", "running_var", "weight", "bias"))
            factor = factor / (variance + epsilon).sqrt()
            tensor = (tensor * factor[:, None, None, None]).contiguous(memory_format=torch.channels_last)
            self.folded[weight] = tensor, shift - mean * factor
        tensor, offset = self.folded[weight]
        map, pads = padded(map, kernel, stride, same)
        return F.conv2d(map, tensor, offset, stride, pads, groups=map.shape[1] if depthwise else 1)


class Network(torch.nn.Module):
    """From a normalised canvas (1 x 3 x height x width) to logits and rectangle."""

    def __init__(self, model):
        super().__init__()
        self.card, tensors = modelfile.read(Path(model))
        self.layers = networks.of_card(self.card)
        self.tensors, self.folded = modelfile.Parameters(tensors), {}
        with torch.no_grad():
            self.forward(torch.zeros(1, 3, 64, 64))

    def forward(self, canvas):
        run = FoldedPass(self.tensors, self.folded)
        logits = run.run(self.layers, canvas)
        return logits, run.rectangles


def frozen(network, height, width):
    """The graph PyTorch makes for inference: operations fused, constants laid out for its convolutions."""
    with torch.inference_mode():
        example = torch.zeros(1, 3, height, width).contiguous(memory_format=torch.channels_last)
        traced = torch.jit.trace(network.eval(), example, check_trace=False)
        graph = torch.jit.optimize_for_inference(torch.jit.freeze(traced))
        for _ in range(3):
            graph(example)
    return graph


def write_onnx(network, height, width, path):
    with torch.no_grad():
        torch.onnx.export(
            network.eval(), (torch.zeros(1, 3, height, width),), str(path), input_names=["canvas"],
            output_names=["logits", "rectangle"], dynamo=True, external_data=False, verbose=False)
    absorb_padding(path)


def absorb_padding(path):
    """Gives uneven padding to the convolutions behind it, which can all do it themselves in ONNX."""
    import onnx
    from onnx import numpy_helper
    model = onnx.load(str(path))
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    makers = {node.output[0]: node for node in graph.node}
    for node in [node for node in graph.node if node.op_type == "Conv"]:
        pad = makers.get(node.input[0])
        if pad is None or pad.op_type != "Pad" or pad.input[1] not in constants:
            continue
        before, after = constants[pad.input[1]].reshape(2, -1)[:, -2:].tolist()
        node.input[0] = pad.input[0]
        for attribute in [a for a in node.attribute if a.name in ("pads", "auto_pad")]:
            node.attribute.remove(attribute)
        node.attribute.append(onnx.helper.make_attribute("pads", [*before, *after]))
    used = {name for node in graph.node for name in node.input}
    for node in [node for node in graph.node if node.op_type == "Pad" and node.output[0] not in used]:
        graph.node.remove(node)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
