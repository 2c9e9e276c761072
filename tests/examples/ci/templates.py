"""The jobs of the templates in examples/ci, as the commands that each CI server would run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CI = Path(__file__).parents[3] / "examples" / "ci"
GITHUB = CI / "github" / "golive.yml"
CALLER = CI / "github" / "golive-jobs.yml"
GITLAB = CI / "gitlab" / "golive.gitlab-ci.yml"
JENKINS = CI / "jenkins" / "Jenkinsfile"
JOBS = ("pull-request", "nightly", "pre-upgrade")
SERVERS = ("github", "gitlab", "jenkins")
_SH = re.compile(r"sh '(.+?)'$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """What a server gives to a shell at once."""

    text: str
    always: bool
    """Whether it runs after a failure, too."""


def commands(server: str, job: str) -> list[Command]:
    """A job's commands in the order in which they run."""
    return {"github": _github, "gitlab": _gitlab, "jenkins": _jenkins}[server](job)


def read(path: Path) -> dict[str, Any]:
    """A template in YAML 1.1, where `on` is a word and no truth."""
    document = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in document.items()}


def _github(job: str) -> list[Command]:
    steps = read(GITHUB)["jobs"]["golive"]["steps"]
    ours = [each for each in steps if "inputs.job" not in each.get("if", "") or f"'{job}'" in each["if"]]
    return [Command(each["run"], "always()" in each.get("if", "")) for each in ours if "run" in each]


def _gitlab(job: str) -> list[Command]:
    document = read(GITLAB)
    found = {**document[".golive"], **document[f"golive {job}"]}
    return [  # before_script speaks to git alone
        *(Command(line, always=False) for line in found["script"]),
        *(Command(line, always=True) for line in found["after_script"]),
    ]


def _jenkins(job: str) -> list[Command]:
    text = JENKINS.read_text("utf-8")
    stages = dict(re.findall(r"stage\('([\w-]+)'\) \{(.*?)\n {8}\}", text, re.DOTALL))
    last = text[text.rindex("    post {") :]
    found: list[Command] = []
    for body in (stages["machine"], stages[job], last):
        before, _, after = body.partition("post {") if body is not last else ("", "", body)
        found += [Command(each, always=False) for each in _SH.findall(before)]
        for when, inner in re.findall(r"(always|success) \{(.*?)\n\s+\}", after, re.DOTALL):
            found += [Command(each, when == "always") for each in _SH.findall(inner)]
    return found
