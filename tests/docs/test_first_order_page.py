"""The page of the first order does what it says: all six ways, typed into three shells."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.simulator.as_platform.routes import PLAYED
from setup.shells import SHELLS
from tests.docs.test_simulator_page import DOCS, blocks, claims, shell, simulator_of

ROOT = DOCS.parent
PAGE = (DOCS / "first-order.md").read_text("utf-8")
CHINESE = (DOCS / "first-order.zh-CN.md").read_text("utf-8")
LIMIT_S = 300.0
"""For six programs one after the other, on a machine that has other things to do."""
START, *FOLLOWING = [block.text for block in blocks(PAGE) if block.tried]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout that was set up, with the page's simulator running."""
    folder = tmp_path_factory.mktemp("first-order")
    for part in (".venv", ".tools", "examples"):
        (folder / part).symlink_to(ROOT / part)
    with simulator_of(START, folder):
        yield folder


@pytest.mark.parametrize("named", SHELLS)
def test_an_app_as_it_is_gets_from_an_order_to_its_verified_callback_in_every_shell(
    folder: Path, named: str
) -> None:
    for program in (named, "node", "php", "java", "go", "curl"):
        assert shutil.which(program), f"there is no {program}: `make setup` installs what it can on Debian"
    script = (
        "\n".join(FOLLOWING).replace("-order\n", f"-order-{named}\n").replace("-order &", f"-order-{named} &")
    )
    script = re.sub(
        r"(# → .*)$", lambda said: said[1].replace("-order", f"-order-{named}"), script, flags=re.M
    )
    assert len(claims(script)) == 6
    output = shell(folder, script, named=named, limit_s=LIMIT_S)
    for ordered, paid in claims(script):  # in any order: the callback may outrun the answer to the order
        assert ordered in output
        assert paid in output
    assert "refused" not in (folder / "said.log").read_text("utf-8")


def test_both_languages_show_the_same_commands() -> None:
    assert blocks(CHINESE) == blocks(PAGE)


@pytest.mark.parametrize("text", [PAGE, CHINESE], ids=["en", "zh"])
def test_every_host_and_program_that_is_named_exists(text: str) -> None:
    assert {host for host in PLAYED if f"`{host}`" in text} == set(PLAYED)
    named = set(re.findall(r"examples/first_order/[\w.]+", text))
    programs = (each.name for each in (ROOT / "examples/first_order").iterdir() if each.name[0] != "_")
    assert named == {f"examples/first_order/{name}" for name in programs}
