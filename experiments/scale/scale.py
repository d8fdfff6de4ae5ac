#!/usr/bin/env python3
"""Writes the tables of docs/scale.md from measured.json: the model's figures, and the simulation's beside them.

    scale.py            write them
    scale.py --check    exit 1 if the page says otherwise
    scale.py --adopt .build/cluster/results.json      take over what `make test-cluster` has measured, and write them

Needs nothing but Python's standard library.
"""
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import model
import simulation

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs/scale.md"
COUNTS = [10**6, 10**7, 10**8, 10**9]
CORES = [32, 256, 2048, 16_384]


def measured():
    found = json.loads((HERE / "measured.json").read_text())
    return found, [model.Photograph(**each) for each in found["photographs"]], model.Costs(**found["costs"])


def figure(value):
    """Three figures, which is more than is known."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def span(seconds):
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{figure(seconds / size)} {unit}"
    return f"{figure(seconds)} s"


def table(header, rows, left=1):
    rule = [":--"] * left + ["--:"] * (len(header) - left)
    return "".join("| " + " | ".join(map(str, row)) + " |\n" for row in [header, rule, *rows])


def costs_table(found, photographs, costs):
    rows = [[f"a {each.name} photograph ({each.megapixels:g} megapixels, {figure(each.read / 1000)} kB)",
             f"{figure(each.core_seconds * 1000)} ms of a core", f"{figure(each.written / 1000)} kB written"] for each in photographs]
    rows += [
        ["start of the program, up to its first photograph", f"{figure(costs.start)} s", ""],
        ["more of it for a million photographs in the listing", f"{figure(costs.start_each * 1e6)} s", "each shard reads the listing"],
        ["one task of Slurm in the place of another", f"{figure(costs.task)} s", ""],
        ["listing", f"{figure(costs.listing)} files/s", "one program, once"],
        ["merging", f"{figure(costs.merging)} records/s", "one program, once"],
        ["operations on files for a photograph", figure(costs.operations), "opened, made, named"],
    ]
    return table(["what", "measured", ""], rows, left=1)


def wall_table(photographs, costs):
    rows = []
    for photograph in photographs:
        for count in COUNTS:
            row = [photograph.name, f"{count:,}"]
            for cores in CORES:
                plan, machines = model.plan(count, photograph, cores), model.Machines(cores)
                row.append(f"{span(model.wall_seconds(plan, photograph, costs, machines))}, {model.held_up_by(plan, photograph, costs, machines)}")
            plan, machines = model.plan(count, photograph, CORES[1]), model.Machines(CORES[1])
            rows.append([*row, figure(model.core_hours(plan, photograph, costs, machines) * machines.price)])
    return table(["photographs", "how many", *(f"{cores:,} cores" for cores in CORES), f"price, {CORES[1]} cores"], rows, left=1)


def cores_table(photographs, costs):
    """From how many cores on more of them are of no use."""
    rows = []
    for bandwidth, operations, what in [(1.2e8, 5e3, "a hard disk over the network, 120 MB/s"), (1e9, 2e4, "a file server, 1 GB/s"),
                                        (20e9, 1e5, "a parallel file system, 20 GB/s"), (500e9, 2e6, "a large one, 500 GB/s")]:
        row = [what, f"{operations:,.0f}"]
        for photograph in photographs:
            filled = model.filled_by(photograph, costs, model.Machines(1, bandwidth=bandwidth, operations=operations))
            narrow = min(filled, key=filled.get)
            row.append(f"{figure(filled[narrow])} ({narrow})")
        rows.append(row)
    return table(["shared disk", "operations/s", *(f"{each.name} photographs" for each in photographs)], rows)


def simulated_table(photographs, costs):
    """Model and simulation; with nodes that die far more often than they do, too."""
    small, camera = photographs
    rows, worst = [], 0.0
    for photograph, count, cores, days in [
        (small, 10**7, 256, 1000.0), (small, 10**8, 256, 0.5), (small, 10**8, 1024, 1000.0), (small, 10**8, 1024, 0.5), (camera, 10**6, 256, 1000.0),
        (camera, 10**7, 256, 0.5), (camera, 10**7, 2048, 1000.0), (camera, 10**7, 2048, 0.5), (camera, 2 * 10**6, 4096, 1000.0),
    ]:
        plan = model.plan(count, photograph, cores)
        machines = replace(model.Machines(cores), days_between_failures=days)
        predicted = model.wall_seconds(plan, photograph, costs, machines)
        seen, _, failures, restarts = simulation.simulated(plan, photograph, costs, machines)
        worst = max(worst, abs(predicted / seen - 1))
        rows.append([f"{count:,} {photograph.name}", f"{cores:,}", f"{plan.shards:,}", f"{days:g} days", f"{failures:,}", f"{restarts:,}",
                     span(predicted), span(seen), f"{(predicted / seen - 1) * 100:+.1f} %"])
    text = table(["photographs", "cores", "shards", "a node lives", "nodes died", "shards begun again", "model", "simulation", ""], rows)
    return text + f"\nAt most {worst * 100:.0f} % apart.\n"


def sizes_table(photographs, costs):
    """How much longer than the shortest a run takes, by the size of its shards."""
    small, camera = photographs
    sizes = [10, 60, 300, 600, 1800, 7200]
    rows = []
    for photograph, count, cores in [(small, 10**6, 32), (small, 10**7, 256), (small, 10**8, 1024), (camera, 10**6, 256), (camera, 10**7, 2048)]:
        machines = model.Machines(cores)

        def wall(seconds, photograph=photograph, count=count, machines=machines):
            return model.wall_seconds(model.plan(count, photograph, machines.cores, seconds), photograph, costs, machines)

        best = model.best_shard(count, photograph, costs, machines)
        rows.append([f"{count:,} {photograph.name}, {cores:,} cores", *(f"{wall(size) / wall(best):.2f}" for size in sizes), span(best)])
    return table(["run", *(span(size) for size in sizes), "shortest at"], rows)


def tables():
    found, photographs, costs = measured()
    return {
        "costs": costs_table(found, photographs, costs), "wall": wall_table(photographs, costs), "cores": cores_table(photographs, costs),
        "simulation": simulated_table(photographs, costs), "sizes": sizes_table(photographs, costs),
    }


def written(page, made):
    for name, text in made.items():
        page, count = re.subn(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", lambda match, text=text: match[1] + text + match[2], page, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{PAGE} has no place for the table '{name}'")
    return page


def adopt(path):
    """Puts new measurements into measured.json. The camera photographs stay: `make bench` measures those."""
    found, new = measured()[0], json.loads(Path(path).read_text())
    single, costs = new["single"], new["costs"]
    count = single["photographs"]
    found["photographs"][0].update(
        read=round(single["bytes_read"] / count), written=round(single["bytes"] / count), core_seconds=rounded(single["seconds"] * new["cores"] / count))
    found["costs"].update({name: rounded(value) for name, value in costs.items() if name in found["costs"]})
    found["costs"]["task"] = rounded(new["slurm"]["task_seconds"])
    (HERE / "measured.json").write_text(json.dumps(found, indent=2) + "\n")


def rounded(value):
    return float(f"{value:.3g}")


def main():
    if sys.argv[1:2] == ["--adopt"]:
        adopt(sys.argv[2])
    page = PAGE.read_text(encoding="utf-8")
    made = written(page, tables())
    if "--check" in sys.argv[1:]:
        if made != page:
            print(f"{PAGE} is not what measured.json gives: run experiments/scale/scale.py")
            return 1
        return 0
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
