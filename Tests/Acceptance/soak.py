"""A long run: memory and descriptors do not grow. And one under libvips' own leak check."""
import os
import subprocess

from driver import check, fresh, run, summary


def watched(process):
    """Resident kilobytes and open descriptors, again and again until the process ends."""
    samples = []
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                resident = [int(line.split()[1]) for line in file if line.startswith("VmRSS")]
            descriptors = len(os.listdir(f"/proc/{process.pid}/fd"))
        except OSError:
            continue
        if resident:
            samples.append((resident[0], descriptors))
        try:
            process.wait(timeout=0.25)
        except subprocess.TimeoutExpired:
            pass
    return samples


def soak(binary, photographs, work, count):
    folder = work / "soak-photographs"
    folder.mkdir()
    for number in range(count):
        os.symlink(photographs[number % len(photographs)], folder / f"{number:06}.jpg")
    output = work / "soak"
    process = subprocess.Popen([binary, "run", "pipelines/crop-and-sort.yaml", str(folder), "--output", str(output), "--quiet", "--progress", "none"])
    samples = watched(process)
    quarters = [samples[len(samples) * part // 4:len(samples) * (part + 1) // 4] for part in range(4)]
    memory = [max(resident for resident, _ in quarter) // 1024 for quarter in quarters]
    descriptors = [max(number for _, number in quarter) for quarter in quarters]
    counts = summary(output)["counts"]
    check(f"{count} photographs: memory is flat from the second quarter on, within a twentieth", f"{memory} MB, {counts}",
          process.returncode == 0 and counts["ok"] == count and memory[3] <= 1.05 * memory[1])
    check("descriptors do not grow", f"{descriptors}", descriptors[3] <= descriptors[1] + 1)


def leaks(binary, photographs, work):
    folder = work / "whole-and-cut"
    folder.mkdir()
    for number, photograph in enumerate(photographs[:40]):
        content = photograph.read_bytes()
        # Half of them are cut, so that the ways out of errors are walked too.
        (folder / f"{number}.jpg").write_bytes(content[:len(content) // (1 + number % 2)])
    ended = run(binary, "run", "pipelines/two-branches.yaml", folder, "--output", fresh(work / "vips"), env={**os.environ, "VIPS_LEAK": "1"})
    said = [line for line in ended.stderr.splitlines() if line.startswith("vips_leak") or "still allocated" in line or " objects alive" in line or "leaked" in line]
    memory = [line for line in ended.stderr.splitlines() if "memory: high-water mark" in line.lower()]
    check("libvips' leak check finds nothing", f"{said[:3]} {memory}", ended.returncode == 0 and not said and memory)
