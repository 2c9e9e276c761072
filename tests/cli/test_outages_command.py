"""`golive outages` lists what the simulator plays by name, and hands out the file to be changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import golive
from harness.cli.fault_options import asked_rules
from harness.core.errors import ConfigurationError, UsageError
from harness.simulator.faults.named_outages import outages
from harness.simulator.faults.rule_file import read_rules


def said(*arguments: str) -> str:
    ended = CliRunner(env={"LC_ALL": "C"}).invoke(golive, arguments, standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception
    return ended.output


def test_each_is_listed_with_what_it_does_in_the_language_asked_for() -> None:
    english, chinese = said("outages", "--lang", "en"), said("outages", "--lang", "zh")
    for name in outages():
        assert f"{name}\n" in english
        assert f"{name}\n" in chinese
    assert "callbacks come two hours late" in english
    assert "微信支付抖动 30 秒" in chinese
    told = json.loads(said("outages", "--json"))
    assert told["schema"] == 1
    assert told["outages"].keys() == outages().keys()


def test_the_file_of_one_reads_back_as_rules(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(said("outages", "wechat-jitters"), "utf-8")
    assert len(read_rules(mine).rules) == 3


@pytest.mark.parametrize(
    ("arguments", "error", "why"),
    [
        (("outages", "rate-limit"), UsageError, "did you mean rate-limited"),
        (("simulator", "--outage", "rate-limit"), UsageError, "did you mean rate-limited"),
        (("simulator", "--fault", "operation=query"), UsageError, "needs the member action"),
        (("simulator", "--faults", "nowhere.yaml"), ConfigurationError, "No such file"),
        (("simulator", *(("--fault", "operation=bill action=reset") * 201)), UsageError, "more than 200"),
        (
            ("simulator", "--outage=callbacks-lost", "--fault=operation=notify action=duplicate value=2"),
            UsageError,
            "--fault: operation=notify .* never hits: outage callbacks-lost: operation=notify action=lost",
        ),
    ],
)
def test_what_is_no_rule_ends_with_four_before_anything_is_served(
    arguments: tuple[str, ...], error: type[UsageError | ConfigurationError], why: str
) -> None:
    with pytest.raises(error, match=why) as caught:
        said(*arguments)
    assert caught.value.exit_code == 4


def test_outages_overlap_and_what_is_said_twice_is_in_vain_for_nobody(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("rules:\n  - {operation: notify, action: lost}\n", "utf-8")
    sets = asked_rules([mine], ["operation=query action=reset every=2"], ["callbacks-lost", "refunds-stuck"])
    assert [each.source for each in sets] == [
        "outage callbacks-lost",
        "outage refunds-stuck",
        "mine.yaml",
        "--fault",
    ]
