"""docs/evidence-pack.md, in both languages: every reason and member, and a way to look in that works."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.evidence.pack.statement import PREDICATE, Held, Predicate
from harness.evidence.seal_key import own_key, public_text
from tests.reports.evidence_pack.packed_run import packed

ROOT = Path(__file__).parents[2]
PAGES = ("evidence-pack.md", "evidence-pack.zh-CN.md")
RAISED = re.compile(r'Pack(?:Refused|TooNew)\(\s*"([a-z0-9-]+)"')


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def reasons() -> Iterator[str]:
    for folder in ("harness/evidence/pack", "reports/evidence_pack"):
        for module in (ROOT / folder).glob("*.py"):
            yield from RAISED.findall(module.read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_every_reason_is_named_and_no_other(name: str) -> None:
    told = page(name)
    table = told[told.index("| `empty` ") : told.index("| `too-new` ") + 12]
    named = {
        word for line in table.splitlines() for word in re.findall(r"`([a-z0-9-]+)`", line.split("|")[1])
    }
    assert named == {*reasons()}


@pytest.mark.parametrize("name", PAGES)
def test_every_member_of_the_statement_is_named(name: str) -> None:
    named = set(re.findall(r"`([a-z_]+)`", page(name)))
    assert {*Predicate.model_fields, *Held.model_fields} - named == set()
    assert f"{PREDICATE}1" in page(name)


def test_both_pages_have_the_same_code() -> None:
    blocks = [re.findall(r"```.*?```", re.sub(r"  #.*", "", page(name)), re.DOTALL) for name in PAGES]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_leads_there(readme: str) -> None:
    assert f"docs/{PAGES[readme != 'README.md']}" in (ROOT / readme).read_text("utf-8")


def test_what_it_says_to_type_verifies_a_pack_and_refuses_another(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(packed(tmp_path))
    subprocess.run(["unzip", "-q", "evidence.zip", "-d", "evidence"], cwd=tmp_path, check=True)
    (script,) = re.findall(r"```python\n(.*?)```", page(PAGES[0]), re.DOTALL)
    for pinned, code in ((public_text(own_key()), 0), (public_text(Ed25519PrivateKey.generate()), 1)):
        ended = subprocess.run(
            [sys.executable, "-c", script.replace("ed25519:Qm…=", pinned)],
            cwd=tmp_path / "evidence",
            capture_output=True,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
