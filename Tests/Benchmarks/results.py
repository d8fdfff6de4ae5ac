"""What was measured, kept in a file as it comes, so that an interrupted measurement goes on where it was."""
import hashlib
import json
import os
from pathlib import Path


class Results:
    """Rounds by group: each round has what every contender came to. Facts are single findings."""

    def __init__(self, path, identity):
        self.path = Path(path)
        self.contents = {"identity": identity, "machine": {}, "rounds": {}, "facts": {}}
        if self.path.exists():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["identity"] != identity:
                raise SystemExit(
                    f"{path} is of another program, model or set of photographs: move it away, or give --fresh")
            self.contents = kept

    def rounds(self, group):
        return self.contents["rounds"].setdefault(group, [])

    def add(self, group, round):
        """A round counts when all its contenders have run: what is compared was measured side by side."""
        self.rounds(group).append(round)
        self.save()

    def fact(self, name):
        return self.contents["facts"].get(name)

    def set_fact(self, name, value):
        self.contents["facts"][name] = value
        self.save()

    def set_machine(self, machine):
        self.contents["machine"] = machine
        self.save()

    def save(self):
        other = self.path.with_suffix(".new")
        other.write_text(json.dumps(self.contents, indent=1), encoding="utf-8")
        os.replace(other, self.path)


def digest(files):
    """One word for the contents of some files."""
    sum = hashlib.sha256()
    for file in files:
        sum.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return sum.hexdigest()[:16]
