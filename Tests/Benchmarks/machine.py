"""What the measurements were made on. Nothing that names the machine itself."""
import importlib.metadata
import os
import platform
import subprocess


def describe(ours):
    """`ours` is any report of `viewfinder bench`."""
    cpu = processor()
    vips = subprocess.run(["vipsthumbnail", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    packages = {name: importlib.metadata.version(name)
                for name in ("onnxruntime", "openvino", "torch", "pillow", "pyvips", "numpy")}
    return {
        "processor": cpu, "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release().split("-")[0], "python": platform.python_version(),
        "viewfinder": ours["version"], "libvips": ours["libraries"]["libvips"],
        "openblas": ours["libraries"]["openblas"], "openblas_kernel": ours["libraries"]["core"],
        "vipsthumbnail": vips, **packages}


def processor():
    fields = {}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    flags = fields.get("flags", "").split()
    vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "SSE"
    return f"{fields.get('model name', platform.machine())} (family {fields.get('cpu family', '?')}, {vectors})"
