"""A file of rules says how the platform is; one that contradicts itself says where, why and what next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import ConfigurationError, UsageError
from harness.levers.models import Fault
from harness.simulator.faults.named_outages import outage, outages
from harness.simulator.faults.rule_file import read_rules, spoken_rule

RULE = "  - {operation: query, action: refuse"
STAND = "operation=query action=delay"


def refused(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as caught:
        read_rules(path)
    assert str(path) in caught.value.where
    assert "docs/faults.md" in caught.value.remedy
    return f"{caught.value.what} [{caught.value.where}]"


def test_a_rule_stays_in_force_unless_it_says_how_often_and_has_the_files_chance(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"name: 我的\nseed: 7\nrules:\n{RULE}, probability: 0.5}}\n{RULE}, nth: 3, dialect: mcp}}\n"
    )
    found = read_rules(path)
    assert found.source == "mine.yaml"
    assert found.name is not None
    assert found.name.zh == "我的"
    first, second = found.rules
    assert (first.times, first.seed) == ("always", 7)
    assert (second.times, second.nth, second.seed) == (1, 3, 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"rules:\n{RULE}s}}\n", r"line 2 cannot be: there is no action refuses: did you mean refuse, "),
        (
            "rules:\n  - {operation: querry, action: refuse}\n",
            "line 2 cannot be: there is no operation querry: did you mean",
        ),
        (
            f"rules:\n{RULE}, dialect: apiv2}}\n",
            "line 2 cannot be: there is no dialect apiv2: did you mean apiv3",
        ),
        (
            f"rules:\n{RULE}, acount: x}}\n",
            "line 2 cannot be: there is no member acount: did you mean account",
        ),
        (f"rule:\n{RULE}}}\n", "line 1 cannot be: there is no member rule: did you mean rules"),
        (
            f"rules:\n{RULE},\n     out_trade_no: 1900}}\n",
            "line 3 cannot be: out_trade_no is a text, and .* stands in quotes",
        ),
        (
            "rules:\n  - operation: any\n    action: refuse\n\n  - operation: close\n    action: reset\n",
            "line 5 cannot be: this rule never hits: the one in line 2 takes all",
        ),
        (f"rules:\n{RULE}}}\n{RULE}}}\n", "line 3 cannot be: this rule never hits: the one in line 2"),
        (f"rules:\n{RULE}, seed: 3}}\n", "seed means nothing without probability"),
        (f"rules:\n{RULE}, clock: wire}}\n", "clock means nothing without a window"),
        ("rules:\n  - {operation: create, action: refuse, amount: 130}\n", "amount means nothing"),
        (f"rules:\n{RULE}, dialect: mcp, provider: alipay}}\n", "dialect mcp is none of provider"),
        (
            "rules:\n  - {operation: query, action: unsigned, dialect: mcp}\n",
            "answers on mcp carry no signature",
        ),
        (
            "rules:\n  - {operation: notify, action: unknown_serial, dialect: alipay}\n",
            "callbacks of alipay carry no serial",
        ),
        ("rules:\n  - {operation: notify, action: status, value: 500}\n", "what a merchant asks"),
        ("rules:\n  - {operation: notify, action: delay, value: 86401}\n", "0 to 86400"),
        ("rules:\n  - {operation: pay, action: refuse}\n", "payment_fails or coupon"),
        (
            "rules:\n  - {action: refuse}\n  - nonsense\n",
            "line 2 .*member operation\nline 3 cannot be: a rule has",
        ),
        (
            f"rules:\n{RULE},\n     action: reset}}\n",
            r"action stands twice, here and in line 2 \[.*, line 3\]",
        ),
        ("name: {zh: 只有中文}\nrules:\n" + RULE + "}\n", "line 1 cannot be: name is a text, or has"),
        ("rules: [", "it is no YAML: .*line 1"),
        ("a: &a [1]\nrules: *a\n", "a reference to another part .*line 2"),
        ("", "line 1 cannot be: a file of rules is `rules:`"),
        ("- 1\n", "line 1 cannot be: a file of rules is `rules:`"),
        ("[" * 60_000, "nested deeper .*line 1"),
        (b"\xff\xfe\x00", "it cannot be read|it is no YAML"),
        ("#" * 300_000, "larger than 64 KiB"),
        ("rules:\n" + f"{RULE}, nth: 2}}\n" * 201, "more than 200 rules"),
        ("rules:\n" + f"{RULE}, x: 1}}\n" * 11, "and 3 more"),
        (f"rules:\n{RULE}, provider: wechatpay}}\n", "there is no provider wechatpay: did you mean wechat, "),
        (f"rules:\n{RULE}, clock: wal, for_s: 3}}\n", "there is no clock wal: known: wire, business"),
        (f"rules:\n{RULE}, nth: -1}}\n", "nth has to be at least 1"),
        (f"rules:\n{RULE}, nth: 1{'0' * 400}}}\n", "nth has to be at most 1,000,000,000"),
        (f"rules:\n{RULE}, times: often}}\n", r"as times stands a whole number, or always \["),
        (f"rules:\n{RULE}, times: 0}}\n", r"times has to be at least 1 \["),
        (f"rules:\n{RULE}, probability: 0}}\n", "probability has to be more than 0"),
        (f"rules:\n{RULE}, probability: 50%}}\n", "as probability stands a number"),
        (f"rules:\n{RULE}, after_s: .nan}}\n", "as after_s stands a number"),
        (f"rules:\n{RULE}, for_s: 1e+300}}\n", "for_s has to be at most 34,560,000"),
        (f"seed: 1{'0' * 4000}\nrules:\n{RULE}, probability: 0.5}}\n", "seed has to be at most"),
        (f"rules:\n{RULE}, account: ''}}\n", "account is empty"),
        (f"rules:\n{RULE}, value: 2026-11-30}}\n", "as value stands a text or a number"),
        ("rules:\n  - {operation: query, action: delay, value: '3'}\n", "delay needs as value a number"),
    ],
)
def test_a_file_that_is_no_rules_says_which_line_why_and_what_next(
    tmp_path: Path, text: str | bytes, why: str
) -> None:
    assert re.search(why, refused(tmp_path / "bad.yaml", text))


def test_a_rule_before_which_another_stands_only_now_and_then_is_no_contradiction(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for first in (
        "probability: 0.5",
        "every: 2, times: always",
        "for_s: 3",
        "nth: 1",
        "dialect: mcp",
        "amount: 5",
    ):
        path.write_text(f"rules:\n{RULE}, {first}}}\n{RULE}}}\n")
        assert len(read_rules(path).rules) == 2, first
    # What the first spoils is nowhere on MCP, so the second has something to hit.
    path.write_text("rules:\n  - {operation: query, action: unsigned}\n" + RULE + "}\n")
    assert len(read_rules(path).rules) == 2


RULES = st.builds(
    lambda operation, number, every, chance, seed: Fault(
        operation=operation,
        action="delay",
        value=0.5,
        out_trade_no=number,
        every=every,
        probability=chance,
        seed=seed if chance else 0,
        times="always",
    ),
    st.sampled_from(["create", "query", "notify", "any"]),
    st.none() | st.text(min_size=1, max_size=12),
    st.integers(1, 9),
    st.none() | st.floats(0.01, 1),
    st.integers(0, 2**40),
)


@given(rule=RULES)
def test_a_rule_reads_back_as_it_is_spelled(rule: Fault) -> None:
    assert spoken_rule(str(rule)) == rule


WRONG = [
    "",
    "delay",
    "operation=query action=delays value=1",
    "a='",
    "a=[",
    "a=1",
    f"{STAND} value=3 value=4",
]


@pytest.mark.parametrize("words", WRONG)
def test_words_that_are_no_rule_are_refused_with_one_that_is(words: str) -> None:
    with pytest.raises(UsageError, match="is no rule"):
        spoken_rule(words)


def test_ten_outages_and_the_old_amounts_have_names_in_both_languages() -> None:
    assert len(outages()) == 11
    for name in outages():
        found = outage(name)
        assert found.source == f"outage {name}"
        assert found.rules
        for text in (found.name, found.about):
            assert text is not None
            assert re.search("[一-鿿]", text.zh)
            assert not re.search("[一-鿿]", text.en)
    with pytest.raises(UsageError, match="did you mean wechat-jitters"):
        outage("wechat-jitter")
