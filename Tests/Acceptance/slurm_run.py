"""The guide on Slurm: a node dies, the shared disk is full for a while, tasks are queued again, and all is merged."""
import re
import statistics
import subprocess
import time
from datetime import datetime

import guide
import sharded
from driver import check
from slurm import NODES, Slurm, wait

DEADLINE = 900


def check_slurm(bench, single, measured):
    output = bench.place / "OUT"
    output.mkdir()
    # Half of what is needed: the disk is full in the middle of the run.
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={measured['bytes'] // 2}", "tmpfs", str(output)], check=True)
    try:
        with Slurm() as slurm:
            return on(slurm, bench, single, output)
    finally:
        subprocess.run(["umount", "--lazy", str(output)], check=True)


def on(slurm, bench, single, output):
    commands = guide.slurm()
    bench.environment["SLURM_CONF"] = slurm.environment["SLURM_CONF"]
    shards = guide.shards(commands[2])
    for command in commands[:2]:
        ended = bench.run(command)
        check(f"`{command}`", f"code {ended.returncode} {ended.stderr.strip()[-200:] if ended.returncode else ''}", ended.returncode == 0)
    start = time.monotonic()
    ended = bench.run(commands[2])
    check(f"`{commands[2]}`", f"code {ended.returncode}: {ended.stdout.strip()} {ended.stderr.strip()[-200:] if ended.returncode else ''}",
          ended.returncode == 0 and "submitted" in ended.stdout)
    trouble = Trouble(slurm, output, shards)
    asked = []

    def over():
        trouble.look()
        if time.monotonic() - start > 5 * len(asked):
            asked.append(bench.run(commands[3]).returncode)
        jobs = slurm.jobs().values()
        return jobs and all(job["JobState"] in ("COMPLETED", "FAILED", "CANCELLED", "NODE_FAIL", "TIMEOUT") for job in jobs)

    wait("all jobs have ended", over, DEADLINE, pause=0.5)
    seconds = time.monotonic() - start
    jobs = slurm.jobs()
    tasks = [job for (_, task), job in jobs.items() if task]
    merges = [job for (_, task), job in jobs.items() if not task]
    states = {state: sum(job["JobState"] == state for job in tasks) for state in {job["JobState"] for job in tasks}}
    restarts = sum(int(job.get("Restarts", 0)) for job in tasks)
    check(f"{shards} shards on two nodes, one of which dies under its job, on a disk that is full for a while", f"{states}, {restarts} restarts, {seconds:.0f} s",
          states == {"COMPLETED": shards})
    check("the node's death was seen, and its shard ran elsewhere or later", f"shard {trouble.victim}", restarted(tasks, trouble.victim))
    check("the full disk ended shards with 75, which were queued again", f"shards {sorted(trouble.full)}",
          trouble.full and all(restarted(tasks, shard) for shard in trouble.full))
    check("the merge job, on afterany", f"{[job['JobState'] for job in merges]}", [job["JobState"] for job in merges] == ["COMPLETED"])
    check(f"`{commands[3]}` at any moment", f"asked {len(asked)} times, codes {sorted(set(asked))}", set(asked) <= {0})
    sharded.as_on_one_machine("slurm", single, output)
    ended = bench.run(f"viewfinder merge OUT --expect {shards + 1}")
    check("a merge that expects one shard more", f"code {ended.returncode}: {ended.stderr.strip()[:120]}", ended.returncode == 65)
    ended = bench.run(commands[4])
    check(f"`{commands[4]}`", f"code {ended.returncode} {ended.stderr.strip()[-200:] if ended.returncode else ''}", ended.returncode == 0)
    return {"shards": shards, "seconds": seconds, "restarts": restarts, "full": len(trouble.full), "task_seconds": task_seconds(slurm), **costs(tasks, output)}


def task_seconds(slurm, count=24):
    """What a core waits for from one task to the next, by tasks that do nothing."""
    job = slurm.call("sbatch", "--parsable", f"--array=1-{count}", "--output=/dev/null", "--wrap=true").strip()
    seconds = wait("tasks that do nothing have ended", lambda: not slurm.call("squeue", "--noheader", f"--job={job}", check=False).strip(), 300)
    return seconds * len(NODES) / count


def restarted(tasks, shard):
    return any(job["ArrayTaskId"] == str(shard) and int(job.get("Restarts", 0)) for job in tasks)


class Trouble:
    """Kills a node when a quarter of the shards is done, starts it again when Slurm has seen that, and makes room on the disk once that is full."""

    def __init__(self, slurm, output, shards):
        self.slurm, self.output, self.shards = slurm, output, shards
        self.victim = None
        self.full = set()
        self.is_back = self.is_large = False

    def look(self):
        running = {job.get("NodeList"): job["ArrayTaskId"] for job in self.slurm.jobs().values()
                   if job["JobState"] == "RUNNING" and "ArrayTaskId" in job}
        if self.victim is None and sharded.done(self.output) >= self.shards // 4 and "n2" in running:
            killed = self.slurm.kill_node("n2")
            # Both the daemon and a job under it, or it was no death in the middle of anything.
            if killed > 2:
                self.victim = int(running["n2"])
                print(f"      {killed} processes of node n2 killed, under shard {self.victim}", flush=True)
            else:
                self.slurm.start_node("n2")
        elif self.victim is not None and not self.is_back and self.slurm.nodes().get("n2", "").startswith("down"):
            self.slurm.start_node("n2")
            self.is_back = True
        for log in self.output.glob("jobs/logs/*_*.txt"):
            self.full |= {int(shard) for shard in re.findall(r"shard (\d+) ended with 75", log.read_text(errors="replace"))}
        if self.full and not self.is_large:
            subprocess.run(["mount", "-o", "remount,size=4g", str(self.output)], check=True)
            self.is_large = True


def costs(tasks, output):
    """What a shard costs beside its photographs, in seconds: from the node's grant to its release, less what the run itself took."""
    walls = {index + 1: run["wall_seconds"] for index, run in enumerate(sharded.shard_summaries(output))}
    over = []
    for job in tasks:
        shard = int(job["ArrayTaskId"])
        if shard in walls and not int(job.get("Restarts", 0)):
            span = datetime.fromisoformat(job["EndTime"]) - datetime.fromisoformat(job["StartTime"])
            over.append(span.total_seconds() - walls[shard])
    return {"overhead_seconds": statistics.mean(over) if over else None, "undisturbed": len(over)}
