"""Runs that are killed, at random moments and at system calls, and what goes on from there."""
import hashlib
import json
import os
import random
import shutil
import subprocess
import time

from driver import check, folder_of, fresh, records, run, tree

# Crops and moves on two branches: every kind of output, and originals that leave their place.
MOVING = """\
version: 1
stages:
  - use: read
  - use: decode
  - use: classify
  - use: crop
    with: {longest: 128, min_score: 0}
  - use: write
    id: crops
    with: {path: "crops/{label}/{stem}.jpg"}
  - use: sort
    after: classify
    with: {path: "sorted/{label}/{name}", mode: move}
  - use: manifest
    after: [crops, sort]
"""

# Where a run touches the disk. With each, how often a run of two dozen photographs comes there on one thread, more or less.
CALLS = {"write": 30, "fsync": 30, "rename": 4, "link": 12, "linkat": 12, "unlink": 24, "mkdir": 8, "openat": 60, "pread64": 20, "flock": 1,
         "symlink": 0, "ftruncate": 1, "utimensat": 2}


def random_kills(binary, photographs, work, wanted):
    """Runs killed again and again with --resume until so many kills came to pass."""
    folder = folder_of(photographs, 150, work / "kill-photographs")
    whole, broken = work / "undisturbed", work / "killed"
    command = ["run", "pipelines/crop-and-sort.yaml", folder, "--output"]
    start = time.monotonic()
    run(binary, *command, whole)
    length = time.monotonic() - start
    generator = random.Random(20)
    kills = sessions = wrong = 0
    while kills < wanted:
        fresh(broken)
        for number in range(10):
            process = subprocess.Popen(
                [binary, *map(str, command), str(broken), "--quiet", *(["--resume"] if number else [])], stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=generator.uniform(0.1, 0.6) * length)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
            process.wait()
        last = run(binary, *command, broken, "--resume")
        same = last.returncode == 0 and records(whole) == records(broken) and tree(whole) == tree(broken)
        wrong += not same
        sessions += 1
    check(
        "killed at random moments and resumed: records and outputs as in an undisturbed run, nothing left over",
        f"{kills} kills in {sessions} runs of {len(records(whole))} photographs, {wrong} differ", not wrong)


def killed_at(call, number):
    """What starts a program so that it is killed at the so-manieth system call of a kind on a thread."""
    return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]


def crash_points(binary, photographs, work, every):
    """Runs that are killed at a system call: the first, the second and so on of each kind, on any thread."""
    pipeline = work / "moving.yaml"
    pipeline.write_text(MOVING)
    kept = folder_of(photographs, 24, work / "crash-originals")
    (kept / f"{sorted(os.listdir(kept))[0][:-4]}.xmp").write_text("settings")
    originals = sorted(tree(kept).values())

    def attempt(output, *options, before=()):
        return run(binary, "run", pipeline, work / "library", "--output", output, "--quiet", *options, before=before)

    def library():
        shutil.copytree(kept, fresh(work / "library"))

    library()
    whole = work / "crash-undisturbed"
    assert attempt(whole).returncode == 0
    kills = {}
    wrong, lost = [], []
    for call, most in CALLS.items():
        for number in range(1, most + 1, every):
            library()
            output = fresh(work / "crashed")
            if attempt(output, before=killed_at(call, number)).returncode == 0:
                continue
            kills[call] = kills.get(call, 0) + 1
            there = sorted([*tree(work / "library").values(), *tree(output).values()] if output.exists() else tree(work / "library").values())
            if any(there.count(value) < originals.count(value) for value in originals):
                lost.append((call, number))
            # A run that had not begun when it died has nothing to go on with.
            again = attempt(output, "--resume")
            if again.returncode != 0 or records(output) != records(whole) or tree(output) != tree(whole) or tree(work / "library"):
                wrong.append((call, number, again.stderr.strip()[-200:]))
    check("killed at system calls: no original is lost at any moment", f"{sum(kills.values())} kills ({json.dumps(kills)}), lost {lost}", not lost and kills)
    check("resumed: records and outputs as in an undisturbed run, all originals moved", f"{len(wrong)} differ {wrong[:3]}", not wrong)
    return sum(kills.values())


