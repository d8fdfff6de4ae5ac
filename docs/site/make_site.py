#!/usr/bin/env python3
"""Makes the documentation site of the pages in this repository, with DocC.

    make_site.py SITE

The pages are docs/*.md, docs/tutorials/*.md, README.md, CHANGELOG.md and CONTRIBUTING.md as they are; only their links and pictures are
rewritten on the way, so there is no second copy of any text. Viewfinder.md beside this script is the landing page, and its topics are
the table of contents; pages that are not among them come last. A link that leads nowhere is an error. Needs `docc`, which comes with Swift.

The site is plain files for any web server, below any path. It is written beside SITE first, and takes its place when it is whole.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TITLES = {"README.md": ("guide", "Guide"), "CHANGELOG.md": ("changelog", "Changelog"), "CONTRIBUTING.md": ("contributing", None)}
FENCE = re.compile(r"^(```.*?^```[^\n]*$|~~~.*?^~~~[^\n]*$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
PICTURE = re.compile(r'<picture><source [^>]*srcset="([^"]+)"><img src="([^"]+)" alt="([^"]*)"[^>]*></picture>')
IMAGE = re.compile(r'<img src="([^"]+)" alt="([^"]*)"[^>]*>')


BASE = 'var baseUrl = location.pathname.slice(0, location.pathname.lastIndexOf("/documentation/") + 1)'


class Mistake(Exception):
    """Something in the pages that a person has to mend."""


def pages():
    """Every page by its path in the repository, with the name it has on the site."""
    found = {ROOT / name: slug for name, (slug, _) in TITLES.items()}
    for path in sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "docs/tutorials").glob("*.md")):
        if path.stem in found.values():
            raise Mistake(f"two pages would be called {path.stem}: {path.relative_to(ROOT)} is one")
        found[path] = path.stem
    return found


def prose(text, change):
    """The text with its parts outside of code blocks changed."""
    return "".join(part if index % 2 else change(part) for index, part in enumerate(FENCE.split(text)))


def anchor(page, fragment):
    """DocC's name for the heading that a link in GitHub's form leads to."""
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE):
        words = re.sub(r"[`*]", "", heading).strip()
        if re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") == fragment:
            return re.sub(r"\s+", "-", words)
    raise Mistake(f"{page.relative_to(ROOT)} has no heading for #{fragment}")


class Page:
    """One page on its way to the catalogue."""

    def __init__(self, path, slugs):
        self.path, self.slugs = path, slugs
        # By the names they get; one that ends in ~dark stands for its namesake where it is dark.
        self.pictures = {}

    @property
    def text(self):
        text = prose(self.path.read_text(), lambda part: LINK.sub(self.link, IMAGE.sub(r"![\2](\1)", PICTURE.sub(self.pair, part))))
        title = TITLES.get(self.path.name, (None, None))[1] if self.path.parent == ROOT else None
        # Lists of pages show titles as plain text.
        return re.sub(r"\A# (.*)", lambda found: "# " + (title or found[1].replace("`", "")), text)

    def pair(self, found):
        dark, light, words = found.groups()
        name = Path(light)
        self.pictures[f"{name.stem}~dark{name.suffix}"] = self.path.parent / dark
        return f"![{words}]({light})"

    def link(self, found):
        is_picture, words, target = found.groups()
        if re.match(r"[a-z]+:", target):
            return found[0]
        name, _, fragment = target.partition("#")
        path = (self.path.parent / name).resolve() if name else self.path
        if not path.exists():
            raise Mistake(f"{self.path.relative_to(ROOT)} links to {target}, which is not there")
        if is_picture:
            self.pictures[path.name] = path
            return f"![{words}]({path.name})"
        if path in self.slugs:
            return f"[{words}](doc:{self.slugs[path]}{'#' + anchor(path, fragment) if fragment else ''})"
        # What is in the repository only has no address here.
        place = f"`{path.relative_to(ROOT)}`"
        return place if words.strip("`") in place else f"{words} ({place})"


def catalogue(folder):
    """Fills a catalogue with the landing page, all pages and their pictures."""
    landing = (HERE / "Viewfinder.md").read_text()
    slugs = pages()
    others = set(slugs.values()) - set(re.findall(r"^- <doc:([\w-]+)>$", landing, re.MULTILINE))
    if others:
        landing += "\n### More\n\n" + "".join(f"- <doc:{slug}>\n" for slug in sorted(others))
    (folder / "Viewfinder.md").write_text(landing)
    pictures = {}
    for path, slug in slugs.items():
        page = Page(path, slugs)
        (folder / f"{slug}.md").write_text(page.text)
        for name, picture in page.pictures.items():
            if pictures.setdefault(name, picture).resolve() != picture.resolve():
                raise Mistake(f"two pictures are called {name}")
    for name, picture in pictures.items():
        shutil.copy(picture, folder / name)


def movable(site):
    """Makes the pages find their parts from wherever the site is put, by where they are themselves."""
    for page in site.rglob("index.html"):
        up = "../" * len(page.parent.relative_to(site).parts) or "./"
        text = page.read_text()
        changed = text.replace('var baseUrl = "/"', BASE)
        if changed == text:
            raise Mistake("this docc writes pages of another form: its baseUrl was not found")
        page.write_text(re.sub(r'(href|src)="/', rf'\1="{up}', changed))
    (site / "theme-settings.json").write_text(json.dumps({"meta": {"title": "Viewfinder"}}))
    (site / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>Viewfinder</title><link rel="icon" href="favicon.ico">'
        '<meta http-equiv="refresh" content="0; url=documentation/viewfinder/">'
        '<a href="documentation/viewfinder/">Viewfinder</a>\n')


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    site = Path(sys.argv[1]).resolve()
    swift = shutil.which("swift")
    docc = shutil.which("docc") or (swift and shutil.which("docc", path=str(Path(swift).resolve().parent)))
    if not docc:
        sys.exit("docc is not in PATH: it is beside `swift` in a Swift toolchain, 6.2 or newer")
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent) as work:
        source, made = Path(work) / "Viewfinder.docc", Path(work) / "site"
        source.mkdir()
        try:
            catalogue(source)
            ended = subprocess.run([docc, "convert", source, "--output-dir", made, "--warnings-as-errors", "--fallback-display-name", "Viewfinder",
                                    "--fallback-bundle-identifier", "viewfinder", "--hosting-base-path", "/"], check=False)
            if ended.returncode:
                raise Mistake(f"docc ended with {ended.returncode}")
            movable(made)
        except Mistake as mistake:
            sys.exit(f"no site: {mistake}")
        made.chmod(0o755)
        if site.exists():
            if not (site / "documentation").is_dir():
                sys.exit(f"{site} holds something else than a site: move it, or choose another place")
            shutil.rmtree(site)
        made.rename(site)
    print(f"{len(list(site.rglob('documentation/**/index.html')))} pages in {site}")


if __name__ == "__main__":
    main()
