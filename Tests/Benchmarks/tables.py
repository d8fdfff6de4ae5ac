"""The tables of docs/performance.md, made from the results alone. None for what was not measured."""
import statistics

MB = 1e6


def made_of(contents):
    """Every table by its name on the page."""
    rounds, facts, machine = contents["rounds"], contents["facts"], contents["machine"]
    cores = machine.get("cores", 1)
    sides = sorted({int(name.split(".")[1]) for name in rounds if name.startswith("network.")} | {224})
    made = {"machine": machine_table(machine), "summary": summary(rounds, cores, sides)}
    for side in sides:
        made[f"network.{side}"] = contest(
            [rounds.get(f"network.{side}.{count}") for count in counts(cores)], "images_per_second", counts(cores))
    made["network.parts"] = network_parts(rounds, sides)
    made["pipeline"] = contest(
        [rounds.get(f"pipeline.{count}") for count in counts(cores)], "photographs_per_second", counts(cores))
    made["floor"] = floor(rounds.get("floor"), cores)
    made["stages"] = stages(rounds.get(f"pipeline.{cores}"))
    made["pixels"] = pixels(facts.get("pixels"))
    made["training"] = contest([rounds.get("training")], "images_per_second", [cores])
    made["scaling"] = scaling(rounds, cores)
    made["memory"] = memory(facts.get("memory"))
    made["long"] = long(facts.get("long"))
    made["start"] = start(facts.get("start"))
    return made


def counts(cores):
    return sorted({1, cores})


# MARK: Figures

def values(rounds, name, figure):
    return [round[name][figure] for round in rounds]


def median(rounds, name, figure):
    return statistics.median(values(rounds, name, figure))


def ratios(rounds, name, figure, ours="ours"):
    """Ours over theirs, round by round: both were measured within the same minute."""
    return [round[ours][figure] / round[name][figure] for round in rounds]


def spread(ratios):
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}..{max(ratios):.2f})"


def table(header, rows, left=1):
    """Markdown; the first columns are aligned to the left, the others are numbers."""
    rule = [":--"] * left + ["--:"] * (len(header) - left)
    return "".join("| " + " | ".join(row) + " |\n" for row in [header, rule, *rows])


def cores_text(count):
    return "1 core" if count == 1 else f"{count} cores"


# MARK: Tables

def machine_table(machine):
    if not machine:
        return None
    rows = [
        ("processor", machine["processor"]), ("cores", str(machine["cores"])),
        ("memory", f"{machine['memory_gib']} GiB"),
        ("kernel", f"Linux {machine['kernel']}"), ("viewfinder", machine["viewfinder"]),
        ("libvips (ours, pyvips)", machine["libvips"]), ("OpenBLAS (ours)", machine["openblas"]),
        ("its kernels here", machine["openblas_kernel"]), ("vipsthumbnail", machine["vipsthumbnail"]),
        ("ONNX Runtime", machine["onnxruntime"]), ("OpenVINO", machine["openvino"]), ("PyTorch", machine["torch"]),
        ("Pillow", machine["pillow"]), ("pyvips", machine["pyvips"]),
        ("Python, NumPy", f"{machine['python']}, {machine['numpy']}"),
    ]
    return table(("what", "which"), rows, left=2)


def contest(groups, figure, cores):
    """Rates of all contenders, and how many times as fast ours is; a pair of columns for each number of cores."""
    groups = [(rounds, count) for rounds, count in zip(groups, cores) if rounds]
    if not groups:
        return None
    unit, decimals = ("images/s", 1) if figure.startswith("images") else ("photographs/s", 2)
    header = ["", *(text for _, count in groups for text in (f"{unit}, {cores_text(count)}", "ours / theirs"))]
    has_memory = any("peak_rss_bytes" in found for rounds, _ in groups for found in rounds[0].values())
    rows = []
    for name in groups[0][0][0]:
        row = [f"**{name}**" if name == "ours" else name]
        for rounds, _ in groups:
            row += [f"{median(rounds, name, figure):.{decimals}f}",
                    "" if name == "ours" else spread(ratios(rounds, name, figure))]
        if has_memory:
            peaks = [round[name].get("peak_rss_bytes") for round in groups[-1][0]]
            row.append(f"{max(peaks) / MB:.0f} MB" if None not in peaks else "")
        rows.append(row)
    count = min(len(rounds) for rounds, _ in groups)
    return table(header + (["memory"] if has_memory else []), rows) + (
        f"\nMedians of rounds, {count} of them; ratios are medians of pairs (least..greatest).\n")


def network_parts(rounds, sides):
    rows = []
    for side in sides:
        measured = rounds.get(f"network.{side}.1")
        if not measured:
            continue
        ours = [round["ours"] for round in measured]
        shares = [found["attention"]["milliseconds"] / found["attention"]["network_milliseconds"] for found in ours]
        rows.append((
            str(side), f"{ours[0]['multiply_adds'] / 1e6:.0f} M",
            *(f"{statistics.median(found[rate] for found in ours):.0f}" for rate in ("gflops", "gemm_gflops")),
            f"{100 * statistics.median(shares):.1f} %"))
    if not rows:
        return None
    return table(
        ("canvas", "multiply-adds", "GFLOP/s, network", "GFLOP/s, OpenBLAS alone", "attention's share of time"), rows)


