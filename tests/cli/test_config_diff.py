"""`golive config diff` and `config files`: what changes, what must not be equal, and no secret shown."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import golive

SECRET, OTHER = secrets.token_hex(32), secrets.token_hex(32)
EXPERIENCE = {
    "WECHAT_MCP_EXPERIENCE": "true",
    "MCP_EXPERIENCE_MODE": "true",
    "WECHAT_PAY_SANDBOX": "true",
    "WECHAT_MCP_API_KEY": SECRET,
    "WECHAT_PAY_MCH_ID": "1900007291",
    "WECHAT_PAY_APIV3_KEY": SECRET[:32],
    "JWT_SECRET": OTHER,
    "NOTES": SECRET,
    "GOLIVE_LEVERS_URL": "http://127.0.0.1:8765/_golive",
}
PRODUCTION = {
    "WECHAT_MCP_EXPERIENCE": "false",
    "MCP_EXPERIENCE_MODE": "false",
    "WECHAT_PAY_SANDBOX": "false",
    "WECHAT_MCP_API_KEY": OTHER[::-1],
    "WECHAT_PAY_MCH_ID": "1900007291",
    "WECHAT_PAY_APIV3_KEY": SECRET[:32],
    "JWT_SECRET": SECRET[::-1],
    "NOTES": OTHER,
    "MCP_MAX_AMOUNT": "10000",
    "MCP_DAILY_LIMIT": "1000000",
}


def diff(folder: Path, production: dict[str, str], *arguments: str) -> Result:
    for name, values in ((".env.local", EXPERIENCE), (".env.production", production)):
        (folder / name).write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    files = [str(folder / ".env.local"), str(folder / ".env.production")]
    return CliRunner().invoke(golive, ["config", "diff", *files, *arguments])


def test_an_upgrade_is_told_variable_by_variable(tmp_path: Path) -> None:
    result = diff(tmp_path, PRODUCTION, "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    for said in (
        "~ WECHAT_MCP_EXPERIENCE true → false",
        "~ WECHAT_MCP_API_KEY another one (64 characters)",
        "= WECHAT_PAY_APIV3_KEY the same: one account has one (WECHAT_PAY_MCH_ID)",
        "+ MCP_MAX_AMOUNT 10000",
        "- GOLIVE_LEVERS_URL http://127.0.0.1:8765/_golive",
        "CFG-11 finds nothing wrong",
    ):
        assert said in lines
    assert not [
        secret
        for secret in (*EXPERIENCE.values(), *PRODUCTION.values())
        if len(secret) >= 32 and "//" not in secret and secret in result.output
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"JWT_SECRET": OTHER}, "✗ JWT_SECRET"),
        ({"WECHAT_PAY_SANDBOX": "true"}, "WECHAT_PAY_SANDBOX  is not off in the production profile"),
        ({"MCP_DAILY_LIMIT": ""}, "MCP_DAILY_LIMIT  sets no limit"),
    ],
)
def test_what_must_not_be_so_ends_with_4(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    result = diff(tmp_path, PRODUCTION | changes, "--lang", "en")
    assert (result.exit_code, said in result.output) == (4, True), result.output


def test_programs_get_the_same_without_secrets(tmp_path: Path) -> None:
    result = diff(tmp_path, PRODUCTION | {"JWT_SECRET": OTHER}, "--json")
    document = json.loads(result.output)
    rows = {row["variable"]: row for row in document["rows"]}
    assert rows["JWT_SECRET"]["must_differ"]
    assert (rows["JWT_SECRET"]["before"], rows["NOTES"]["before"]) == (None, None)
    assert rows["WECHAT_MCP_EXPERIENCE"]["after"] == "false"
    assert [each["variable"] for each in document["findings"]] == ["JWT_SECRET"]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(golive, ["config", "diff", str(tmp_path / "a"), str(tmp_path / "b")])
    assert "there is no such file" in str(result.exception)


def test_what_frameworks_see_differently_is_listed_without_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"MCP_TIMEOUT=30000\nJWT_SECRET={SECRET}\nWECHAT_PAY_MCH_ID=1900007291\n")
    (tmp_path / ".env.local").write_text(f"MCP_TIMEOUT=15000\nJWT_SECRET={OTHER}\n")
    result = CliRunner().invoke(golive, ["config", "files", str(tmp_path), "--lang", "en"])
    assert result.exit_code == 1
    assert "  15000 (.env.local)   Next.js, Vite" in result.output.splitlines()
    assert "64 characters (.env.local)" in result.output
    assert "WECHAT_PAY_MCH_ID" not in result.output
    assert SECRET not in result.output


def test_one_file_alone_is_the_same_to_all(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MCP_TIMEOUT=30000\n")
    result = CliRunner().invoke(golive, ["config", "files", str(tmp_path), "--lang", "zh"])
    assert (result.exit_code, result.output.strip()) == (0, "各程序读到的都一样")
