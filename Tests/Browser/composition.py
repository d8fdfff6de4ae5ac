"""The page composes crops in JavaScript as the program does in Swift: held against each other on real runs."""
import json

PIPELINE = """version: 1
stages:
  - use: read
  - use: decode
  - {use: classify, id: classify}
"""

# Each is a branch of its own: a crop and the pictures written from it.
CROPS = {
    "plain": "margin: 10%, min_score: 0",
    "square": 'aspect: "1:1", margin: 20%, min_score: 0',
    "wide": 'aspect: "16:9", margin: 0%, min_score: 0',
    "tall": 'aspect: "9:16", margin: 100%, min_score: 0',
    "odd": 'aspect: "1.91:1", margin: 37%, minimum: 400, min_score: 0',
    "large": "margin: 5%, minimum: 5000, min_score: 0",
    "tilted": "margin: 10%, oriented: true, min_score: 0",
    "tilted-portrait": 'aspect: "4:5", margin: 30%, oriented: true, min_score: 0',
    "tilted-large": 'margin: 300%, oriented: true, minimum: 200, min_score: 0',
    "head": "margin: 10%, headroom: 40%, min_score: 0",
    "head-wide": 'aspect: "16:9", margin: 5%, headroom: 25%, min_score: 0',
    "head-much": 'aspect: "4:5", margin: 20%, headroom: 300%, min_score: 0',
    "thirds": 'aspect: "16:9", margin: 0%, placement: thirds, min_score: 0',
    "thirds-tall": 'aspect: "9:16", margin: 5%, headroom: 10%, placement: thirds, min_score: 0',
    "thirds-free": "margin: 0%, placement: thirds, minimum: 300, min_score: 0",
    "share": "margin: 10%, min_share: 60%, min_score: 0",
    "share-wide": 'aspect: "2.35:1", margin: 0%, min_share: 35%, min_score: 0',
    "share-thirds": 'aspect: "1:1", margin: 0%, headroom: 20%, placement: thirds, min_share: 45%, min_score: 0',
    "share-most": 'aspect: "4:5", margin: 5%, headroom: 15%, min_share: 100%, placement: thirds, min_score: 0',
    "tilted-head": "margin: 5%, headroom: 30%, oriented: true, min_score: 0",
    "tilted-thirds": 'aspect: "16:9", margin: 0%, placement: thirds, oriented: true, min_score: 0',
    "tilted-share": "margin: 5%, min_share: 50%, oriented: true, min_score: 0",
    "tilted-all": 'aspect: "3:2", headroom: 20%, placement: thirds, min_share: 30%, oriented: true, min_score: 0',
    "gate": "margin: 10%, min_score: 60%, max_coverage: 40%",
    "eye": 'aspect: "1:1", source: [attention]',
    "middle": 'aspect: "3:2", source: [centre]',
    "middle-free": "source: [centre], minimum: 900",
    "middle-share": "source: [centre], min_share: 80%",
    "all": "source: [whole]",
}

# And one that stands once for each of its ratios.
SEVERAL = """  - {use: crop, id: crops, after: classify, with: {aspects: ["1:1", "4:5"], headroom: 15%, placement: thirds, min_score: 0}}
  - {use: write, id: several, with: {path: "several-{aspect}/{stem}.jpg"}}
"""
STAGES = {*CROPS, "several-1x1", "several-4x5"}


def pipeline():
    text = PIPELINE
    for name, options in CROPS.items():
        text += f"  - {{use: crop, id: crop-{name}, after: classify, with: {{{options}}}}}\n"
        text += f"  - {{use: write, id: {name}, with: {{path: \"{name}/{{stem}}.jpg\"}}}}\n"
    return text + SEVERAL


# What the page composes for every output of every photograph, with the options of the run.
COMPOSED = """() => viewfinder.items.flatMap((item) => item.cuts.map((cut) => {
  const made = Crop.compose(item, viewfinder.cropOptions(cut.stage), cut);
  return { path: item.record.path, stage: cut.stage, made, run: { ...cut.region, source: cut.source, adjusted: cut.adjusted } };
}))"""


def distance(made, run):
    """Pixels, or degrees, by which two regions differ at most."""
    return max([abs(a - b) for key in ("center", "size") for a, b in zip(made[key], run[key])] + [abs(made["angle"] - run["angle"])])


def check_composition(check, sheet):
    pairs = sheet.ask(COMPOSED)
    worst = max(pairs, key=lambda pair: distance(pair["made"], pair["run"]))
    check("regions composed by the page are those of the run, to .02 pixel", f"{len(pairs)} regions, at most "
          f"{distance(worst['made'], worst['run']):.3f} ({worst['path']}, {worst['stage']})",
          len(pairs) > 100 and distance(worst["made"], worst["run"]) <= 0.02)
    stages = {pair["stage"] for pair in pairs}
    check("every kind of crop is among them", f"{len(stages)} of {len(STAGES)}", stages == STAGES)
    tilted = sum(1 for pair in pairs if pair["run"]["angle"] != 0)
    check("some are at an angle", tilted, tilted >= 5)
    # Where the attention point was is not in the manifest, so neither is whether its window was pushed inside.
    told = [pair for pair in pairs if pair["run"]["source"] != "attention"]
    wrong = [f"{pair['path']} {pair['stage']}: {pair['made']['adjusted']} for {pair['run']['adjusted']}"
             for pair in told if pair["made"]["adjusted"] != pair["run"]["adjusted"]]
    check("so are the adjustments", "; ".join(wrong) or f"{len(told)} regions", told and not wrong)


def check_preview(check, sheet, other_run):
    """What the page previews with other options is what a run with these options did."""
    expected = {}
    for line in (other_run / "manifest.jsonl").read_text().splitlines():
        record = json.loads(line)
        for output in record["outputs"]:
            if output.get("source") == "rectangle":
                expected[record["path"]] = {**output["region"], "adjusted": output["adjusted"]}
    made = dict(sheet.ask("viewfinder.items.filter((item) => item.cuts.length > 0).map((item) => [item.record.path, Filters.regionOf(item)])"))
    worst = max(distance(made[path], region) for path, region in expected.items())
    check("the preview is what a run with that ratio and margin does", f"{len(expected)} photographs, at most {worst:.3f} pixel",
          len(expected) >= 8 and worst <= 0.02 and all(made[path]["adjusted"] == region["adjusted"] for path, region in expected.items()))
