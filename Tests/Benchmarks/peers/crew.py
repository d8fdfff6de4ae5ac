"""Workers for a folder of photographs: threads or processes, warm before the clock starts."""
import json
import multiprocessing
import queue
import threading
import time


def warm_workers(make, count, jobs, results, barrier):
    """One worker's life: `make` gives the function that does a photograph."""
    work = make()
    barrier.wait()
    while (item := jobs.get()) is not None:
        try:
            work(*item)
            results.put(None)
        except Exception as error:  # A photograph that fails is told, not lost.
            results.put(f"{item[0]}: {error}")
    results.put(peak_memory())


def peak_memory():
    """In bytes. Not what getrusage says: that begins with the memory of the process that started this one."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM:"))


def run(make, items, workers, processes):
    """Does all items and prints photographs a second and memory. `make` is called in each worker."""
    if processes:
        context = multiprocessing.get_context("spawn")
        jobs, results, barrier, start = context.Queue(), context.Queue(), context.Barrier(workers + 1), context.Process
    else:
        jobs, results, barrier, start = queue.Queue(), queue.Queue(), threading.Barrier(workers + 1), threading.Thread
    crew = [start(target=warm_workers, args=(make, workers, jobs, results, barrier)) for _ in range(workers)]
    for worker in crew:
        worker.start()
    barrier.wait()
    begin = time.perf_counter()
    for item in items:
        jobs.put(item)
    failures = [failure for failure in (results.get() for _ in items) if failure]
    elapsed = time.perf_counter() - begin
    for _ in crew:
        jobs.put(None)
    peaks = [results.get() for _ in crew]
    for worker in crew:
        worker.join()
    print(json.dumps({
        "photographs_per_second": len(items) / elapsed, "photographs": len(items), "failures": failures,
        "peak_rss_bytes": sum(peaks) if processes else max(peaks)}))
