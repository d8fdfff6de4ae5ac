"""Makes the tables of docs/evidence.md on crops from rows.csv: tables.py PAGE

The page is written only where a table differs. Intervals are 95 % bootstraps over photographs, 2000 draws; differences are paired.
"""

import csv
import random
import sys
from pathlib import Path

RATIOS = ("1:1", "4:5", "16:9")
RIVALS = ("attention", "entropy", "centre")
END = "<!-- end -->"

with open(Path(__file__).with_name("rows.csv"), newline="", encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def mean(values):
    return sum(values) / len(values)


def interval(values, rounds=2000):
    chance = random.Random(1)
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(rounds))
    return f"{mean(values):+.3f} ({means[int(0.025 * rounds)]:+.3f} to {means[int(0.975 * rounds) - 1]:+.3f})"


def of(ratio, column):
    """A column's values, ratio after ratio; for all ratios the means of each photograph."""
    if ratio != "all":
        return [float(row[column]) for row in ROWS if row["ratio"] == ratio]
    return [mean(values) for values in zip(*(of(ratio, column) for ratio in RATIOS))]


def whole(ratio, column):
    if ratio != "all":
        return [float(value == 1) for value in of(ratio, column)]
    return [mean(values) for values in zip(*(whole(ratio, column) for ratio in RATIOS))]


def difference(values, base):
    return interval([a - b for a, b in zip(values, base)])


def placement():
    yield "| ratio | window | n | kept whole | lead | share kept | lead |"
    yield "| --- | --- | ---: | ---: | --- | ---: | --- |"
    for ratio in (*RATIOS, "all"):
        ours, ours_whole = of(ratio, "viewfinder"), whole(ratio, "viewfinder")
        yield f"| {ratio} | **viewfinder** | {len(ours)} | **{mean(ours_whole):.3f}** | | **{mean(ours):.3f}** | |"
        for rival in RIVALS:
            theirs, theirs_whole = of(ratio, rival), whole(ratio, rival)
            yield (
                f"| {ratio} | {rival} | {len(theirs)} | {mean(theirs_whole):.3f} | {difference(ours_whole, theirs_whole)} "
                f"| {mean(theirs):.3f} | {difference(ours, theirs)} |"
            )


def tightness():
    yield "| ratio | rival | margin | n | share kept, rival | share kept | window, rival | window | smaller by |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for ratio in RATIOS:
        for rival in RIVALS:
            # The margin was chosen on the other half.
            kept, their_kept = of(ratio, f"kept_at_{rival}")[1::2], of(ratio, rival)[1::2]
            window, their_window = of(ratio, f"window_at_{rival}")[1::2], of(ratio, "window")[1::2]
            margin = of(ratio, f"margin_at_{rival}")[0]
            yield (
                f"| {ratio} | {rival} | {100 * margin:.0f} % | {len(kept)} | {mean(their_kept):.3f} | {mean(kept):.3f} "
                f"| {mean(their_window):.3f} | {mean(window):.3f} | {difference(their_window, window)} |"
            )


page = Path(sys.argv[1])
before = text = page.read_text(encoding="utf-8")
for name, lines in (("composition.placement", placement()), ("composition.tightness", tightness())):
    begin = f"<!-- table: {name} -->\n"
    head, _, rest = text.partition(begin)
    if not rest:
        sys.exit(f"{page} has no line '{begin.strip()}'")
    text = head + begin + "".join(line + "\n" for line in lines) + END + rest.partition(END)[2]
if text != before:
    page.write_text(text, encoding="utf-8")
