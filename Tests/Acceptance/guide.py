"""The commands of docs/many-machines.md, as they stand there."""
import re

from driver import REPOSITORY

PAGE = REPOSITORY / "docs/many-machines.md"


def block(heading):
    """The commands of the first block below a heading, without their comments."""
    text = "\n" + PAGE.read_text(encoding="utf-8")
    below = text.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"```sh\n(.*?)```", below, re.DOTALL)[1].replace("\\\n", " ").splitlines()
    return [command for line in lines if (command := line.split(" # ", 1)[0].strip())]


def slurm():
    """Trying out, freezing the list, submitting, looking, and the page of results: in five commands."""
    commands = block("# Many machines")
    assert len(commands) == 5, commands
    return commands


def parallel():
    return block("## A few machines, without a scheduler")


def kubernetes():
    return block("## Kubernetes")[0]


def on_one_machine(output):
    """What the first command of the guide does, on all photographs."""
    command = slurm()[0]
    assert "--limit" in command and "--output TRY" in command, command
    return re.sub(r" --limit \S+", "", command).replace("--output TRY", f"--output {output}")


def shards(command):
    return int(re.search(r"--shards (\d+)", command)[1])
