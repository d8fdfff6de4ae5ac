"""The files for Kubernetes, held against the schema of its own API, in every version that has what they use."""
import re
import subprocess
import sys
from pathlib import Path

import guide
from driver import check

# backoffLimitPerIndex is there without a switch since then.
OLDEST = (1, 29)


def check_kubernetes(bench, _single, _measured):
    import kubernetes_validate
    command = guide.kubernetes().replace("/data", str(bench.place))
    command = re.sub(r"--mount \S.*?(?= --|$)", f"--mount '{bench.place}'", command)
    ended = bench.run(command)
    folder = bench.place / "OUT3/jobs"
    files = sorted(folder.glob("*.yaml"))
    check(f"`{guide.kubernetes()}`", f"code {ended.returncode}, {[path.name for path in files]} {ended.stderr.strip()[-300:] if ended.returncode else ''}",
          ended.returncode == 0 and len(files) == 2)
    schemas = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    versions = sorted({tuple(map(int, found)) for path in schemas.iterdir() if (found := re.findall(r"\d+", path.name)[:2])})
    versions = [f"{major}.{minor}" for major, minor in versions if (major, minor) >= OLDEST]
    wrong = [(version, said) for version in versions if (said := refusal(version, files))]
    check("as its API wants them", f"Kubernetes {versions[0]} to {versions[-1]}, {len(wrong)} refuse {wrong[:1]}", versions and not wrong)
    misspelt = bench.work / "misspelt.yaml"
    misspelt.write_text(files[-1].read_text().replace("backoffLimitPerIndex", "backofLimitPerIndex"))
    check("a misspelt field is refused", refusal(versions[-1], [misspelt])[-120:], refusal(versions[-1], [misspelt]))
    return {"versions": versions}


def refusal(version, files):
    """What the validator says against the files; nothing where it takes them."""
    said = subprocess.run([sys.executable, "-m", "kubernetes_validate", "--strict", "--quiet", "-k", version, *map(str, files)],
                          capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip() or "refused" if said.returncode else ""
