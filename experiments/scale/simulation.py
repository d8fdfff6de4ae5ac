"""The same run, event by event: nodes that are slow, nodes that die, shards that are queued again. Holds the model's divisions to account."""
import heapq
import math
import random

import model

DAY = 86_400.0


class Simulation:
    """Time goes from event to event. A shard keeps what it has recorded when its node dies."""

    def __init__(self, plan, photograph, costs, machines, seed):
        self.random = random.Random(seed)
        self.plan, self.costs, self.machines = plan, costs, machines
        self.start = costs.start + costs.start_each * plan.of_run
        self.of_shard = plan.of_shard * photograph.core_seconds
        self.filled = min(model.filled_by(photograph, costs, machines).values())
        self.spread = costs.spread / math.sqrt(max(1.0, plan.of_shard))
        self.nodes = machines.cores // machines.node_cores
        slow = round(self.nodes * machines.slow_share)
        self.speeds = [machines.slow_speed] * slow + [1.0] * (self.nodes - slow)
        self.events = []
        # Ends of shards, in the time of work: that passes more slowly than the clock while too many share the disk.
        self.ends = []
        self.work_time = 0.0
        self.number = self.active = 0
        self.waiting = []
        self.free = []
        self.running = [{} for _ in range(self.nodes)]
        self.is_up = [True] * self.nodes
        self.done = self.failures = self.restarts = 0
        self.busy = 0.0

    def at(self, time, kind, *what):
        self.number += 1
        heapq.heappush(self.events, (time, self.number, kind, what))

    def run(self):
        """Seconds until the last shard has ended."""
        for node in range(self.nodes):
            self.free += [node] * self.machines.node_cores
            self.at(self.lifetime(), "death", node)
        self.shuffle(self.free)
        # Work that is left, by shard: shards differ as their photographs do.
        self.waiting = [self.of_shard * max(0.05, 1 + self.spread * self.normal()) for _ in range(self.plan.shards)]
        now = 0.0
        self.begin(now)
        while self.done < self.plan.shards:
            pace = min(1.0, self.filled / max(1, self.active))
            next_end = now + (self.ends[0][0] - self.work_time) / pace if self.ends else math.inf
            next_event = self.events[0][0]
            then = min(next_end, next_event)
            self.work_time += (then - now) * pace
            now = then
            if next_end <= next_event:
                self.end(now, *heapq.heappop(self.ends)[1:])
            else:
                _, _, kind, what = heapq.heappop(self.events)
                getattr(self, kind)(now, *what)
            self.begin(now)
        return now

    def begin(self, now):
        while self.waiting and self.free:
            node = self.free.pop()
            if not self.is_up[node]:
                continue
            left = self.waiting.pop()
            self.number += 1
            self.running[node][self.number] = (now, None, left)
            # What a shard does before its first photograph hardly asks the disk for anything.
            self.at(now + self.costs.task + self.start / self.speeds[node], "work", self.number, node)

    def work(self, _, key, node):
        if key in self.running[node]:
            begun, _, left = self.running[node][key]
            self.active += 1
            self.running[node][key] = (begun, self.work_time, left)
            heapq.heappush(self.ends, (self.work_time + left / self.speeds[node], key, node))

    def end(self, now, key, node):
        held = self.running[node].pop(key, None)
        # None: the node has died under it.
        if held is not None:
            self.busy += now - held[0]
            self.active -= 1
            self.done += 1
            self.free.append(node)

    def death(self, now, node):
        self.failures += 1
        self.is_up[node] = False
        for begun, work_time, left in self.running[node].values():
            self.busy += now - begun
            worked = 0.0 if work_time is None else (self.work_time - work_time) * self.speeds[node]
            self.active -= work_time is not None
            # What was in flight is done again: a second's worth.
            self.at(now + self.costs.requeue, "again", min(left, left - worked + 1))
        self.restarts += len(self.running[node])
        self.running[node] = {}
        self.free = [other for other in self.free if other != node]
        self.at(now + self.machines.down_seconds, "back", node)

    def again(self, _, left):
        # Before those that were never begun, so that it does not become the last.
        self.waiting.append(left)

    def back(self, now, node):
        self.is_up[node] = True
        self.free += [node] * self.machines.node_cores
        self.at(now + self.lifetime(), "death", node)

    def shuffle(self, values):
        """Fisher and Yates's, from uniform numbers alone: the same in every version of Python."""
        for place in range(len(values) - 1, 0, -1):
            other = int(self.random.random() * (place + 1))
            values[place], values[other] = values[other], values[place]

    def lifetime(self):
        return -math.log(1 - self.random.random()) * self.machines.days_between_failures * DAY

    def normal(self):
        """Box and Muller's."""
        return math.sqrt(-2 * math.log(1 - self.random.random())) * math.cos(2 * math.pi * self.random.random())


def simulated(plan, photograph, costs, machines, seed=1):
    """Wall seconds with listing and merging, core hours, nodes that died, shards begun again."""
    simulation = Simulation(plan, photograph, costs, machines, seed)
    span = simulation.run()
    return span + sum(model.once(plan, costs).values()), simulation.busy / 3600, simulation.failures, simulation.restarts
