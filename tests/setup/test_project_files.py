"""What the project's files must not hold: registry hosts, paths of some machine, and secrets."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from harness.signing.keys import generate, private_pem

ROOT = Path(__file__).parents[2]
MADE = {".git", ".venv", ".tools", "runs", "dist", "node_modules"}
# Written apart, for this file is searched as well.
REGISTRIES = [
    "pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "mirror.com", "npm" + "js.com",
    "deb" + ".debian.org", "security" + ".debian.org", "tuna" + ".tsinghua", "mirrors" + ".aliyun",
]  # fmt: skip
PLACES = [
    r"(?<![\w.])/ro" + r"ot/",
    r"(?<![\w.$}])/wo" + r"rk/",
    r"/ho" + r"me/[a-z]+/",
    r"/Us" + r"ers/[A-Za-z]",
]
LONG_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]|\\n|\\r|[\r\n \t])*[A-Za-z0-9+/]={0,2}")
LEAST_KEY = 600


def project_files() -> list[Path]:
    """Every file that belongs to the project: what git tracks or would, else all that nothing made."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listing = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
        return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [Path(folder) / name for folder, _, names in walk() for name in names]


def walk() -> Iterator[tuple[str, list[str], list[str]]]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [each for each in below if each not in MADE and not each.endswith("_cache")]
        below[:] = [each for each in below if each not in {"__pycache__", ".hypothesis"}]
        yield folder, below, names


def texts() -> Iterator[tuple[str, str]]:
    """Each text file with its name relative to the project."""
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8")


def private_keys(text: str) -> list[str]:
    """The base64 of every real private key in a text, whatever it is wrapped in."""
    found = []
    for run in LONG_BASE64.findall(text):
        packed = re.sub(r"\\[nr]|\s", "", run)
        for start in [match.start() for match in re.finditer("MII", packed)]:
            body = packed[start:]
            if len(body) >= LEAST_KEY and is_private_key(body):
                found.append(body)
                break
    return found


def is_private_key(packed: str) -> bool:
    der = base64.b64decode(packed[: len(packed) // 4 * 4] + "===="[: -len(packed) % 4], validate=False)
    length = int.from_bytes(der[2:4], "big") + 4
    try:
        load_der_private_key(der[:length], password=None)
    except (ValueError, TypeError):
        return False
    return True


def test_the_search_sees_the_whole_project() -> None:
    names = {name for name, _ in texts()}
    assert {"Makefile", ".ci/run", "pyproject.toml", "harness/core/errors.py", "setup/locks/run.txt"} <= names
    assert "tests/setup/test_project_files.py" in names


def test_no_file_names_a_package_registry() -> None:
    named = [(name, host) for name, text in texts() for host in REGISTRIES if host in text]
    assert named == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    pattern = re.compile("|".join(PLACES))
    named = [(name, found[0]) for name, text in texts() for found in pattern.finditer(text)]
    assert named == []


@pytest.mark.parametrize("wrap", ["pem", "env", "bare"])
def test_the_search_knows_a_private_key_in_every_wrapping(wrap: str) -> None:
    pem = private_pem(generate())
    bare = "".join(line for line in pem.splitlines() if "-----" not in line)
    wrapped = {"pem": pem, "env": "KEY=" + pem.replace("\n", "\\n"), "bare": f'{{"key": "{bare}"}}'}[wrap]
    assert len(private_keys(f"some text\n{wrapped}\nmore text")) == 1


def test_a_private_key_lies_only_among_the_test_vectors() -> None:
    holders = [name for name, text in texts() if private_keys(text)]
    assert [name for name in holders if not re.match(r"tests/.*vectors/", name)] == []


@pytest.mark.parametrize("name", ["uv.lock", ".venv/", ".tools/", "runs/", ".env*", "dist/"])
def test_git_ignores_what_must_not_be_committed(name: str) -> None:
    assert name in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_licence_is_apaches_own_text() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
