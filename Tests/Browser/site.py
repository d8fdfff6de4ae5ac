#!/usr/bin/env python3
"""Checks the documentation site in a real browser, and takes its picture.

    site.py SITE OUT

SITE is what `make site` has written. It is served below a path that the site knows nothing of. Needs chromium, and from PyPI what
requirements.txt lists. Exits 1 if a check fails; screenshots are in OUT.
"""
import functools
import http.server
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Acceptance"))
from browser import browser, sheet
from driver import check, status

PLACE = "some/where"
PICTURES = {"": "start", "guide": "guide", "terminal": "terminal", "stages": "stages"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def served(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def shown(page, url):
    """Opens a page of the site and waits until all of it is there."""
    page.page.goto(url)
    page.page.wait_for_selector("main h1, main .title", timeout=20_000)
    page.ask("() => Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode().catch(() => {}); }))")


def address(base, file, site):
    name = str(file.parent.relative_to(site))
    return f"{base}/{name}/"


def main():
    site, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    files = sorted((site / "documentation").rglob("index.html"))
    check("there are pages", len(files), len(files) > 15)
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        (Path(folder) / PLACE).parent.mkdir(parents=True)
        (Path(folder) / PLACE).symlink_to(site)
        server = served(folder)
        origin = f"http://127.0.0.1:{server.server_address[1]}"
        base = f"{origin}/{PLACE}"
        headings, links = {}, set()
        with sheet(running) as page:
            page.page.goto(base + "/")
            page.page.wait_for_url("**/documentation/viewfinder/**")
            check("the root leads to the first page", page.page.url, page.page.url.startswith(f"{base}/documentation/viewfinder"))
            for file in files:
                url = address(base, file, site)
                shown(page, url)
                headings[url] = set(page.ask("[...document.querySelectorAll('[id]')].map((node) => node.id)"))
                links |= {(url, link) for link in page.ask("[...document.querySelectorAll('main a[href]')].map((node) => node.href)")}
                broken = page.ask("[...document.querySelectorAll('main img')].filter((image) => !image.naturalWidth).map((image) => image.src)")
                check(f"{file.parent.name}: its pictures are there", broken or "all", not broken)
            check("the console stays empty", page.troubles or "empty", not page.troubles)
            away = [url for url in page.requests if not url.startswith((origin, "data:", "blob:"))]
            check("nothing comes from elsewhere", away or f"{len(page.requests)} files", not away)
        known = {url.rstrip("/"): ids for url, ids in headings.items()}
        wrong = []
        for source, link in sorted(links):
            place, _, fragment = link.partition("#")
            if place.startswith(origin) and (place.rstrip("/") not in known or (fragment and fragment not in known[place.rstrip("/")])):
                wrong.append(f"{source}: {link}")
        check("links lead to pages and headings that are there", wrong or f"{len(links)} links", not wrong)
        for scheme in ("light", "dark"):
            for kind, width, height in (("wide", 1280, 900), ("phone", 390, 844)):
                with sheet(running, width, height, scheme) as page:
                    for name, picture in PICTURES.items():
                        shown(page, f"{base}/documentation/viewfinder/{name}")
                        page.page.screenshot(path=out / f"{picture}-{kind}-{scheme}.png")
                        wide = page.ask("document.documentElement.scrollWidth")
                        check(f"{picture}, {kind}, {scheme}: nothing is wider than the window", f"{wide} of {width}", wide <= width)
        server.shutdown()
    return status()


if __name__ == "__main__":
    sys.exit(main())
