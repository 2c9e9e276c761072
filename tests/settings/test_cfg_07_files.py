"""CFG-07: secret files are their owner's alone, git tracks none, and no history holds a secret."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from harness.settings import ConfigurationReport, EnvFile, check
from harness.settings.context import Context
from harness.settings.repository import Patterns, Repository, search
from harness.signing.keys import load_private_key

Environment = Callable[..., dict[str, str]]


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=dev", "-c", "user.email=dev@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def values(environment: Environment) -> dict[str, str]:
    return environment("production")


@pytest.fixture
def shop(tmp_path: Path, values: dict[str, str], key_texts: Any) -> Path:
    """A merchant's working copy, as it should be: the settings ignored, the key beside them, one commit."""
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text(".env*\n*.pem\n")
    (tmp_path / "app.py").write_text("print('shop')\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "a shop")
    write(tmp_path / ".env.local", values | {"WECHAT_PAY_PRIVATE_KEY": "apiclient_key.pem"})
    key = tmp_path / "apiclient_key.pem"
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{wrapped(key_texts.merchant)}\n-----END PRIVATE KEY-----\n")
    key.chmod(0o600)
    return tmp_path


def wrapped(text: str) -> str:
    return "\n".join(text[at : at + 64] for at in range(0, len(text), 64))


def write(path: Path, values: dict[str, str]) -> None:
    path.write_text("\n".join(f"{name}={value}" for name, value in values.items()) + "\n")
    path.chmod(0o600)


def report_of(shop: Path) -> ConfigurationReport:
    return check(EnvFile.read(shop / ".env.local"), target="production")


def said(shop: Path) -> list[tuple[str, str]]:
    return [(found.variable, found.problem) for found in report_of(shop).of("CFG-07")]


def test_a_working_copy_as_it_should_be_is_clean(shop: Path) -> None:
    report = report_of(shop)
    assert report.of("CFG-07") == ()
    assert not [doubt for doubt in report.doubts if doubt.control == "CFG-07"]
    assert report.judged["CFG-07"] == 5  # two files' modes, two in the index, one history


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_file_that_others_can_read_is_found(shop: Path, mode: int) -> None:
    (shop / "apiclient_key.pem").chmod(mode)
    assert said(shop) == [
        ("WECHAT_PAY_PRIVATE_KEY", f"apiclient_key.pem has mode {mode:o}: others on this machine can read it")
    ]


def test_a_tracked_file_is_found_and_its_secrets_are_in_the_history(
    shop: Path, values: dict[str, str]
) -> None:
    git(shop, "add", "-f", ".env.local")
    git(shop, "commit", "-qm", "settings")
    found = said(shop)
    assert ("", ".env.local is tracked by git: whoever has the repository has its secrets") in found
    in_history = {name for name, problem in found if "in the history" in problem}
    assert in_history == {
        "WECHAT_MCP_API_KEY", "WECHAT_MCP_PRIVATE_KEY", "WECHAT_PAY_API_KEY", "WECHAT_PAY_APIV3_KEY",
    }  # fmt: skip
    assert values["WECHAT_MCP_API_KEY"] not in str(report_of(shop))


@pytest.mark.parametrize("shape", ["pem", "pkcs1", "literal", "bare"])
def test_a_key_that_was_committed_once_is_found_in_every_shape(
    shop: Path, key_texts: Any, shape: str
) -> None:
    key = load_private_key(key_texts.merchant)
    old = serialization.PrivateFormat.TraditionalOpenSSL
    pkcs1 = key.private_bytes(serialization.Encoding.PEM, old, serialization.NoEncryption()).decode()
    body = wrapped(key_texts.merchant)
    text = {
        "pem": (shop / "apiclient_key.pem").read_text().replace("\n", "\r\n"),
        "pkcs1": pkcs1,
        "literal": f'const key = "-----BEGIN PRIVATE KEY-----\\n{body}\\n";'.replace("\n", "\\n"),
        "bare": f"KEY: {key_texts.merchant}",
    }[shape]
    (shop / "config.txt").write_text(text)
    git(shop, "add", "config.txt")
    git(shop, "commit", "-qm", "config")
    git(shop, "rm", "-q", "config.txt")
    git(shop, "commit", "-qm", "gone")
    ((variable, problem),) = said(shop)
    assert variable == "WECHAT_PAY_PRIVATE_KEY"
    assert "is in the history of the repository: config.txt in " in problem


def test_a_secret_in_a_message_and_on_another_branch_is_found(shop: Path, values: dict[str, str]) -> None:
    git(shop, "switch", "-qc", "try")
    git(shop, "commit", "-q", "--allow-empty", "-m", f"key is {values['WECHAT_PAY_APIV3_KEY']}")
    git(shop, "switch", "-q", "main")
    ((variable, problem),) = said(shop)
    assert (variable, "the message of" in problem) == ("WECHAT_PAY_APIV3_KEY", True)


def test_what_nothing_leads_to_any_more_is_no_history(shop: Path, values: dict[str, str]) -> None:
    subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        input=values["WECHAT_PAY_APIV3_KEY"].encode(), cwd=shop, check=True, capture_output=True,
    )  # fmt: skip
    assert said(shop) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("WECHAT_PAY_APIV3_KEY=h7Gd3kP9sQ2xLw5vTn8bYc4mZr6fJ1uE\n", "an earlier WECHAT_PAY_APIV3_KEY"),
        ("aws_access_key_id = AKIA" + "QZ7TLMW3XVPD5HKU\n", "a token of another service"),
        ("token: ghp" + "_A7d9K2mQ4xR8vT1wY6zB3nC5pF0hJ2LsE9uG\n", "a token of another service"),
    ],
)
def test_secrets_of_a_known_form_are_found_until_they_are_declared_harmless(
    shop: Path, text: str, what: str
) -> None:
    (shop / "old.txt").write_text(text)
    git(shop, "add", "old.txt")
    git(shop, "commit", "-qm", "old")
    (found,) = report_of(shop).of("CFG-07")
    assert f"holds {what}: old.txt in " in found.problem
    digest = found.fix.split('"')[1]
    (shop / "golive.toml").write_text(f'[secrets]\nharmless = ["{digest}"]\n')
    assert said(shop) == []


