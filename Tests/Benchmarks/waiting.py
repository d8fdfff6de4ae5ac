"""How long people wait, in milliseconds from the call of a program: for its end, or for the first line of a file it writes."""
import subprocess
import time


def for_end(command):
    begin = time.perf_counter()
    subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begin) * 1e3


def for_line(command, file, limit=60):
    """The program is ended once the line is there."""
    begin = time.perf_counter()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL) as running:
        try:
            while not (file.exists() and file.stat().st_size > 0):
                waited = time.perf_counter() - begin
                if waited > limit or running.poll() not in (None, 0):
                    raise SystemExit(f"no line in {file} after {waited:.1f} s")
                time.sleep(0.001)
            return (time.perf_counter() - begin) * 1e3
        finally:
            running.kill()
