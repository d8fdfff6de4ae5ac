"""Tens of thousands of spoiled files: flipped bits, cuts, foreign headers. Whatever they do, there is one record for each."""
import random
import shutil
import time

from driver import check, fresh, peak, raw_records

PIPELINE = """\
version: 1
limits: {pixels: 20000000, timeout: 10}
stages:
  - {use: read}
  - {use: decode}
  - {use: crop, with: {aspect: "1:1", longest: 64, source: [attention]}}
  - {use: write, with: {path: "{reldir}/{stem}-{ext}.png"}}
"""
BATCH = 5000


def spoiled(seeds, generator):
    name, content = generator.choice(seeds)
    data = bytearray(content)
    # Headers are where it hurts.
    def place():
        return generator.randrange(min(len(data), 200) if generator.random() < 0.5 else len(data))

    kind = generator.randrange(6)
    if kind == 0:
        for _ in range(generator.randint(1, 20)):
            data[place()] ^= 1 << generator.randrange(8)
    elif kind == 1:
        del data[generator.randrange(1, len(data)):]
    elif kind == 2:
        for _ in range(generator.randint(1, 4)):
            at = place()
            data[at:at + 4] = generator.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0"])
    elif kind == 3:
        other = generator.choice(seeds)[1]
        cut = generator.randrange(1, 64)
        data = bytearray(other[:cut]) + data[cut:]
    elif kind == 4:
        at, length = place(), generator.randint(1, 64)
        data[at:at] = data[at:at + length]
    else:
        at = place()
        del data[at:at + generator.randint(1, 64)]
        data[at:at] = generator.randbytes(generator.randint(0, 8))
    return name, bytes(data)


def mutations(binary, seeds, work, wanted, ceiling, *options):
    """`seeds` are pairs of a name and bytes; `ceiling` is in megabytes."""
    pipeline = work / "mutations.yaml"
    pipeline.write_text(PIPELINE)
    generator = random.Random(1)
    made, most, slowest, wrong = 0, 0, 0.0, []
    reasons = {}
    while made < wanted:
        folder, output = fresh(work / "spoiled"), fresh(work / "spoiled-out")
        folder.mkdir()
        count = min(BATCH, wanted - made)
        for number in range(count):
            name, content = spoiled(seeds, generator)
            (folder / f"{number:05}-{name}").write_bytes(content)
        start = time.monotonic()
        code, memory = peak(binary, "run", pipeline, folder, "--output", output, *options)
        slowest = max(slowest, time.monotonic() - start)
        most = max(most, memory)
        found = raw_records(output)
        for record in found:
            reason = record["reason"] or "ok"
            reasons[reason] = reasons.get(reason, 0) + 1
        bad = [r["path"] for r in found if r["reason"] in ("internal", "timeout", "io", "encode")]
        missing = count - len({r["path"] for r in found})
        torn = [o["path"] for r in found for o in r["outputs"] if (output / o["path"]).stat().st_size != o["bytes"]]
        if code or bad or missing or torn:
            kept = work.parent / f"viewfinder-spoiled-{made}"
            shutil.copytree(folder, fresh(kept))
            wrong.append(f"code {code}, {missing} missing, {bad[:3]}, {torn[:3]}; files kept in {kept}")
        made += count
    title = " ".join([f"{made} spoiled files", *options])
    check(f"{title}: no crash, no hang, a record for each", f"{dict(sorted(reasons.items()))} {wrong}", not wrong)
    check(f"peak memory, at most {ceiling} MB", f"{most // 1024} MB; slowest batch {slowest:.0f} s", most / 1024 <= ceiling)
