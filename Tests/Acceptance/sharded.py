"""What a run in shards has left, held against a run on one machine."""
import json
import re
from collections import Counter

from driver import check, raw_records, records, tree

# What belongs to the run and its shards, and not to its results.
OWN = re.compile(r"(manifest|run)[-.].*|jobs/.*|\.viewfinder/.*")


def results(directory):
    return {path: value for path, value in tree(directory).items() if not OWN.fullmatch(path)}


def done(directory):
    """How many shards are done."""
    return len(list(directory.glob("manifest-*.done.json")))


def shard_summaries(directory):
    found = []
    for path in sorted(directory.glob("run-*-of-*.json")):
        found.append(json.loads(path.read_text()))
    return found


def as_on_one_machine(what, single, sharded):
    """Checks that nothing is missing, nothing is there twice, and all is the same."""
    wanted, found = records(single), records(sharded)
    twice = [path for path, count in Counter(record["path"] for record in raw_records(sharded)).items() if count > 1]
    missing = {record["path"] for record in wanted} - {record["path"] for record in found}
    check(f"{what}: every photograph has its record, none has two", f"{len(found)} records, {len(missing)} missing, {len(twice)} twice",
          not missing and not twice and len(found) == len(wanted))
    differ = sum(a != b for a, b in zip(wanted, found))
    check(f"{what}: the same records as on one machine", f"{differ} of {len(wanted)} differ", not differ and len(wanted) == len(found))
    theirs, ours = results(single), results(sharded)
    differ = sorted(path for path in theirs.keys() | ours.keys() if theirs.get(path) != ours.get(path))
    check(f"{what}: the same outputs, byte for byte", f"{len(ours)} files, {len(differ)} differ {differ[:3]}", not differ and ours)
