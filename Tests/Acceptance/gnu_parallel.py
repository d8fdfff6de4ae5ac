"""The guide with GNU parallel: killed in the middle with all it runs, called again, and over two hosts that are both this one."""
import os
import subprocess
import time

import guide
import sharded
from driver import check
from processes import kill_all
from slurm import wait

# Hosts that are this machine: what ssh does with a command, with the few words of environment that a login has, and in another directory.
SSH = """\
#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
shift
[ "$1" != -- ] || shift
cd / && exec env -i HOME=/nonexistent SHELL=/bin/sh PATH=/usr/bin:/bin sh -c "$*"
"""


def check_parallel(bench, single, _):
    commands = guide.parallel()
    output = bench.place / "OUT2"
    shards = guide.shards(commands[0])
    start = time.monotonic()
    first = subprocess.Popen(commands[0], shell=True, cwd=bench.place, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait("a quarter of the shards is done", lambda: sharded.done(output) >= shards // 4, 300)
    finally:
        killed = kill_all(first.pid)
    first.wait()
    done = sharded.done(output)
    check(f"`{commands[0]}`, killed with all it runs", f"{killed} processes, {done} of {shards} shards were done", killed >= 4 and done < shards)
    merged = bench.run(f"viewfinder merge OUT2 --expect {shards}")
    check("a merge before all is there", f"code {merged.returncode}: {merged.stderr.strip()[:120]}", merged.returncode == 65)
    before = (output / "jobs/joblog.txt").read_text().count("\n")
    again = bench.run(commands[1])
    after = (output / "jobs/joblog.txt").read_text().count("\n")
    seconds = time.monotonic() - start
    check(f"`{commands[1]}` goes on with those that are missing, and merges", f"code {again.returncode}, {after - before} shards {again.stderr.strip()[-200:] if again.returncode else ''}",
          again.returncode == 0 and 0 < after - before <= shards - before + 1)
    sharded.as_on_one_machine("parallel", single, output)
    hosts(bench)
    return {"shards": shards, "seconds": seconds, "killed": killed}


def hosts(bench):
    # Found by its name: GNU parallel takes this for a command line.
    ssh = bench.work / "bin/ssh-to-here"
    ssh.write_text(SSH)
    ssh.chmod(0o755)
    binary = os.path.realpath(bench.work / "bin/viewfinder")
    run = f"pipelines/crop-and-sort.yaml PHOTOS --limit 60 --output"
    ended = bench.run(
        f"viewfinder submit parallel {run} HOSTS --shards 4 --program {binary} --sshlogin 1/one --sshlogin 1/two", PARALLEL_SSH=ssh.name)
    log = bench.place / "HOSTS/jobs/joblog.txt"
    used = {line.split("\t")[1] for line in log.read_text().splitlines()[1:]} if log.exists() else set()
    check("over two hosts", f"code {ended.returncode}, hosts {sorted(used)} {ended.stderr.strip()[-300:] if ended.returncode else ''}",
          ended.returncode == 0 and used == {"one", "two"})
    bench.run(f"viewfinder run {run} HOST")
    sharded.as_on_one_machine("two hosts", bench.place / "HOST", bench.place / "HOSTS")
