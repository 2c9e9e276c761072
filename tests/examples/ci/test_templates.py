"""Templates for CI servers are what their servers take, run what they promise, and mask no exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from tests.examples.ci.templates import (
    CALLER,
    CI,
    GITHUB,
    GITLAB,
    JENKINS,
    JOBS,
    SERVERS,
    Command,
    commands,
    read,
)

SETTINGS = "golive config check $GOLIVE_SETTINGS_FILE"
SUMMARY = "golive export --as markdown"
PROMISED = {
    "pull-request": [
        "golive doctor",
        SETTINGS,
        "golive run $GOLIVE_ARGS",
        "golive export --as sarif --out golive.sarif",
        SUMMARY,
    ],
    "nightly": ["golive doctor", "golive nightly --load nightly $GOLIVE_ARGS", SUMMARY],
    "pre-upgrade": [
        "golive doctor",
        "golive run --gate $GOLIVE_GATE --load pre-upgrade $GOLIVE_ARGS",
        "golive pack --out golive-pack.zip",
        "golive verify golive-pack.zip --expect-go $GOLIVE_GATE",
        SUMMARY,
    ],
}
"""What each job runs, whichever the server."""
STAND_IN = """#!/bin/sh
echo "golive $*" >> "$CALLED"
[ "$1" = pack ] && echo pack > golive-pack.zip
[ "$1" = export ] && [ "$5" ] && echo made > "$5"
case "$1" in "$FAILS") exit "$WITH" ;; esac
exit 0
"""
VARIABLES = {
    "GOLIVE_ARGS": "--set smoke",
    "GOLIVE_ARGS_PULL_REQUEST": "--set smoke",
    "GOLIVE_GATE": "production",
    "GOLIVE_SETTINGS_FILE": ".env.example",
}


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """A `golive` that writes down how it was called, and fails where it is told to."""
    place = tmp_path / "bin" / "golive"
    place.parent.mkdir()
    place.write_text(STAND_IN, "utf-8")
    place.chmod(0o755)
    path = f"{place.parent}{os.pathsep}{os.environ['PATH']}"
    return {**VARIABLES, "PATH": path, "CALLED": str(tmp_path / "called"), "FAILS": "-", "WITH": "0"}


def play(steps: list[Command], folder: Path, environment: dict[str, str]) -> int:
    """Run a job's commands as its server would; the code of the first that failed."""
    surroundings = {
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_ENV": str(folder / "github.env"),
        "RUNNER_TEMP": str(folder),
        **environment,
    }
    failed = 0
    for step in steps:
        if failed and not step.always:
            continue
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.text]
        done = subprocess.run(
            shell, cwd=folder, env=surroundings, check=False, capture_output=True, text=True
        )
        failed = failed or done.returncode
    return failed


def plain(line: str) -> str:
    """A command without quotes, and without what one server alone adds to it."""
    line = re.sub(
        r"\s+--as github| --out golive-summary\.md.*| >> .*|_PULL_REQUEST", "", line.replace('"', "")
    )
    return re.sub(r"^if \[ .*?; then (.*?); fi.*", r"\1", line)


@pytest.mark.parametrize(
    ("path", "schema"), [(GITHUB, "github-workflows"), (CALLER, "github-workflows"), (GITLAB, "gitlab-ci")]
)
def test_a_template_is_what_its_server_takes(path: Path, schema: str) -> None:
    vendored = files("check_jsonschema").joinpath(f"builtin_schemas/vendor/{schema}.json")
    found = Draft7Validator(json.loads(vendored.read_text("utf-8"))).iter_errors(read(path))
    assert [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in found] == []


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("job", JOBS)
def test_a_job_runs_the_same_commands_on_every_server(server: str, job: str) -> None:
    found = [
        plain(each.text)
        for each in commands(server, job)
        if "golive " in each.text and "umask" not in each.text
    ]
    if server == "gitlab" and job == "pre-upgrade":
        # Its commands stop at the first failure, so that what is packed of a run that is no GO comes after.
        assert found.pop() == "golive pack --out golive-pack.zip"
    assert found == PROMISED[job]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("job", "fails"),
    [("pull-request", "run"), ("nightly", "nightly"), ("pre-upgrade", "run"), ("pre-upgrade", "verify")],
)
def test_no_exit_code_is_masked_and_what_was_found_is_kept(
    server: str, job: str, fails: str, tmp_path: Path, stand_in: dict[str, str]
) -> None:
    assert play(commands(server, job), tmp_path, {**stand_in, "FAILS": fails, "WITH": "2"}) == 2
    called = (tmp_path / "called").read_text("utf-8").splitlines()
    assert any(each.startswith(SUMMARY) for each in called)
    assert (job != "pre-upgrade") or (tmp_path / "golive-pack.zip").exists()
    assert (job != "pull-request") or (tmp_path / "golive.sarif").exists()
    assert any(each.startswith("golive verify") for each in called) is (fails == "verify")


