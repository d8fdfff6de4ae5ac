"""Writes the tables of docs/performance.md between their markers; whatever people wrote around them stays."""
import re

import tables


def write(contents, page):
    """`contents` are those of the results file. What was not measured yet says so."""
    text = page.read_text(encoding="utf-8") if page.exists() else "# Performance\n"
    for name, table in tables.made_of(contents).items():
        text = replaced(text, name, table or "Not measured yet.\n")
    page.write_text(text, encoding="utf-8")


def replaced(text, name, table):
    """The page with a table between its markers; they come at the end where the page has none."""
    begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
    if begin not in text:
        return text.rstrip("\n") + f"\n\n{begin}{table}{end}\n"
    pattern = re.escape(begin) + r"((?!<!-- table: ).)*?" + re.escape(end)
    if not re.search(pattern, text, re.DOTALL):
        raise SystemExit(f"the page has no '{end}' behind '{begin.strip()}'")
    return re.sub(pattern, lambda _: begin + table + end, text, count=1, flags=re.DOTALL)
