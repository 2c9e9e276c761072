"""The Dockerfile installs by hash, as nobody special, what set-up installs, and builds what it copies."""

from __future__ import annotations

import json
import re
from pathlib import Path

from harness.cli.simulator import command as simulator
from setup.checks.dockerfile import DOCKERFILE, STARTS, command, debian_packages, instructions

ROOT = Path(__file__).parents[2]
STEPS = list(instructions(DOCKERFILE.read_text("utf-8")))
SIMULATOR, WHOLE = 2, 3
"""Stages that are images; the last is built where none is named."""


def test_what_it_copies_is_there_and_is_all_that_the_wheel_is_built_of() -> None:
    copied = {
        word
        for each in STEPS
        if each.name == "COPY" and "--from" not in each.text
        for word in each.text.split()[:-1]
    }
    assert all((ROOT / each).exists() for each in copied)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (packages,) = re.findall(r"^packages = \[(.*)\]$", project, re.MULTILINE)
    assert {
        *re.findall(r'"(\w+)"', packages),
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "setup/locks",
    } == copied


def test_packages_come_by_hash_alone() -> None:
    installs = [
        part for each in STEPS for part in each.text.split("&&") if re.search(r"pip install|uv build", part)
    ]
    assert len(installs) == 6
    assert all("--require-hashes" in each or "--no-deps /tmp/dist/golive-" in each for each in installs)


def test_it_brings_what_set_up_brings_of_debian() -> None:
    brought = {package for each in STEPS if each.stage == WHOLE for package in debian_packages(each)}
    assert {"chromium-headless-shell", "fonts-noto-cjk", "libatomic1", "prometheus", "git"} <= brought


def test_both_images_end_as_a_user_without_rights() -> None:
    users = [(each.stage, each.text) for each in STEPS if each.name == "USER"]
    assert users == [(SIMULATOR, "golive"), (WHOLE, "golive")]
    assert [each.stage for each in STEPS if each.name == "FROM"] == [1, SIMULATOR, WHOLE]


def test_the_simulators_image_brings_nothing_but_golive_and_starts_by_options_that_there_are() -> None:
    own = {each.name: each for each in STEPS if each.stage == SIMULATOR}
    assert own["FROM"].text.endswith(" AS simulator")
    assert own["COPY"].text == "--from=build /opt/golive /opt/golive"
    assert [
        debian_packages(each) for each in STEPS if each.stage == SIMULATOR and debian_packages(each)
    ] == []
    words = [word for name in STARTS for word in json.loads(own[name].text)]
    assert words[:2] == ["golive", "simulator"]
    known = {name for each in simulator.params for name in each.opts}
    assert {each for each in words if each.startswith("-")} <= known


def test_a_step_is_tried_below_a_folder_and_apt_get_only_asked() -> None:
    lines = [command(each, Path("/made")) for each in STEPS if each.name == "RUN"]
    assert all(
        re.search(r"(?<![\w.\-/])/(?:opt|srv|tmp|usr)", each.replace("/made/", "")) is None for each in lines
    )
    assert [each for each in lines if "apt-get" in each and "--simulate" not in each] == []
    assert [each for each in lines if "useradd" in each] == []
