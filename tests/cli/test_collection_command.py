"""`golive collection` writes files to be imported, and says which setting it misses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import golive
from harness.core.errors import ConfigurationError, UsageError


def made(*arguments: str) -> str:
    ended = CliRunner(env={"LC_ALL": "C"}).invoke(golive, ["collection", *arguments], standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception
    return ended.output


def test_without_settings_there_are_a_document_and_a_collection_and_no_environment(tmp_path: Path) -> None:
    said = made("--out", str(tmp_path / "new"))
    names = ["golive.postman_collection.json", "openapi.json"]
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == names
    assert all(str(tmp_path / "new" / each) in said for each in names)
    assert "--env-file .env.simulator makes one" in said
    collection = json.loads((tmp_path / "new" / names[0]).read_text("utf-8"))
    assert [each["name"] for each in collection["item"]] == ["API v3", "Alipay"]


def test_bruno_has_a_folder_a_wire_and_a_file_a_request_of_the_same_requests(tmp_path: Path) -> None:
    made("--out", str(tmp_path))
    said = made("--as", "bruno", "--out", str(tmp_path / "new"))
    assert all(str(tmp_path / "new" / name) in said for name in ("bruno.json", "collection.bru"))
    postman = json.loads((tmp_path / "golive.postman_collection.json").read_text("utf-8"))
    for wire in postman["item"]:
        files = {each for each in (tmp_path / "new" / wire["name"]).iterdir() if each.name != "folder.bru"}
        told = [each.read_text("utf-8") for each in files]
        assert len(told) == len(wire["item"])
        for each in wire["item"]:
            assert [text for text in told if f"\n  url: {each['request']['url']['raw']}\n" in text]
    assert not (tmp_path / "new" / "environments").exists()


def test_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    settings = tmp_path / "mine.env"
    settings.write_text("WECHAT_PAY_MCH_ID=1900000001\n", "utf-8")
    with pytest.raises(UsageError, match="missing: ALIPAY_APP_ID, ALIPAY_NOTIFY_URL, ALIPAY_PRIVATE_KEY"):
        made("--out", str(tmp_path), "--env-file", str(settings))
    with pytest.raises(UsageError, match="missing: ALIPAY_APP_ID, ALIPAY_NOTIFY_URL, ALIPAY_PRIVATE_KEY"):
        made("--as", "bruno", "--out", str(tmp_path), "--env-file", str(settings))
    with pytest.raises(ConfigurationError, match="no such file"):
        made("--out", str(tmp_path), "--env-file", str(tmp_path / "none"))
    assert [each.name for each in tmp_path.iterdir()] == ["mine.env"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(UsageError, match="cannot write"):
        made("--out", str(tmp_path / "taken" / "below"))