def floor(rounds, cores):
    if not rounds:
        return None
    parts = {part: median(rounds, "floor", f"{part}_milliseconds") for part in ("decode", "gemm", "encode")}
    total, ours = sum(parts.values()), median(rounds, "ours", "photographs_per_second")
    # What all cores would do if each photograph cost nothing but the floor.
    distances = [
        cores * round["floor"]["photographs_per_second"] / round["ours"]["photographs_per_second"] for round in rounds]
    rate = median(rounds, "floor", "gemm_gflops")
    rows = [
        ("entropy decoding (at 1/8 scale)", f"{parts['decode']:.1f}"),
        (f"the network's multiply-adds at {rate:.0f} GFLOP/s", f"{parts['gemm']:.1f}"),
        ("encoding of the crop", f"{parts['encode']:.1f}"), ("**floor**", f"{total:.1f}"),
        (f"**ours, {cores_text(cores)}**", f"{1e3 * cores / ours:.1f}")]
    return table(("", "ms per photograph and core"), rows) + f"\nOurs takes {spread(distances)} times the floor.\n"


def stages(rounds):
    if not rounds:
        return None
    names = list(rounds[0]["ours"]["stage_milliseconds"])
    means = {name: statistics.median(round["ours"]["stage_milliseconds"][name] for round in rounds) for name in names}
    total = sum(means.values())
    return table(("stage", "ms per photograph", "share"), [
        (name, f"{value:.1f}", f"{100 * value / total:.0f} %") for name, value in means.items()])


def pixels(found):
    if not found:
        return None
    def row(size, scale, planned, eighth, megapixels):
        return size, scale, f"{planned:.0f}", f"{eighth:.0f}", f"{planned / megapixels:.1f}"
    rows = [
        row(f"{one['megapixels']:.1f}", f"1/{one['shrink']}", one["milliseconds"], one["eighth_milliseconds"],
            one["megapixels"])
        for one in sorted(found["each"], key=lambda one: one["megapixels"])]
    mean = found["mean_megapixels"]
    rows.append(row(f"mean {mean:.1f}", "", found["median_milliseconds"], found["median_eighth_milliseconds"], mean))
    return table(("megapixels", "scale", "ms at that scale", "ms at 1/8", "ms per megapixel"), rows)


def scaling(rounds, cores):
    rows = []
    for name, figure, unit in (("network", "images_per_second", "images/s"),
                               ("pipeline", "photographs_per_second", "photographs/s")):
        measured = rounds.get(f"scaling.{name}")
        if measured and str(cores) in measured[0] and cores > 1:
            gains = ratios(measured, "1", figure, ours=str(cores))
            rows.append((f"{name}, {unit}", f"{median(measured, '1', figure):.2f}",
                         f"{median(measured, str(cores), figure):.2f}", spread(gains)))
    return table(("", "1 permit", f"{cores} permits", "times as fast"), rows) if rows else None


def memory(rows):
    if not rows:
        return None
    return table(("24-megapixel photographs, 2 permits", "crops", "peak memory"), [
        (f"EXIF orientation {row['orientation']}", f"longest {row['longest']}" if row["longest"] else "full size",
         f"{row['peak_rss_bytes'] / MB:.0f} MB") for row in rows], left=2)


def start(rows):
    if not rows:
        return None

    def row(found):
        waits = found["milliseconds"]
        return (found["what"], f"{statistics.median(waits):.0f} ms", f"{min(waits):.0f}..{max(waits):.0f}")
    return table(("from the call to", "median", "least..greatest"), map(row, rows))


def long(rows):
    if not rows:
        return None
    return table(("photographs", "photographs/s", "peak memory"), [
        (str(row["photographs"]), f"{row['photographs_per_second']:.1f}", f"{row['peak_rss_bytes'] / MB:.0f} MB")
        for row in rows])


def summary(rounds, cores, sides):
    """The ratios that matter most, in one place."""
    rows = []

    def add(what, group, name, figure):
        if measured := rounds.get(group):
            rows.append((what, name, spread(ratios(measured, name, figure))))
    for side in sides:
        for name in ("ONNX Runtime", "OpenVINO", "PyTorch"):
            add(f"network at {side}, 1 core", f"network.{side}.1", name, "images_per_second")
        if cores > 1:
            add(f"network at {side}, {cores} cores", f"network.{side}.{cores}", "ONNX Runtime", "images_per_second")
    for name in ("pyvips + ONNX Runtime", "Pillow + PyTorch", "vipsthumbnail"):
        add(f"whole pipeline, {cores_text(cores)}", f"pipeline.{cores}", name, "photographs_per_second")
    if measured := rounds.get("training"):  # PyTorch in the layout that is the faster one here.
        peers = [name for name in measured[0] if name != "ours"]
        peer = max(peers, key=lambda name: median(measured, name, "images_per_second"))
        add(f"training step, {cores_text(cores)}", "training", peer, "images_per_second")
    return table(("what", "against", "times as fast"), rows, left=2) if rows else None
