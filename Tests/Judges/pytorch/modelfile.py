"""Model files: tensors by name, and the card that says what network they are."""
import hashlib
import json
import math
import struct

import torch
from safetensors.torch import save

CARD = "viewfinder.card"
TYPES = {"F32": torch.float32, "F16": torch.float16}


def read(path):
    """A file's card, and its tensors in single precision."""
    data = bytearray(path.read_bytes())
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    card = json.loads(header.pop("__metadata__")[CARD])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        part = torch.frombuffer(data[8 + size + begin:8 + size + end], dtype=TYPES[entry["dtype"]])
        tensors[name] = part.reshape(entry["shape"]).float()
    return card, tensors


def write(path, card, tensors):
    tensors = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    encoded = save(tensors)
    body = encoded[8 + struct.unpack("<Q", encoded[:8])[0]:]
    card = dict(card, sha256=hashlib.sha256(body).hexdigest())
    path.write_bytes(save(tensors, metadata={CARD: json.dumps(card)}))


class Parameters:
    """Tensors by name; those the file lacks, or has in another shape, are drawn when a network first asks for them."""

    def __init__(self, tensors, seed=1):
        self.source = tensors
        self.used = {}
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, name, *shape):
        if name not in self.used:
            tensor = self.source.get(name)
            self.used[name] = tensor.clone() if tensor is not None and tensor.shape == shape else self.draw(name, shape)
        return self.used[name]

    def draw(self, name, shape):
        """Large enough that every part of a network counts from the first step on."""
        normal = torch.randn(shape, generator=self.generator)
        if len(shape) == 4:
            return normal * math.sqrt(2 / (shape[2] * shape[3] * (1 if shape[1] == 1 else shape[0])))
        if len(shape) == 2:
            return normal * 0.01
        return torch.ones(shape) if name.endswith((".weight", ".running_var")) else torch.zeros(shape)
