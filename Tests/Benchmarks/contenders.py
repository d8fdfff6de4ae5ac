"""How each contender is started. All print JSON; what is measured is measured inside, after the contender has warmed up."""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PEERS = Path(__file__).resolve().parent / "peers"
# Every contender has as many threads as it is told, none of its own beside.
ENVIRONMENT = dict(
    os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", VIPS_CONCURRENCY="1",
    PYTHONDONTWRITEBYTECODE="1")


class Failed(Exception):
    pass


def output(command, cores=None, environment=ENVIRONMENT):
    """What a command prints as JSON."""
    text = printed(command, cores, environment)
    return json.loads(text[text.index("{"):])


def printed(command, cores=None, environment=ENVIRONMENT):
    """What a command prints; `cores` pins it to so many."""
    if cores:
        granted = sorted(os.sched_getaffinity(0))[:cores]
        command = ["taskset", "-c", ",".join(map(str, granted)), *command]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    if run.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\n{run.stderr[-2000:]}")
    return run.stdout


class Contenders:
    """All that knows where things are: program, model, work folder, photographs."""

    def __init__(self, binary, model, work, side, seconds):
        self.binary, self.model, self.work, self.side, self.seconds = binary, model, work, side, seconds

    def ours(self, part, *arguments, cores=None, jobs=None, rounds=1, seconds=None):
        seconds = self.seconds if seconds is None else seconds
        jobs = ["--jobs", jobs] if jobs else []
        return output(
            [self.binary, "bench", f"--{part}", "--rounds", rounds, "--seconds", seconds, *jobs, *arguments], cores)

    def peer(self, script, *arguments, cores=None, environment=ENVIRONMENT):
        return output([sys.executable, PEERS / script, *arguments], cores, environment)

    def run_peer(self, script, *arguments):
        printed([sys.executable, PEERS / script, *arguments])

    # MARK: Network

    def networks(self, side, cores):
        def ours():
            found = self.ours("network", "--canvas", side, cores=cores, jobs=cores)
            network = found["network"]
            return {
                "images_per_second": network["median_images_per_second"], "gflops": network["gflops"],
                "multiply_adds": network["multiply_adds"], "attention": network.get("attention"),
                "gemm_gflops": found["gemm_gflops"]}

        def theirs(engine):
            return lambda: self.peer(
                "network_rate.py", engine, self.model, self.work, side, cores, self.seconds, cores=cores)
        engines = {"ONNX Runtime": "onnxruntime", "OpenVINO": "openvino", "PyTorch": "pytorch",
                   "PyTorch, frozen graph": "pytorch-frozen"}
        return {"ours": ours, **{name: theirs(engine) for name, engine in engines.items()}}

    # MARK: Pipeline

    def pipelines(self, folder, count, cores):
        def ours():
            found = self.ours("pipeline", folder, cores=cores, jobs=cores)["pipeline"]
            self.check(found["ok"], count, "ours")
            return {
                "photographs_per_second": found["median_photographs_per_second"],
                "peak_rss_bytes": found["peak_rss_bytes"], "stage_milliseconds": found["stage_milliseconds"]}

        def theirs(name, script, *more):
            def run():
                out = self.fresh("out")
                found = self.peer(script, self.model, self.work, self.side, folder, out, cores, *more, cores=cores)
                if found["failures"]:
                    raise Failed("\n".join(found["failures"]))
                self.check(len(list(out.iterdir())), count, name)
                return found
            return run

        def vipsthumbnail():
            out = self.fresh("out")
            granted = ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))
            names = "\0".join(str(file) for file in sorted(folder.iterdir()))
            command = ["taskset", "-c", granted, "xargs", "-0", "-P", str(cores), "-n", "4", "vipsthumbnail",
                       "--smartcrop", "attention", "-s", "512", "-o", f"{out}/%s.jpg[Q=88,strip]"]
            start = time.perf_counter()
            subprocess.run(command, input=names.encode(), env=ENVIRONMENT, check=True)
            elapsed = time.perf_counter() - start
            self.check(len(list(out.iterdir())), count, "vipsthumbnail")
            return {"photographs_per_second": count / elapsed}
        return {
            "ours": ours,
            "pyvips + ONNX Runtime": theirs("pyvips", "pipeline_vips.py", 2),
            "pyvips + ONNX Runtime, one decode": theirs("pyvips", "pipeline_vips.py", 1),
            "Pillow + PyTorch": theirs("pillow", "pipeline_pillow.py"),
            "vipsthumbnail": vipsthumbnail}

    def fresh(self, name):
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    @staticmethod
    def check(found, count, name):
        if found != count:
            raise Failed(f"{name} made {found} of {count} pictures")

    # MARK: Training

    def trainings(self, side, batch, cores):
        def ours():
            found = self.ours("training", "--canvas", side, "--batch", batch)["training"]
            return {"images_per_second": found["median_images_per_second"]}

        def theirs(layout):
            # Here the library's own threads are what is wanted.
            environment = {name: value for name, value in ENVIRONMENT.items() if not name.endswith("_NUM_THREADS")}
            return lambda: self.peer(
                "training_rate.py", self.model, side, batch, cores, self.seconds, layout, environment=environment)
        return {"ours": ours, "PyTorch": theirs("nchw"), "PyTorch, channels last": theirs("nhwc")}