def test_another_private_key_is_found_and_an_empty_form_of_one_is_not(shop: Path, key_texts: Any) -> None:
    (shop / "readme.md").write_text(
        "-----BEGIN PRIVATE KEY-----\nMIIE" + "x" * 400 + "\n-----END PRIVATE KEY-----\n"
        "WECHAT_PAY_APIV3_KEY=your_apiv3_key_of_32_characters_\n"
    )
    other = wrapped(key_texts.alipay)
    (shop / "old.key").write_text(f"-----BEGIN PRIVATE KEY-----\n{other}\n-----END PRIVATE KEY-----\n")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "docs")
    ((_, problem),) = said(shop)
    assert "holds private key: old.key in " in problem


def test_outside_of_a_repository_modes_alone_are_judged(tmp_path: Path, values: dict[str, str]) -> None:
    write(tmp_path / ".env.local", values)
    report = report_of(tmp_path)
    assert (report.of("CFG-07"), report.judged["CFG-07"]) == ((), 1)
    assert any("no git repository" in note.text for note in report.notes)


@pytest.mark.parametrize("spoilt", ["broken", "shallow"])
def test_what_git_cannot_tell_is_open_and_never_clean(shop: Path, spoilt: str) -> None:
    if spoilt == "broken":
        (shop / ".git" / "HEAD").unlink()
    else:
        (shop / ".git" / "shallow").write_text(git(shop, "rev-parse", "HEAD"))
    assert not report_of(shop).decided


def test_without_git_it_is_open(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shop))
    report = report_of(shop)
    assert ("CFG-07", "whether the history holds a secret: git is not installed") in [
        (doubt.control, doubt.text) for doubt in report.doubts
    ]


def test_a_search_ends_when_time_is_up_and_says_so(shop: Path) -> None:
    ticks = iter(range(1000))

    def clock() -> float:
        return float(next(ticks))

    patterns = Patterns.of(Context.of(EnvFile.read(shop / ".env.local"), "production"))
    repository = Repository.around(shop)
    assert repository is not None
    found = search(repository, patterns, longest_s=3.0, clock=clock)
    assert not found.whole
    assert found.objects < 4
    assert search(repository, patterns).whole


def test_a_secret_is_found_across_the_pieces_of_a_huge_object(shop: Path, values: dict[str, str]) -> None:
    secret = values["WECHAT_PAY_APIV3_KEY"].encode()
    (shop / "dump.bin").write_bytes(b"\x00" * ((1 << 20) - 10) + secret + b"\x01" * (1 << 20))
    git(shop, "add", "dump.bin")
    git(shop, "commit", "-qm", "a dump")
    assert [variable for variable, _ in said(shop)] == ["WECHAT_PAY_APIV3_KEY"]
