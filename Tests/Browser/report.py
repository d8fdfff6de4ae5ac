#!/usr/bin/env python3
"""Checks the contact sheet in a real browser, and takes its picture.

    report.py BINARY PHOTOGRAPHS OUT

PHOTOGRAPHS is samples/photos. Needs chromium, and from PyPI what requirements.txt lists. Exits 1 if a check fails; screenshots
are in OUT.
"""
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Acceptance"))
from browser import browser, sheet
from composition import check_composition, check_preview, pipeline
from driver import check, raw_records, run, status
from manifests import hostile, large


def made(binary, work, photographs):
    """A run of the main pipeline with its report; the records."""
    done = run(binary, "run", "pipelines/crop-and-sort.yaml", photographs, "--output", work / "run")
    assert done.returncode == 0, done.stderr
    return report(binary, work / "run", work / "sheet")


def report(binary, directory, output):
    done = run(binary, "report", directory / "manifest.jsonl", "--output", output)
    assert done.returncode == 0, done.stderr
    return raw_records(directory)


def compositions(binary, work, photographs, running):
    (work / "crops.yaml").write_text(pipeline())
    done = run(binary, "run", work / "crops.yaml", photographs, "--output", work / "crops")
    assert done.returncode == 0, done.stderr
    report(binary, work / "crops", work / "crops-sheet")
    with sheet(running) as page:
        page.open(work / "crops-sheet")
        check_composition(check, page)
        check("the console stays empty", page.troubles or "empty", not page.troubles)


def previews(binary, work, photographs, running):
    done = run(binary, "run", "pipelines/crop-and-sort.yaml", photographs, "--output", work / "other",
               "--set", "crop.aspect=4:5", "--set", "crop.margin=25%")
    assert done.returncode == 0, done.stderr
    with sheet(running) as page:
        page.open(work / "sheet")
        page.set("preview", "aspect", "4:5")
        page.set("preview", "margin", "25")
        check_preview(check, page, work / "other")
        check("cards say that it is a preview", page.page.locator(".badge.preview").count(), page.page.locator(".badge.preview").count() > 3)
        page.reset("preview")
        check("and return to the run", "", page.page.locator(".badge.preview").count() == 0)


def filters(page, records):
    paths = sorted((record["path"] for record in records), key=str.lower)
    check("all photographs are there, by path", len(paths), page.shown() == paths)
    best = {record["path"]: record["predictions"][0] for record in records if "predictions" in record}
    label = best[paths[0]]["label"]
    page.set("filters", "label", f"={label}")
    check("a label", label, page.shown() == [path for path in paths if path in best and best[path]["label"] == label])
    page.reset("filters")
    page.set("filters", "status", "failed")
    check("a status", "failed", page.shown() == [record["path"] for record in records if record["status"] == "failed"])
    page.reset("filters")
    page.set("filters", "reason", "truncated")
    check("a reason", "truncated", page.shown() == ["broken-truncated.jpg"])
    page.reset("filters")
    page.set("filters", "low", "60")
    page.set("filters", "high", "95")
    between = [path for path in paths if path in best and 0.6 <= best[path]["score"] <= 0.95]
    check("a range of scores", f"{len(between)} of {len(paths)}", page.shown() == between and 0 < len(between) < len(best))
    page.reset("filters")
    page.set("filters", "text", "ANIMALS jpg")
    found = [path for path in paths if "animals" in path and "jpg" in path]
    check("text in paths", f"{len(found)}", page.shown() == found and found)
    page.set("filters", "text", "no such thing")
    check("nothing is said to be found", "", page.shown() == [] and page.page.locator("#nothing").is_visible())
    page.page.locator("#show-all").click()
    check("and all return", "", page.shown() == paths)
    for key, value in {"score": lambda record: record.get("predictions", [{"score": -1}])[0]["score"],
                       "coverage": lambda record: record.get("rectangle", {"coverage": -1})["coverage"]}.items():
        page.set("filters", "sort", key)
        page.set("filters", "order", "down")
        order = [value(record) for path in page.shown() for record in records if record["path"] == path]
        check(f"sorted by {key}", f"{order[0]} to {order[-1]}", order == sorted(order, reverse=True) and len(order) == len(paths))
    page.reset("filters")


