"""What the host does to runs: full, read-only and vanishing disks, no descriptors, system calls that fail."""
import os
import resource
import shutil
import subprocess
import time

from driver import check, folder_of, raw_records, records, run, tree

PIPELINE = "pipelines/crop-and-sort.yaml"


def failed(directory):
    return [record for record in raw_records(directory) if record["status"] == "failed"]


def disks(binary, photographs, work):
    folder = folder_of(photographs, 120, work / "disk-photographs")
    small = work / "full-disk"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(small)], check=False).returncode:
        check("full and read-only disk", "a tmpfs could not be mounted: run as root", False)
        return
    try:
        full = run(binary, "run", PIPELINE, folder, "--output", small / "out")
        line = full.stderr.strip().splitlines()[-1]
        check("full disk: 75, and no failed records", f"code {full.returncode}, {len(failed(small / 'out'))} failed, {len(raw_records(small / 'out'))} done: {line}",
              full.returncode == 75 and not failed(small / "out"))
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        again = run(binary, "run", PIPELINE, folder, "--output", small / "out", "--resume")
        check("more room, --resume: 0 and every record", f"code {again.returncode}", again.returncode == 0 and len(records(small / "out")) == 120)
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        read_only = run(binary, "run", PIPELINE, folder, "--output", small / "other")
        check("read-only disk: 73", f"code {read_only.returncode}: {read_only.stderr.strip()}", read_only.returncode == 73)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def directories(binary, photographs, work):
    folder = folder_of(photographs, 300, work / "directory-photographs")
    vanishing = work / "vanishing"
    process = subprocess.Popen([binary, "run", PIPELINE, str(folder), "--output", str(vanishing), "--progress", "none", "--jobs", "1"], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    manifest = vanishing / "manifest.jsonl"
    # In the middle of the run: with records, and not while it is being set up.
    while time.monotonic() < deadline and not (manifest.exists() and manifest.stat().st_size):
        pass
    shutil.rmtree(vanishing, ignore_errors=True)
    text = process.communicate(timeout=60)[1].strip().splitlines()
    check("output directory vanishes: 74", f"code {process.returncode}: {text[-1]}", process.returncode == 74)

    # Photographs that go, and that change, while the run is on its way.
    changing = folder_of(photographs, 300, work / "changing")
    output = work / "changing-out"
    process = subprocess.Popen([binary, "run", PIPELINE, str(changing), "--output", str(output), "--quiet", "--jobs", "1"])
    manifest = output / "manifest.jsonl"
    while process.poll() is None and not (manifest.exists() and manifest.stat().st_size):
        pass
    names = sorted(os.listdir(changing))
    for name in names[200:250]:
        (changing / name).unlink()
    for name in names[250:]:
        (changing / name).write_bytes((changing / name).read_bytes() + b"more")
    process.wait()
    reasons = {record["path"]: record["reason"] for record in raw_records(output)}
    check("photographs vanish during the run: one failed record each, no other", f"{sorted({str(reasons[name]) for name in names[200:250]})}",
          process.returncode == 0 and len(reasons) == 300 and {reasons[name] for name in names[200:250]} == {"unreadable"}
          and {reasons[name] for name in names[250:]} <= {None, "changed"} and not any(reasons[name] for name in names[:100]))

    existing = work / "existing"
    run(binary, "run", PIPELINE, folder, "--output", existing, "--limit", 3)
    refused = run(binary, "run", PIPELINE, folder, "--output", existing)
    named = all(word in refused.stderr for word in ("--resume", "--overwrite", "--retry-failed"))
    check("existing manifest: 73, naming the three", f"code {refused.returncode}", refused.returncode == 73 and named)
    missing = run(binary, "run", PIPELINE, work / "nowhere", "--output", work / "none")
    check("unreadable input: 66", f"code {missing.returncode}: {missing.stderr.strip()}", missing.returncode == 66)


def descriptors(binary, photographs, work):
    """Fewer and fewer descriptors: the run ends early or well, and --resume makes it whole."""
    folder = folder_of(photographs, 60, work / "descriptor-photographs")
    whole = work / "descriptor-undisturbed"
    run(binary, "run", PIPELINE, folder, "--output", whole)
    codes, wrong = {}, []
    for limit in range(8, 33, 2):
        output = work / f"descriptors-{limit}"

        def lessen(limit=limit):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

        ended = run(binary, "run", PIPELINE, folder, "--output", output, "--quiet", preexec_fn=lessen)
        codes[ended.returncode] = codes.get(ended.returncode, 0) + 1
        bad = failed(output)
        again = run(binary, "run", PIPELINE, folder, "--output", output, "--resume")
        if ended.returncode not in (0, 66, 73, 75, 78, 127) or bad or again.returncode or records(output) != records(whole) or tree(output) != tree(whole):
            wrong.append((limit, ended.returncode, len(bad), again.returncode))
    check("8 to 32 descriptors: ended early or well, no record failed for it, --resume makes it whole", f"codes {codes}, wrong {wrong}", not wrong and 75 in codes)


# Calls that fail once on a thread, and what the run may end with.
ERRORS = [("pread64", "EIO"), ("write", "EIO"), ("write", "ENOSPC"), ("write", "EDQUOT"), ("fsync", "EIO"), ("rename", "EIO"), ("link", "EIO"),
          ("mkdir", "EACCES"), ("unlink", "EIO"), ("ftruncate", "EIO")]


def errors(binary, photographs, work, most):
    folder = folder_of(photographs, 24, work / "error-photographs")
    whole = work / "error-undisturbed"
    run(binary, "run", PIPELINE, folder, "--output", whole)
    codes, wrong, injected = {}, [], 0
    for call, error in ERRORS:
        for number in range(1, 6 * most, 6):
            output = work / f"errors-{call}-{error}-{number}"
            log = work / "trace.txt"
            trace = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={number}"]
            ended = run(binary, "run", PIPELINE, folder, "--output", output, "--quiet", before=trace)
            injected += log.read_text(errors="replace").count("(INJECTED)")
            codes[ended.returncode] = codes.get(ended.returncode, 0) + 1
            again = run(binary, "run", PIPELINE, folder, "--output", output, "--retry-failed")
            if ended.returncode not in (0, 66, 73, 74, 75, 78, 127) or again.returncode or records(output) != records(whole) or tree(output) != tree(whole):
                wrong.append((call, error, number, ended.returncode, ended.stderr.strip()[-120:], again.returncode, again.stderr.strip()[-120:]))
            shutil.rmtree(output, ignore_errors=True)
    check("system calls that fail: --retry-failed makes the run whole", f"{injected} errors, codes {codes}, wrong {wrong[:5]}", not wrong and injected)
