"""Large and hostile manifests, made of the records of a real run."""
import json
import random

NAMES = ['</script><script>window.hurt = 1</script>.jpg', '<img src=x onerror="window.hurt = 1">.jpg', "it's \"quoted\" & more.jpg",
         "line\nbreak\u2028and\u2029.jpg", "\u202egpj.reversed.jpg", "javascript:window.hurt=1"]


def hostile(records, path):
    """One photograph for each bad name, which is its label too; and one whose name is no text."""
    lines = []
    source = next(record for record in records if record["status"] == "ok")
    for name in NAMES:
        record = json.loads(json.dumps(source))
        record["path"] = name
        for prediction in record["predictions"]:
            prediction["label"] = name
        for output in record["outputs"]:
            output["path"] = name
            output["stage"] = "<b>stage</b>"
        record["milliseconds"] = {name: 1.0}
        lines.append(record)
    lines.append({**source, "path": "f\ufffd<\ufffd", "path_bytes": "Zv88/g=="})
    lines.append({**source, "path": "failed<b>", "status": "failed", "reason": "corrupt", "detail": "<img src=x onerror='window.hurt = 1'>", "outputs": []})
    write(lines, path)


def large(records, count, path):
    """So many records with other names, labels and scores; every fiftieth failed."""
    draw = random.Random(7)
    good = [record for record in records if record["status"] == "ok"]
    labels = [f"label {number:03}" for number in range(400)]
    lines = []
    for number in range(count):
        record = json.loads(json.dumps(good[number % len(good)]))
        record["path"] = f"folder-{number % 37:02}/IMG_{number:05}.jpg"
        record["predictions"][0] = {"label": draw.choice(labels), "index": 0, "score": round(draw.random(), 4)}
        if number % 50 == 49:
            record.update(status="failed", reason="truncated", detail="the jpeg file ends early", outputs=[])
        lines.append(record)
    write(lines, path)


def write(records, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