def keyboard(page):
    keys = page.page.keyboard
    focused = "document.activeElement.closest('.card')?.getAttribute('aria-posinset')"
    page.page.locator("body").click(position={"x": 5, "y": 5})
    keys.press("/")
    check("/ goes to the search", "", page.ask("document.activeElement.name") == "text")
    for _ in range(60):
        if page.ask(focused):
            break
        keys.press("Tab")
    check("Tab comes to the first card", "", page.ask(focused) == "1")
    keys.press("ArrowRight")
    check("an arrow goes to the next", "", page.ask(focused) == "2")
    keys.press("End")
    last = str(page.ask("Grid.items.length"))
    inside = "(() => { const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight + 1; })()"
    check("End to the last, which is in the window", last, page.ask(focused) == last and page.ask(inside))
    keys.press("Home")
    keys.press("Enter")
    first = page.ask("document.getElementById('detail-title').textContent")
    check("Enter opens it", first, page.page.locator("#detail").is_visible() and first == page.shown()[0])
    keys.press("ArrowRight")
    check("in it, an arrow goes to the next", "", page.ask("document.getElementById('detail-title').textContent") == page.shown()[1])
    keys.press("Escape")
    check("Escape closes it; the focus is on its card", "", not page.page.locator("#detail").is_visible() and page.ask(focused) == "2")
    page.page.locator("#tab-photographs").focus()
    keys.press("ArrowRight")
    check("arrows change the view", "", page.page.locator("#figures").is_visible())
    keys.press("ArrowLeft")


def corrections(binary, page, records, work):
    paths = page.shown()
    by_path = {record["path"]: record for record in records}
    path = next(path for path in paths if by_path[path]["status"] == "ok")
    record = by_path[path]
    at = paths.index(path)
    page.page.locator(f".card[aria-posinset='{at + 1}'] .open").click()
    page.page.locator("#right-label").fill("tabby of the house")
    page.page.locator("#right-label").press("Enter")
    title = "document.getElementById('detail-title').textContent"
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowLeft")
    check("behind a mark, arrows go on from there", "", page.ask(title) == path and page.ask("Corrections.count") == 1)
    # A box over the photograph, from a tenth to a half of it.
    box = page.page.locator("#large").bounding_box()
    mouse = page.page.mouse
    mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"])
    mouse.up()
    page.page.keyboard.press("Escape")
    other = next(path for path in paths[at + 1:] if by_path[path]["status"] == "ok")
    page.page.locator(f".card[aria-posinset='{paths.index(other) + 1}'] .open").click()
    page.page.locator("#correct-crop [name=aspect]").fill("wide")
    page.page.locator("#correct-crop button[value=aspect]").click()
    check("what is no ratio is refused", "", "width:height" in page.page.locator("#correct-crop .problem").inner_text())
    page.page.locator("#correct-crop [name=aspect]").fill("4:5")
    page.page.locator("#correct-crop [name=margin]").fill("30")
    page.page.locator("#correct-crop [name=margin]").press("Enter")
    page.page.keyboard.press("Escape")
    check("cards say that they are corrected", "", page.page.locator(".badge.corrected").count() == 2)
    page.page.locator("#tab-corrections").click()
    with page.page.expect_download() as download:
        page.page.locator("#download").click()
    file = work / "corrections.json"
    download.value.save_as(file)
    told = json.loads(file.read_text())
    jsonschema.Draft7Validator(json.loads(subprocess.check_output([binary, "schema", "corrections"]))).validate(told)
    check("the file is called corrections.json and is by its schema", "", download.value.suggested_filename == "corrections.json")
    marks = {mark["path"]: mark for mark in told["corrections"]}
    label, drawn = marks[path]["label"], marks[path]["crops"][0]["box"]
    width, height = record["input"]["width"], record["input"]["height"]
    expected = (0.1 * width, 0.2 * height, 0.4 * width, 0.5 * height)
    near = all(abs(a - b) <= 2 for a, b in zip((drawn["x"], drawn["y"], drawn["width"], drawn["height"]), expected))
    check("the label", label, label == {"from": record["predictions"][0]["label"], "to": "tabby of the house"})
    check("the box, to two pixels", drawn, near and marks[path]["crops"][0]["stage"] == "crops")
    check("the ratio and margin", marks[other]["crops"], marks[other]["crops"] == [{"stage": "crops", "aspect": "4:5", "margin": 0.3}])
    check("the photograph's hash", "", marks[path]["sha256"] == record["input"]["sha256"] and len(marks) == 2)
    page.open(work / "sheet")
    check("after a reload they are there still", "", page.ask("Corrections.count") == 2)
    page.ask("Corrections.forget()")
    page.page.locator("#tab-corrections").click()
    page.page.locator("#read-file").set_input_files(file)
    page.until("Corrections.count === 2")
    check("a file that is read gives the same file", "", page.ask("Corrections.file()") == told)
    # The list changes under the photograph that is shown, as filters by correction make it.
    page.page.locator("#tab-photographs").click()
    page.ask("(place) => { Detail.open(place); Grid.show(Grid.items.filter((item) => item.record.path !== Grid.items[place].record.path)); }", at)
    page.page.locator("#right-label").fill("another")
    page.page.locator("#right-label").press("Enter")
    found = page.ask("(path) => Corrections.file().corrections.find((mark) => mark.path === path).label.to", path)
    check("a mark is of the photograph that is shown", found, found == "another" and page.ask(title) == path)
    page.page.keyboard.press("Escape")
    page.page.locator("#tab-corrections").click()
    page.page.locator("#read-file").set_input_files(file)
    page.page.locator("#read-file").set_input_files(Path(__file__))
    page.until("document.getElementById('corrections-note').textContent.startsWith('Not read')")
    check("what is no such file is refused in words", page.page.locator("#corrections-note").inner_text(), page.ask("Corrections.count") == 2)


