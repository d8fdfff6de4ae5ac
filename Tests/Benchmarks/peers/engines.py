"""The engines that run the network, each on one thread: a function from a normalised canvas to (logits, rectangle)."""
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from model_card import card_of  # noqa: E402


def onnxruntime(files, side):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = ort.InferenceSession(str(files.onnx(side)), options, providers=["CPUExecutionProvider"])
    return lambda canvas: session.run(None, {"canvas": canvas})


def openvino(files, side):
    import openvino as ov
    core = ov.Core()
    model = core.compile_model(core.read_model(files.onnx(side)), "CPU", {
        "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False})
    request, first, second = model.create_infer_request(), model.output("logits"), model.output("rectangle")

    def run(canvas):
        found = request.infer({"canvas": canvas}, share_inputs=True, share_outputs=True)
        return found[first], found[second]
    return run


def pytorch(files, side, freeze=False):
    import torch
    from network import Network, frozen
    torch.set_num_threads(1)
    network = Network(files.model).eval()
    graph = frozen(network, side, side) if freeze else network

    def run(canvas):
        with torch.inference_mode():
            map = torch.from_numpy(canvas).contiguous(memory_format=torch.channels_last)
            return [tensor.numpy() for tensor in graph(map)]
    return run


def pytorch_frozen(files, side):
    return pytorch(files, side, freeze=True)


ENGINES = {
    "onnxruntime": onnxruntime, "openvino": openvino, "pytorch": pytorch, "pytorch-frozen": pytorch_frozen}


class Files:
    """The model file, and what was made of it in the work folder."""

    def __init__(self, model, work):
        self.model, self.work, self.card = Path(model), Path(work), card_of(model)

    def onnx(self, side):
        return self.work / f"network-{side}.onnx"


def normalised(rgb, card):
    """8-bit height x width x 3 to what the network reads."""
    canvas = card["canvas"]
    values = (rgb.astype(np.float32) - np.float32(canvas["mean"])) / np.float32(canvas["scale"])
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])
