"""A Slurm of two nodes on this host, with real daemons, for as long as a `with` lasts."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Two machines of one core each. A node that says nothing for ten seconds is down. What is queued again waits as long as a credential
# lives, two minutes if nobody says otherwise; twenty seconds shorten the check and change nothing else.
CONFIGURATION = """\
ClusterName=check
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=20
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=5,bf_interval=5
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MaxArraySize={largest_array}
SlurmdTimeout=10
MinJobAge=3600
NodeName={nodes} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports} CPUs=1 RealMemory=4000
PartitionName=check Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""
NODES = ("n1", "n2")


class Slurm:
    """Controller, two nodes and the daemon that vouches for who is who."""

    def __init__(self, largest_array=1001):
        self.folder = Path(tempfile.mkdtemp(prefix="vf-slurm-", dir="/tmp"))
        self.daemons = {}
        first = free_ports(3)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], folder=self.folder, port=first, nodes=f"n[1-{len(NODES)}]",
            ports=f"[{first + 1}-{first + len(NODES)}]", largest_array=largest_array))
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf")}

    def __enter__(self):
        try:
            for name in ("munge", "state", *(f"spool-{node}" for node in NODES)):
                (self.folder / name).mkdir(mode=0o755)
            key = self.folder / "munge/key"
            key.write_bytes(os.urandom(128))
            key.chmod(0o400)
            munge = self.folder / "munge"
            self.start("munged", "munged", "--foreground", "--force", f"--socket={munge}/socket", f"--key-file={key}", f"--pid-file={munge}/pid",
                       f"--log-file={munge}/log", f"--seed-file={munge}/seed")
            wait("munged answers", lambda: (munge / "socket").exists())
            self.start("slurmctld", "slurmctld", "-D", "-c")
            for node in NODES:
                self.start_node(node)
            wait("both nodes are idle", lambda: self.nodes() == {node: "idle" for node in NODES})
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Ends the jobs first: what they run is no child of ours."""
        if "slurmctld" in self.daemons:
            self.call("scancel", "--user=root", check=False)
        for node in NODES:
            self.kill_node(node)
        for daemon in self.daemons.values():
            daemon.kill()
            daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, key, *command):
        log = open(self.folder / f"{key}.out", "ab")
        self.daemons[key] = subprocess.Popen(
            [shutil.which(command[0], path="/usr/sbin:/usr/bin") or command[0], *command[1:]], env=self.environment, stdout=log, stderr=log,
            start_new_session=True)
        log.close()

    def start_node(self, node):
        self.start(node, "slurmd", "-D", "-N", node)

    def call(self, *command, check=True):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=check).stdout

    def nodes(self):
        """The state of each node."""
        lines = self.call("sinfo", "--noheader", "--Node", "--format=%N %t", check=False).split("\n")
        return dict(line.split() for line in lines if line)

    def jobs(self):
        """Every task that Slurm remembers: (array, task) to its state and how often it was started again."""
        found = {}
        for block in self.call("scontrol", "--oneliner", "show", "job", check=False).splitlines():
            words = dict(word.split("=", 1) for word in block.split() if "=" in word)
            if "JobId" in words:
                found[words.get("ArrayJobId", words["JobId"]), words.get("ArrayTaskId", "")] = words
        return found

    def processes_on(self, node):
        """What Slurm runs on a node, and the processes that watch over it."""
        mark = f"SLURMD_NODENAME={node}".encode()
        own = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        found = set()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                variables = (folder / "environ").read_bytes().split(b"\0")
                if mark not in variables or own not in variables:
                    continue
                found.add(int(folder.name))
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if "slurmstepd" in Path(f"/proc/{parent}/comm").read_text():
                    found.add(parent)
            except (OSError, IndexError):
                continue
        return found

    def kill_node(self, node):
        """What a power cut does: the daemon, those that watch over jobs, and the jobs are gone at once. Returns how many processes that were."""
        killed = 0
        if node in self.daemons:
            self.daemons[node].kill()
            self.daemons.pop(node).wait()
            killed += 1
        while found := self.processes_on(node):
            # Stopped first: none may see another's end and tell of it.
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for process in found:
                    try:
                        os.kill(process, number)
                    except ProcessLookupError:
                        pass
            killed += len(found)
            wait(f"the processes of {node} are gone", lambda: not any(is_alive(process) for process in found))
        return killed


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    for first in range(26820, 32000, 10):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise SystemExit("no ports are free for Slurm")


def wait(what, happened, seconds=60, pause=0.1):
    """Looks again and again until something has happened; returns how many seconds that took."""
    start = time.monotonic()
    while not happened():
        if time.monotonic() - start > seconds:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(pause)
    return time.monotonic() - start