def figures(page, records):
    page.page.locator("#tab-figures").click()
    counts = page.ask("[...document.querySelectorAll('.histogram button')].reduce((sum, bar) => sum + Number(bar.title.match(/: ([\\d,]+)/)[1]), 0)")
    scored = sum(1 for record in records if "predictions" in record)
    check("the histogram counts every score", counts, counts == scored)
    sums = page.ask("[...document.querySelectorAll('#figures table tbody th')].map((cell) => cell.textContent)")
    check("times of every stage, in the order of the pipeline", ", ".join(sums), sums == ["read", "decode", "classify", "crop", "crops", "sort"])
    page.page.locator(".bars button", has_text="failed").first.click()
    check("a bar leads to its photographs", "", page.shown() == ["broken-truncated.jpg"])
    page.reset("filters")
    page.page.locator("#tab-failures").click()
    text = page.page.locator("#failures tbody").inner_text()
    check("failures are listed with their reason", text.replace("\n", " "), "broken-truncated.jpg" in text and "truncated" in text)
    page.page.locator("#tab-photographs").click()


def evil(binary, work, records, running):
    hostile(records, work / "evil/manifest.jsonl")
    report(binary, work / "evil", work / "evil-sheet")
    with sheet(running) as page:
        page.open(work / "evil-sheet")
        for place in range(len(page.shown())):
            page.ask("(place) => Detail.open(place)", place)
        page.page.keyboard.press("Escape")
        for tab in ("figures", "failures", "corrections"):
            page.page.locator(f"#tab-{tab}").click()
        names = page.shown()
        check("names with markup stay text", f"{len(names)} names", '</script><script>window.hurt = 1</script>.jpg' in names
              and page.ask("window.hurt === undefined && document.querySelectorAll('img[onerror], script:not([src])').length === 0"))
        check("console and network stay empty", page.troubles + page.fetched or "empty", not page.troubles and not page.fetched)


