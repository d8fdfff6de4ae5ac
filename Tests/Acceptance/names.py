"""Names that are no names, and files that are no files."""
import base64
import os
import socket

from driver import check, raw_records, run

NAMES = [
    b"plain.jpg", b"-rf.jpg", b"--output.jpg", b"with space.jpg", b"new\nline.jpg", b"tab\there.jpg", b"x[page=1].jpg", b"[shrink=8].jpg", b"quote'\".jpg",
    b"back\\slash.jpg", b"star*?.jpg", b"dollar$HOME.jpg", b"percent%s%n.jpg", b"{stem}.jpg", b"caf\xc3\xa9.jpg", b"cafe\xcc\x81.jpg", b"latin-\xe9.jpg",
    b"half-\xf0\x9f.jpg", b"rtl-\xe2\x80\xaeabc.jpg", b"emoji-\xf0\x9f\x90\xb6.jpg", b"bell\x07escape\x1b[31m.jpg", b"a..jpg.jpg", b"con.jpg", b"a" * 251 + b".jpg",
    b"UPPER.JPG", b"upper.jpg", b"no-extension",
]


def names(binary, photographs, work):
    folder = os.fsencode(work / "names")
    os.mkdir(folder)
    content = photographs[0].read_bytes()
    for number, name in enumerate(NAMES):
        with open(folder + b"/" + name, "wb") as file:
            # No two alike, and whole all the same: bytes behind the end of a JPEG are nobody's.
            file.write(content + number.to_bytes(2, "big"))
    os.mkfifo(folder + b"/fifo.jpg")
    os.mknod(folder + b"/device.jpg", 0o600 | 0o020000, os.makedev(1, 3))
    listener = socket.socket(socket.AF_UNIX)
    where = os.getcwd()
    os.chdir(folder)
    listener.bind("socket.jpg")
    os.chdir(where)
    os.symlink(b"loop.jpg", folder + b"/loop.jpg")
    os.symlink(b"nowhere.jpg", folder + b"/dangling.jpg")
    os.mkdir(folder + b"/directory.jpg")
    os.symlink(b"..", folder + b"/directory.jpg/up")
    with open(folder + b"/.hidden.jpg", "wb") as file:
        file.write(content)

    output = work / "names-out"
    ended = run(binary, "run", "pipelines/crop-and-sort.yaml", os.fsdecode(folder), "--output", output)
    found = {base64.b64decode(r["path_bytes"]) if "path_bytes" in r else os.fsencode(r["path"]): r for r in raw_records(output)}
    well = {name for name, record in found.items() if record["status"] == "ok"}
    check(f"{len(NAMES)} names of all kinds: one good record each", f"code {ended.returncode}, missing {sorted(set(NAMES) - well)}",
          ended.returncode == 0 and well == set(NAMES))
    places = [path for record in found.values() for path in (o["path"] for o in record["outputs"])]
    on_disk = sum(len(files) for where, _, files in os.walk(os.fsencode(output)) if b"/crops" in where or b"/sorted" in where)
    check("every output under a name of its own", f"{len(places)} outputs, {on_disk} files", on_disk == len(places) == 2 * len(NAMES))
    others = {name: record["reason"] for name, record in found.items() if record["status"] != "ok"}
    check("sockets, pipes, devices and loops stop nothing; links to nothing are named", f"{others}",
          set(others) <= {b"loop.jpg", b"dangling.jpg"} and set(others.values()) <= {"unreadable"})
    named = run(binary, "classify", *(os.fsdecode(folder + b"/" + name) for name in (b"fifo.jpg", b"device.jpg", b"socket.jpg", b"loop.jpg")))
    check("named explicitly, they are failed records or an input that cannot be read", f"code {named.returncode}: {named.stdout.count(chr(10))} records {named.stderr.strip()[-160:]}",
          named.returncode == 66 or named.stdout.count('"unreadable"') == 4)
