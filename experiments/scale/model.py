"""What a run of many photographs takes on many cores: a few divisions, with every rate from a measurement or named as an assumption."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Photograph:
    """One of a collection, on average."""
    name: str
    megapixels: float
    read: float
    "bytes read"
    written: float
    "bytes written"
    core_seconds: float


@dataclass(frozen=True)
class Machines:
    """What was assumed of the machines; everything else was measured."""
    cores: int
    node_cores: int = 32
    bandwidth: float = 20e9
    "bytes a second to and from the shared disk, all machines together"
    operations: float = 100_000
    "calls that open, make, name or remove files, in a second, all machines together"
    days_between_failures: float = 1000.0
    "of one node"
    down_seconds: float = 1800.0
    slow_share: float = 0.02
    "of the nodes"
    slow_speed: float = 0.5
    "of a slow node, beside the others"
    price: float = 0.04
    "of a core for an hour, in whatever currency"


@dataclass(frozen=True)
class Costs:
    """Of this program and of the scheduler, as measured."""
    start: float
    "seconds from the program's start to its first photograph"
    start_each: float
    "seconds more of that for each photograph in the listing, which every shard reads"
    task: float
    "seconds that the scheduler takes to put one task in the place of another"
    requeue: float
    "seconds until a task that lost its node may start again"
    listing: float
    "photographs listed a second, by one program, once"
    merging: float
    "records merged a second, by one program, once"
    operations: float
    "operations on files for each photograph"
    spread: float
    "standard deviation of the time of a photograph, over its mean"


@dataclass(frozen=True)
class Plan:
    """How a collection is cut."""
    photographs: int
    shards: int
    runs: int = 1
    "a collection may be cut into several runs, each with its own listing and its own merge"

    @property
    def of_shard(self):
        return self.photographs / self.shards

    @property
    def of_run(self):
        return self.photographs / self.runs


def plan(count, photograph, cores, seconds=None):
    """Shards of so many seconds' work. By default ten minutes; less, down to one, where there would not be eight shards for each core.

    Runs of at most five million photographs: every shard reads the listing of its run.
    """
    runs = max(1, -(-count // LARGEST_RUN))
    work = count * photograph.core_seconds
    if seconds is None:
        seconds = min(600.0, max(60.0, work / cores / 8))
    return Plan(count, max(runs, round(work / seconds)), runs)


LARGEST_RUN = 5_000_000


def filled_by(photograph, costs, machines):
    """How many cores at work fill the shared disk with bytes, and how many with operations on files."""
    return {
        "disk": machines.bandwidth * photograph.core_seconds / (photograph.read + photograph.written),
        "files": machines.operations * photograph.core_seconds / costs.operations,
    }


def slowdown(active, photograph, costs, machines):
    """How much longer than alone a photograph takes where so many cores share the disk."""
    return max(1.0, active / min(filled_by(photograph, costs, machines).values()))


def once(plan, costs):
    """Seconds for what one program does before and after: each run lists and merges, all runs at the same time."""
    return {"listing": plan.of_run / costs.listing, "merging": plan.of_run / costs.merging}


def start_seconds(plan, costs):
    """What a shard takes before its first photograph. It hardly asks the shared disk for anything."""
    return costs.task + costs.start + costs.start_each * plan.of_run


def wave_seconds(plan, photograph, costs, machines, active=1):
    """One shard on a core that is not slow, where so many begin together."""
    work = plan.of_shard * photograph.core_seconds
    return start_seconds(plan, costs) + work * slowdown(active, photograph, costs, machines)


def shard_seconds(plan, photograph, costs, machines, active=1):
    """One shard on a core that is not slow, where so many are at it, each somewhere else: while some start, the others have the disk."""
    work = plan.of_shard * photograph.core_seconds
    return max(start_seconds(plan, costs) + work, work * slowdown(active, photograph, costs, machines))


def wall_seconds(plan, photograph, costs, machines):
    """From the first listing to the last merge."""
    nodes = machines.cores // machines.node_cores
    # Are there slow nodes at all?
    slow = machines.slow_speed if machines.slow_share * nodes >= 0.5 else 1.0
    if plan.shards < 4 * machines.cores:
        span, left = 0.0, plan.shards
        while left > 0:
            active = min(left, machines.cores)
            span += wave_seconds(plan, photograph, costs, machines, active)
            left -= active
        if plan.shards <= machines.cores:
            span += shard_seconds(plan, photograph, costs, machines) * (1 / slow - 1)
    else:
        # All cores are busy until the last shards begin, which is half a shard before the mean end. One that begins then on a slow node is
        # the last; by then most others have ended, and the disk is free.
        speed = machines.cores * (1 - machines.slow_share * (1 - slow))
        filled = min(filled_by(photograph, costs, machines).values())
        last = shard_seconds(plan, photograph, costs, machines)
        busy = plan.shards * max(last / speed, shard_seconds(plan, photograph, costs, machines, machines.cores) / machines.cores)
        span = busy + last * (1 / slow - 1 / 2) * min(1.0, filled / machines.cores)
    # A node that fails is away for a while, and its shards wait. What they had recorded stays.
    away = (machines.down_seconds + costs.start) / (machines.days_between_failures * 86_400)
    return span * (1 + away) + sum(once(plan, costs).values())


def held_up_by(plan, photograph, costs, machines):
    """What takes longest."""
    filled = filled_by(photograph, costs, machines)
    active = min(machines.cores, plan.shards)
    narrow = min(filled, key=filled.get)
    one = shard_seconds(plan, photograph, costs, machines, active)
    waits = one > shard_seconds(plan, photograph, costs, machines)
    alone = {narrow if waits else "cores": plan.shards * one / machines.cores, **once(plan, costs)}
    if plan.shards < 4 * machines.cores:
        alone["last shard"] = one
    return max(alone, key=alone.get)


def core_hours(plan, photograph, costs, machines):
    """What is paid for: every core that a shard holds, for as long as it holds it."""
    one = shard_seconds(plan, photograph, costs, machines, min(machines.cores, plan.shards))
    return plan.shards * one / (1 - machines.slow_share * (1 - machines.slow_speed)) / 3600


def best_shard(count, photograph, costs, machines):
    """The seconds of work in a shard for which the run ends earliest."""
    return min((10 * 1.1**step for step in range(70)),
               key=lambda seconds: wall_seconds(plan(count, photograph, machines.cores, seconds), photograph, costs, machines))
