#!/usr/bin/env python3
"""Writes a checkpoint of made-up weights as PyTorch would, with Python's own pickle and nothing else.

    python3 write_checkpoint.py mobilenet-v2|efficientnet-lite0 CLASSES legacy|zip FILE [--without NAME] [--with NAME]

The same arguments give the same bytes. `value` is repeated in Swift in MobileNetV2Tests.
"""

import array
import collections
import io
import math
import pickle
import struct
import sys
import types
import zipfile
import zlib

MASK = 0xFFFFFFFF


def share(seed, index):
    """A number in [0, 1) with 24 bits, exact in single precision."""
    h = (seed + index * 2654435761) & MASK
    h ^= h >> 15
    h = h * 2246822519 & MASK
    return ((h ^ h >> 13) >> 8) / 0x1000000


def values(name, shape):
    """What a tensor holds: magnitudes that neither die nor explode on their way through a network."""
    seed, count = zlib.crc32(name.encode()), math.prod(shape)
    if len(shape) > 1:
        bound = math.sqrt(6 / math.prod(shape[1:]))
        return array.array("f", ((2 * share(seed, i) - 1) * bound for i in range(count)))
    low = 0.5 if name.endswith(("running_var", ".weight")) else -0.5
    return array.array("f", (share(seed, i) + low for i in range(count)))


def convolution(name, norm, shape):
    yield f"{name}.weight", shape
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{norm}.{part}", [shape[0]]
    yield f"{norm}.num_batches_tracked", []


def mobilenet_v2(classes):
    yield from convolution("features.0.0", "features.0.1", [32, 3, 3, 3])
    inputs, number = 32, 1
    for expansion, outputs, blocks in (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1):
        for _ in range(blocks):
            at, step, wide = f"features.{number}.conv", 0, inputs * expansion
            if expansion > 1:
                yield from convolution(f"{at}.0.0", f"{at}.0.1", [wide, inputs, 1, 1])
                step = 1
            yield from convolution(f"{at}.{step}.0", f"{at}.{step}.1", [wide, 1, 3, 3])
            yield from convolution(f"{at}.{step + 1}", f"{at}.{step + 2}", [outputs, wide, 1, 1])
            inputs, number = outputs, number + 1
    yield from convolution("features.18.0", "features.18.1", [1280, 320, 1, 1])
    yield "classifier.1.weight", [classes, 1280]
    yield "classifier.1.bias", [classes]


def efficientnet_lite0(classes):
    yield from convolution("_conv_stem", "_bn0", [32, 3, 3, 3])
    inputs, number = 32, 0
    for expansion, outputs, blocks, kernel in (
        (1, 16, 1, 3), (6, 24, 2, 3), (6, 40, 2, 5), (6, 80, 3, 3), (6, 112, 3, 5), (6, 192, 4, 5), (6, 320, 1, 3)
    ):
        for _ in range(blocks):
            at, wide = f"_blocks.{number}", inputs * expansion
            if expansion > 1:
                yield from convolution(f"{at}._expand_conv", f"{at}._bn0", [wide, inputs, 1, 1])
            yield from convolution(f"{at}._depthwise_conv", f"{at}._bn1", [wide, 1, kernel, kernel])
            yield from convolution(f"{at}._project_conv", f"{at}._bn2", [outputs, wide, 1, 1])
            inputs, number = outputs, number + 1
    yield from convolution("_conv_head", "_bn1", [1280, 320, 1, 1])
    yield "_fc.weight", [classes, 1280]
    yield "_fc.bias", [classes]


def stand_ins():
    """Modules with the names that PyTorch's pickles mention."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2():
        pass

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2, torch._utils = _rebuild_tensor_v2, utils
    sys.modules.update({"torch": torch, "torch._utils": utils})
    return torch


class Storage:
    def __init__(self, key, kind, data):
        self.key, self.kind, self.data = key, kind, data


class Tensor:
    def __init__(self, rebuild, storage, shape):
        strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        self.parts = rebuild, (storage, 0, tuple(shape), tuple(strides), False, collections.OrderedDict())

    def __reduce__(self):
        return self.parts


def dump(value, *more):
    """A pickle of protocol 2 in which storages are described, not contained."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, 2)
    pickler.persistent_id = lambda item: (
        ("storage", item.kind, item.key, "cpu", len(item.data), *more) if isinstance(item, Storage) else None
    )
    pickler.dump(value)
    return file.getvalue()


def write(tensors, layout, path):
    torch = stand_ins()
    storages, table = [], collections.OrderedDict()
    for name, shape in tensors:
        counter = name.endswith("num_batches_tracked")
        data = array.array("q", [7]) if counter else values(name, shape)
        storages.append(Storage(str(len(storages)), torch.LongStorage if counter else torch.FloatStorage, data))
        table[name] = Tensor(torch._utils._rebuild_tensor_v2, storages[-1], shape)
    table._metadata = collections.OrderedDict({"": {"version": 1}})
    if layout == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            files = {"data.pkl": dump(table), "byteorder": b"little", "version": b"3\n"}
            files.update({f"data/{storage.key}": storage.data.tobytes() for storage in storages})
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
        return
    with open(path, "wb") as file:
        facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
        for value in (0x1950A86A20F9469CFC6C, 1001, facts):
            file.write(dump(value))
        file.write(dump(table, None))
        file.write(dump([storage.key for storage in storages]))
        for storage in storages:
            file.write(struct.pack("<q", len(storage.data)) + storage.data.tobytes())


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    architecture, classes, layout, path, *changes = sys.argv[1:]
    tensors = {"mobilenet-v2": mobilenet_v2, "efficientnet-lite0": efficientnet_lite0}[architecture](int(classes))
    table = dict(tensors)
    for change, name in zip(changes[::2], changes[1::2]):
        if change == "--without":
            del table[name]
        else:
            table[name] = [1]
    write(table.items(), layout, path)


if __name__ == "__main__":
    main()
