#!/usr/bin/env python3
"""Draws what a program shows on a terminal, as an SVG in the colours of the reader's theme.

    terminal.py [--columns N] [--when REGEX] PICTURE.svg COMMAND...

The command runs in a pseudo-terminal of its own; the picture is the screen when it has ended or, with --when, the first one on
which REGEX is found. Needs Python alone. The pictures of docs/terminal.md, with the program's directory in PATH:

    terminal.py docs/images/summary.svg viewfinder run pipelines/crop-and-sort.yaml samples/photos --output out
    terminal.py --when '[67] of 13' docs/images/progress.svg viewfinder run pipelines/crop-and-sort.yaml samples/photos --output out -v
"""
import argparse
import fcntl
import os
import pty
import re
import shlex
import struct
import sys
import termios
from pathlib import Path
from xml.sax.saxutils import escape

CELL, LINE, MARGIN = 8.43, 19, 16
STYLES = {0: "", 1: "bold", 2: "dim", 31: "red", 32: "green", 33: "yellow"}
SHEET = """
  .paper { fill: #f6f8fa; stroke: #d0d7de } text { fill: #1f2328; font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .bold { font-weight: bold } .dim { fill: #59636e } .red { fill: #cf222e } .green { fill: #1a7f37 } .yellow { fill: #9a6700 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc }
    .dim { fill: #9198a1 } .red { fill: #ff7b72 } .green { fill: #3fb950 } .yellow { fill: #d29922 }
  }"""
ESCAPE = re.compile(r"\x1b\[(\d*)([A-Za-z])")


class Screen:
    """Lines of cells, each a character and its style: as much of a terminal as the program uses."""

    def __init__(self, columns):
        self.columns, self.row, self.column, self.style, self.lines = columns, 0, 0, "", [[]]

    def feed(self, text):
        at = 0
        while at < len(text):
            found = ESCAPE.match(text, at)
            if found:
                self.steer(int(found[1] or 0), found[2])
                at = found.end()
                continue
            self.put(text[at])
            at += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down()
        else:
            if self.column == self.columns:
                self.column = 0
                self.down()
            line = self.lines[self.row]
            line += [(" ", "")] * (self.column + 1 - len(line))
            line[self.column] = (character, self.style)
            self.column += 1

    def down(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])

    def steer(self, number, letter):
        if letter == "m":
            self.style = STYLES[number]
        elif letter == "A":
            self.row = max(0, self.row - max(number, 1))
        elif letter in "KJ":
            del self.lines[self.row][self.column:]
            if letter == "J":
                del self.lines[self.row + 1:]

    @property
    def text(self):
        return "\n".join("".join(character for character, _ in line).rstrip() for line in self.lines).rstrip()


def watch(command, columns, wanted):
    """The screen of the command at the moment that is wanted, below its prompt."""
    screen = Screen(columns)
    screen.feed("\x1b[2m$ \x1b[0m" + shlex.join(command) + "\r\n")
    child, master = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color")
        for name in ("CI", "NO_COLOR"):
            os.environ.pop(name, None)
        os.execvp(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    picture, rest = None, b""
    while True:
        try:
            read = os.read(master, 65536)
        except OSError:
            break
        # What is written in one go is one drawing; only a character may be torn.
        text = (rest + read).decode(errors="ignore")
        rest = (rest + read)[len(text.encode()):]
        screen.feed(text)
        if wanted and picture is None and re.search(wanted, screen.text):
            picture = svg(screen)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended or (wanted and picture is None):
        sys.exit(f"{command[0]} ended with {ended}; the screen was:\n{screen.text}")
    return picture or svg(screen)


def svg(screen):
    lines = screen.lines[:len(screen.text.split("\n"))]
    width, height = round(screen.columns * CELL + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
             f"<title>{escape(screen.text)}</title>", f"<style>{SHEET}</style>",
             f'<rect class="paper" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>']
    for row, line in enumerate(lines):
        for start, text, style in runs(line):
            place = f'x="{MARGIN + start * CELL:.1f}" y="{MARGIN + row * LINE + 14}" textLength="{len(text) * CELL:.1f}"'
            parts.append(f'<text {place}{style and f" class={chr(34)}{style}{chr(34)}"} xml:space="preserve">{escape(text)}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def runs(line):
    """Stretches of one style and without wide gaps: in a stretch the reader's font may be a little narrower or wider."""
    text = "".join(character for character, _ in line)
    for found in re.finditer(r"\S+(?: \S+)*", text):
        start = found.start()
        for at in range(found.start() + 1, found.end() + 1):
            if at == found.end() or line[at][1] != line[start][1]:
                yield start, text[start:at], line[start][1]
                start = at


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", type=int, default=90)
    parser.add_argument("--when", metavar="REGEX")
    parser.add_argument("picture", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    options.picture.write_text(watch(options.command, options.columns, options.when))


if __name__ == "__main__":
    main()
