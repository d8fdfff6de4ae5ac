"""Safetensors files with nothing but Python, byte for byte as they were asked for."""

import json
import struct

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
