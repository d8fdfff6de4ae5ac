"""Photographs to be hard on: small ones cut out of a folder's, and files in every format. Made with libvips' own tools."""
import subprocess

ENCODINGS = {
    "baseline.jpg": "[Q=85]", "progressive.jpg": "[interlace]", "plain.png": "", "interlaced.png": "[interlace]",
    "palette.png": "[palette]", "lossy.webp": "[Q=80]", "lossless.webp": "[lossless]", "still.gif": "", "raw.tif": "",
    "lzw.tif": "[compression=lzw]", "deflate-tiled.tif": "[compression=deflate,tile,tile-width=32,tile-height=32]",
    "jpeg.tif": "[compression=jpeg]", "still.avif": "[compression=av1,effort=1]", "still.heic": "[compression=hevc]",
}


def vips(*arguments):
    subprocess.run(["vips", *map(str, arguments)], check=True, capture_output=True)


def sound(folder):
    """The files of a folder, and below it, that libvips can read."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".tif"))
    return [path for path in files if subprocess.run(["vips", "avg", path], capture_output=True, check=False).returncode == 0]


def small(folder, place, count):
    """So many different JPEGs of 200 x 150 pixels, cut out of the photographs of a folder."""
    place.mkdir(parents=True)
    sources = sound(folder)
    made = []
    for index in range(count):
        source, turn = sources[index % len(sources)], index // len(sources)
        middle = place / "middle.v"
        vips("thumbnail", source, middle, 320 + 20 * turn, "--height", 240 + 20 * turn, "--size", "force")
        path = place / f"{source.stem}-{turn}.jpg"
        vips("crop", middle, f"{path}[Q=85]", 10 * (turn % 12), 7 * (turn % 12), 200, 150)
        made.append(path)
        middle.unlink()
    return made


def in_every_format(folder, place):
    """One small picture in every encoding."""
    place.mkdir(parents=True)
    middle = place / "middle.v"
    vips("thumbnail", sound(folder)[0], middle, 96, "--height", 72, "--size", "force")
    for name, options in ENCODINGS.items():
        vips("copy", middle, f"{place / name}{options}")
    middle.unlink()
    return sorted(place.iterdir())
