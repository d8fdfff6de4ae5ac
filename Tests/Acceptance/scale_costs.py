"""What a shard costs beside its photographs: starting, reading the listing, and what one program does before and after all shards."""
import hashlib
import json
import re
import statistics
import time

from driver import check, fresh

PIPELINE = "pipelines/crop-and-sort.yaml"
# A listing that is long enough to be felt.
LISTED = 100_000
SHARDS = 4
# Calls that a shared disk answers.
CALLS = {"openat", "open", "creat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "fsync", "fdatasync",
         "newfstatat", "statx", "stat", "lstat", "ftruncate", "utimensat"}


def measure_costs(bench, single, _):
    photograph = next(path for path in sorted((bench.place / "PHOTOS").rglob("*.jpg")))
    start = statistics.median(seconds(bench, f"viewfinder run {PIPELINE} '{photograph}' --output ONE-{turn} --shard 1/1") for turn in range(5))

    # Many files that are no photographs: listing, reading the listing and merging are the same, and the rest is quick.
    many = bench.place / "MANY"
    for number in range(LISTED):
        path = many / f"{number // 1000:03}" / f"{number:06}.jpg"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        path.write_bytes(b"no picture")
    listing = seconds(bench, f"viewfinder plan {PIPELINE} MANY --output LISTED --shards {SHARDS}")
    for shard in range(1, SHARDS + 1):
        seconds(bench, f"viewfinder run {PIPELINE} MANY --output LISTED --shard {shard}/{SHARDS}")
    as_photographs(bench.place / "LISTED", single)
    merging = seconds(bench, f"viewfinder merge LISTED --expect {SHARDS}")
    # Cut into so many parts that one has a photograph or two.
    bench.run(f"viewfinder plan {PIPELINE} MANY --output CUT --shards 99999")
    long = statistics.median(seconds(bench, f"viewfinder run {PIPELINE} MANY --output CUT --shard {shard}/99999") for shard in (11, 12, 13))
    figures = {
        "start": start, "start_each": max(0.0, long - start) / LISTED, "listing": LISTED / listing, "merging": LISTED / merging,
        "operations": operations(bench), "spread": spread(single),
    }
    check("costs beside the photographs", json.dumps({name: float(f"{value:.3g}") for name, value in figures.items()}), all(value >= 0 for value in figures.values()))
    return figures


def as_photographs(output, single):
    """Puts records as photographs have them, in turns those of a run, into the place of a directory's records, which are short."""
    with open(single / "manifest.jsonl", encoding="utf-8") as lines:
        whole = [record for line in lines if (record := json.loads(line))["status"] == "ok"]
    count = 0
    for done in output.glob("manifest-*.done.json"):
        manifest = done.with_name(done.name.replace(".done.json", ".jsonl"))
        text = []
        with open(manifest, encoding="utf-8") as lines:
            for line in lines:
                count += 1
                outputs = [{**one, "path": f"{count}/{one['path']}"} for one in whole[count % len(whole)]["outputs"]]
                text.append(json.dumps({**whole[count % len(whole)], "path": json.loads(line)["path"], "outputs": outputs}) + "\n")
        data = "".join(text).encode()
        manifest.write_bytes(data)
        said = json.loads(done.read_text())
        said["manifest"] = {"records": len(text), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        said["counts"] |= {"ok": len(text), "failed": {}}
        done.write_text(json.dumps(said))


def seconds(bench, command):
    start = time.monotonic()
    ended = bench.run(command)
    if ended.returncode:
        check(f"`{command}`", f"code {ended.returncode}: {ended.stderr.strip()[-300:]}", False)
    return time.monotonic() - start


def operations(bench):
    """Calls on files for a photograph: what 200 take more than 100."""
    counts = []
    for limit in (100, 200):
        log = bench.work / "calls.txt"
        fresh(bench.place / "TRACED")
        bench.run(f"strace -f -c -o '{log}' viewfinder run {PIPELINE} PHOTOS --output TRACED --limit {limit} --quiet")
        lines = (line.split() for line in log.read_text().splitlines())
        counts.append(sum(int(words[3]) for words in lines if len(words) >= 5 and words[-1] in CALLS and re.fullmatch(r"\d+", words[3])))
    return (counts[1] - counts[0]) / 100


def spread(single):
    """Standard deviation of the time of a photograph, over its mean."""
    with open(single / "manifest.jsonl", encoding="utf-8") as lines:
        each = [sum(json.loads(line)["milliseconds"].values()) for line in lines]
    return statistics.pstdev(each) / statistics.mean(each)