def corrections(binary, photographs, work, every):
    """`apply` killed at system calls, and ended in turns by the same command alone, and by the run with --resume before it."""
    pipeline = work / "corrected.yaml"
    pipeline.write_text(MOVING)
    library = folder_of(photographs, 12, work / "corrected-originals")
    (library / f"{sorted(os.listdir(library))[0][:-4]}.xmp").write_text("settings")
    originals = sorted(tree(library).values())
    output, before, whole = (work / name for name in ("corrected", "corrected-before", "corrected-undisturbed"))
    command = ["run", pipeline, library, "--output", output, "--quiet"]
    assert run(binary, *command).returncode == 0
    shutil.copytree(output, before)
    digest = hashlib.sha256((output / "manifest.jsonl").read_bytes()).hexdigest()
    wanted = [{"path": record["path"], "sha256": record["input"]["sha256"], "label": {"from": None, "to": "corrected"}}
              for record in records(output)[::2]]
    file = work / "corrections.json"
    file.write_text(json.dumps({"schema": "viewfinder/corrections/1", "manifest": {"sha256": digest}, "corrections": wanted}))
    apply = ["apply", output / "manifest.jsonl", file, "--quiet"]
    assert run(binary, *apply).returncode == 0
    shutil.copytree(output, whole)
    assert records(whole) != records(before)

    kills = 0
    wrong, lost = [], []
    for call, most in CALLS.items():
        for number in range(1, most + 1, every):
            fresh(output)
            shutil.copytree(before, output)
            if run(binary, *apply, before=killed_at(call, number)).returncode == 0:
                continue
            kills += 1
            there = [*tree(library).values(), *tree(output).values()]
            if any(there.count(value) < originals.count(value) for value in originals):
                lost.append((call, number))
            if kills % 2:
                resumed = run(binary, *command, "--resume")
                # The run alone ends what was begun: all is corrected, or nothing had been.
                if resumed.returncode or not any(records(output) == records(place) and tree(output) == tree(place) for place in (before, whole)):
                    wrong.append((call, number, "resumed", resumed.stderr.strip()[-200:]))
            again = run(binary, *apply)
            if again.returncode or records(output) != records(whole) or tree(output) != tree(whole):
                wrong.append((call, number, "applied again", again.stderr.strip()[-200:]))
            for path in tree(library):
                wrong.append((call, number, f"{path} was left where it had come from"))
                (library / path).unlink()
    check("`apply` killed at system calls: no original is lost at any moment", f"{kills} kills, lost {lost}", not lost and kills)
    check("resumed: nothing or all is corrected; applied again, at once or after that: all", f"{len(wrong)} differ {wrong[:3]}", not wrong)


def moves(binary, photographs, work):
    folder = folder_of(photographs, 300, work / "moved-library")
    (folder / f"{sorted(os.listdir(folder))[0][:-4]}.xmp").write_text("settings")
    before = tree(folder)
    output = work / "moved"
    command = ["sort", folder, "--mode", "move", "--output", output]
    process = subprocess.Popen([binary, *map(str, command), "--quiet"])
    while process.poll() is None and len(os.listdir(folder)) > 200:
        pass
    process.kill()
    process.wait()
    left = len(os.listdir(folder))
    ended = run(binary, *command, "--resume")
    check(
        "sort in move mode, killed with a third gone and resumed, leaves nothing behind",
        f"{left} left when killed, then {len(tree(folder))}", ended.returncode == 0 and left and not tree(folder))
    undone = subprocess.run([binary, "undo", str(output / "manifest.jsonl")], capture_output=True, text=True, check=False)
    check("undo gives back the original tree", undone.stdout.strip(), undone.returncode == 0 and tree(folder) == before)


def rivals(binary, photographs, work):
    folder = folder_of(photographs, 300, work / "rival-photographs")
    command = ["run", "pipelines/crop-and-sort.yaml", folder, "--output", work / "rivals"]
    first = subprocess.Popen([binary, *map(str, command), "--quiet"])
    while first.poll() is None and not (work / "rivals/manifest.jsonl").exists():
        pass
    second = run(binary, *command, "--resume")
    was_running = first.poll() is None
    first.wait()
    check("a second run into the same directory: 73, and the first is whole", f"code {second.returncode}: {second.stderr.strip()[-120:]}",
          was_running and second.returncode == 73 and len(records(work / "rivals")) == 300 and first.returncode == 0)