def many(binary, work, records, running):
    large(records, 10_000, work / "large/manifest.jsonl")
    started = time.monotonic()
    report(binary, work / "large", work / "large-sheet")
    print(f"      report of 10,000 records: {time.monotonic() - started:.1f} s", flush=True)
    with sheet(running) as page:
        started = time.monotonic()
        page.page.goto(f"file://{(work / 'large-sheet').resolve()}/index.html", wait_until="commit")
        page.page.wait_for_selector(".card")
        first = time.monotonic() - started
        page.page.wait_for_selector("html[data-ready]", timeout=60_000)
        whole = time.monotonic() - started
        check("10,000 photographs: first cards within 3 seconds", f"{first:.2f} s, all loaded {whole:.2f} s", first < 3 and whole < 30)
        cards = page.page.locator(".card").count()
        check("only cards near the window exist", cards, 0 < cards < 60)
        # What the page itself does in a frame. Painting is the browser's, and here without a graphics card.
        work_of_frames = page.ask("""() => new Promise((done) => {
          const times = []; let left = 120;
          const step = () => {
            window.scrollBy(0, 700);
            const start = performance.now();
            Grid.draw();
            times.push(performance.now() - start);
            if (--left) requestAnimationFrame(step); else done(times.sort((a, b) => a - b));
          };
          requestAnimationFrame(step);
        })""")
        middle, most = work_of_frames[60], work_of_frames[114]
        check("scrolling by two rows a frame: 8 ms of a frame at most in the middle", f"median {middle:.1f} ms, 95 % {most:.1f} ms", middle <= 8)
        filtered = page.ask("""() => { const start = performance.now(); Filters.set({ text: 'folder-07' }); return [performance.now() - start, Grid.items.length]; }""")
        check("a filter takes less than half a second", f"{filtered[0]:.0f} ms, {filtered[1]} photographs", filtered[0] < 500 and 250 < filtered[1] < 300)
        page.reset("filters")
        changed = page.ask("""() => { const start = performance.now(); Filters.preview.elements.aspect.value = '1:1';
          Filters.preview.dispatchEvent(new Event('input')); return performance.now() - start; }""")
        check("so does another ratio", f"{changed:.0f} ms", changed < 500)
        page.page.locator(".card .open").first.focus()
        page.page.keyboard.press("End")
        last = page.page.locator(".card[aria-posinset='10000']")
        check("the last card can be reached", "", last.count() == 1 and last.is_visible())
        check("the console stays empty", page.troubles or "empty", not page.troubles)


def pictures(work, running, out):
    for name, width, height, scheme in (("light", 1360, 900, "light"), ("dark", 1360, 900, "dark"), ("phone-light", 390, 844, "light"),
                                        ("phone-dark", 390, 844, "dark")):
        with sheet(running, width, height, scheme) as page:
            page.open(work / "sheet")
            page.until("[...document.images].every((image) => image.complete)")
            page.page.screenshot(path=out / f"report-{name}.jpg", type="jpeg", quality=85)
            wide = page.ask("document.documentElement.scrollWidth")
            check(f"{name}: nothing is wider than the window", f"{wide} of {width}", wide <= width)
            for tab in ("figures", "failures", "corrections"):
                page.page.locator(f"#tab-{tab}").click()
                page.page.screenshot(path=out / f"report-{name}-{tab}.jpg", type="jpeg", quality=85)
                wide = page.ask("document.documentElement.scrollWidth")
                check(f"{name}, {tab}: nor here", f"{wide} of {width}", wide <= width)
            page.page.locator("#tab-photographs").click()
            page.page.locator(".card .open").nth(1).click()
            page.page.screenshot(path=out / f"report-{name}-photograph.jpg", type="jpeg", quality=85)


def main():
    binary, photographs, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        work = Path(folder)
        records = made(binary, work, photographs)
        with sheet(running) as page:
            page.open(work / "sheet")
            filters(page, records)
            keyboard(page)
            figures(page, records)
            corrections(binary, page, records, work)
            check("nothing was fetched", page.fetched or f"{len(page.requests)} files", not page.fetched and len(page.requests) > 20)
            check("the console stays empty", page.troubles or "empty", not page.troubles)
        previews(binary, work, photographs, running)
        compositions(binary, work, photographs, running)
        evil(binary, work, records, running)
        many(binary, work, records, running)
        pictures(work, running, out)
    return status()


if __name__ == "__main__":
    sys.exit(main())