@pytest.mark.parametrize("server", SERVERS)
def test_a_job_whose_commands_all_end_well_ends_well(
    server: str, tmp_path: Path, stand_in: dict[str, str]
) -> None:
    assert play(commands(server, "pre-upgrade"), tmp_path, stand_in) == 0


def test_what_is_kept_is_kept_of_a_failed_job_too() -> None:
    steps = read(GITHUB)["jobs"]["golive"]["steps"]
    (kept,) = (each for each in steps if "upload-artifact" in each.get("uses", ""))
    assert (kept["if"], kept["with"]["path"].split()) == (
        "always()",
        ["runs/", "golive.sarif", "golive-pack.zip"],
    )
    artifacts = read(GITLAB)[".golive"]["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["reports"] == {"junit": "runs/latest/junit.xml"}
    assert {"runs/", "golive.sarif", "golive-pack.zip"} <= set(artifacts["paths"])
    last = JENKINS.read_text("utf-8").rpartition("always {")[2]
    assert "junit testResults: 'runs/latest/junit.xml'" in last
    assert (
        "archiveArtifacts artifacts: 'runs/latest/**, golive-summary.md, golive.sarif, golive-pack.zip'"
        in last
    )


def test_a_red_night_is_kept_among_the_earlier_ones() -> None:
    steps = read(GITHUB)["jobs"]["golive"]["steps"]
    (kept,) = (each for each in steps if "cache/save" in each.get("uses", ""))
    assert kept["if"].startswith("always() && inputs.job == 'nightly'")
    (brought,) = (each for each in steps if "cache/restore" in each.get("uses", ""))
    assert kept["with"].items() <= brought["with"].items()
    assert read(GITLAB)["golive nightly"]["cache"]["when"] == "always"


def test_the_whole_history_is_there_to_be_searched() -> None:
    """A shallow clone leaves `golive config check` undecided: 2."""
    checkout = read(GITHUB)["jobs"]["golive"]["steps"][0]
    assert (checkout["with"]["fetch-depth"], read(GITLAB)["variables"]["GIT_DEPTH"]) == (0, "0")


def test_what_others_wrote_is_pinned_and_no_input_is_written_into_a_script() -> None:
    steps = read(GITHUB)["jobs"]["golive"]["steps"]
    used = [each["uses"] for each in steps if "uses" in each]
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []
    assert [each["run"] for each in steps if "${{" in each.get("run", "")] == []


def test_a_pull_request_is_given_no_secret_and_nothing_may_write() -> None:
    caller = read(CALLER)
    assert "secrets" not in caller["jobs"]["pull-request"]
    assert caller["permissions"] == {}
    assert {str(job["permissions"]) for job in caller["jobs"].values()} == {"{'contents': 'read'}"}
    assert "permissions" not in {**read(GITHUB), **read(GITHUB)["jobs"]["golive"]}
    stages = re.split(r"stage\('", JENKINS.read_text("utf-8"))
    holders = [each.partition("'")[0] for each in stages if "credentials(" in each]
    assert holders == ["nightly", "pre-upgrade"]


def test_secrets_come_from_the_server_and_become_files_for_their_owner(tmp_path: Path) -> None:
    (secrets,) = (each.text for each in commands("github", "nightly") if "umask" in each.text)
    step = [Command(secrets, always=False)]
    given = {"PATH": os.environ["PATH"], "SEAL_KEY": "the key", "SETTINGS": "A=1"}
    assert play(step, tmp_path, given) == 0
    for name, content in {"seal.key": "the key\n", ".env.golive": "A=1\n"}.items():
        assert (tmp_path / name).read_text("utf-8") == content
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "github.env").read_text("utf-8") == f"GOLIVE_SEAL_KEY={tmp_path}/seal.key\n"
    empty = tmp_path / "none"
    empty.mkdir()
    assert play(step, empty, {**given, "SEAL_KEY": "", "SETTINGS": ""}) == 0
    assert list(empty.iterdir()) == []


def test_no_file_masks_a_code_and_none_holds_a_secret() -> None:
    for path in (each for each in CI.rglob("*") if each.is_file()):
        text = path.read_text("utf-8")
        for sign in ("|| true", "continue-on-error", "allow_failure", "catchError", "set +e", "PRIVATE KEY"):
            assert sign not in text, path.name


def test_the_steps_of_a_pull_request_really_rehearse(tmp_path: Path) -> None:
    """The one whole-process test of the templates: the steps as they are, with the smallest selection."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {
        **os.environ,
        "PATH": path,
        "HOME": str(tmp_path),
        "GOLIVE_ARGS": "--only CFG-06",  # on GitHub the input args, whichever the job
        "LC_ALL": "C.UTF-8",
    }
    dear = ("golive doctor", "golive config", "golive export --as sarif")  # each has tests of its own
    steps = [each for each in commands("github", "pull-request") if not each.text.startswith(dear)]
    assert play(steps, tmp_path, given) == 0
    assert "<testcase" in (tmp_path / "runs/latest/junit.xml").read_text("utf-8")
    assert (tmp_path / "summary.md").read_text("utf-8").startswith("## GoLive")
