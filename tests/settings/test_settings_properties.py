"""Whatever a file holds, judging it never fails, and nothing that is said of it holds a secret."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import ConfigurationError
from harness.settings import EnvFile, Settings, check
from harness.settings.variables import VARIABLES, is_secret

Environment = Callable[..., dict[str, str]]

NAMES = st.sampled_from([variable.name for variable in VARIABLES])
SECRET_NAMES = st.sampled_from([variable.name for variable in VARIABLES if variable.secret])
TARGETS = st.sampled_from([None, "simulator", "experience", "production", "https://pay.example.com/mcp"])
# The mark at the front keeps generated secrets apart from the words of our own messages.
SECRET = st.text(string.ascii_letters + string.digits + "+/_-", min_size=9, max_size=60).map("zQ9".__add__)
WRAPPED = st.sampled_from(
    [
        "{}",
        '"{}"',
        "' {} '",
        "{}元",
        "https://{}@api.mch.weixin.qq.com/mcp",
        "https://me:{}@api.mch.weixin.qq.com",
        "https://api.mch.weixin.qq.com/{}",
        "http://127.0.0.1:80/?key={}",
        "-----BEGIN PRIVATE KEY-----{}",
        '"-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----"',
        "/keys/{}.pem",
        "[{}]",
        "${{{}}}",
        "-----BEGIN PRIVATE KEY-----\n{}==\n-----END PRIVATE KEY-----",
        "{}  # 100元",
        "~{}",
    ]
)


@st.composite
def env_like(draw: st.DrawFn) -> str:
    """Text that is nearly an `.env` file: our names, odd values, broken lines, comments with amounts."""
    value = st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["true", "false", "30000", "0", "9" * 40, "https://[::1", "~x/y", "[x]", "-----BEGIN"]
        ),
    )
    line = st.one_of(
        st.builds("{}={}".format, NAMES, value),
        st.builds("{}={} # {}".format, NAMES, value, st.text(max_size=20)),
        st.text(max_size=60),
    )
    return "\n".join(draw(st.lists(line, max_size=25)))


def judge_and_load(text: str, target: str | None) -> str:
    """Everything a person could be shown about a file."""
    try:
        env = EnvFile.parse(text, "memory")
    except ConfigurationError as error:
        return repr(error) + str(error)
    report = check(env, target=target)
    shown = [report.model_dump_json(), repr(report), repr(env), repr(env.lines)]
    try:
        shown.append(repr(Settings.load(env, target=target or "simulator")))
    except ConfigurationError as error:
        shown += [repr(error), str(error)]
    return "\n".join(shown)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=400), env_like()), target=TARGETS)
def test_judging_never_fails_on_any_text(text: str, target: str | None) -> None:
    assert judge_and_load(text, target)


@settings(max_examples=300, deadline=None)
@given(name=NAMES, secret=SECRET, wrapped=WRAPPED, target=TARGETS)
def test_a_secret_in_any_variable_in_any_wrapping_is_never_repeated(
    name: str, secret: str, wrapped: str, target: str | None
) -> None:
    assert secret not in judge_and_load(f"{name}={wrapped.format(secret)}\n", target)


@settings(max_examples=40, deadline=None)
@given(name=SECRET_NAMES, secret=SECRET, wrapped=WRAPPED)
def test_complete_settings_with_a_bent_secret_repeat_none_of_theirs(
    environment: Environment, name: str, secret: str, wrapped: str
) -> None:
    values = environment("production") | {name: wrapped.format(secret)}
    text = "\n".join(f"{key}={value}" for key, value in values.items())
    shown = judge_and_load(text, "production")
    hidden = {line.value for line in EnvFile.parse(text, "memory").lines if is_secret(line.key)}
    assert [value for value in hidden if value.strip(" []") in shown] == []
    assert secret not in shown


@pytest.mark.parametrize(
    "shape", ["{}=" + " " * 16_000 + "#", "{}=" + '"' * 16_000, "{}=" + "[" * 16_000, "{}=" + "${{{{" * 3_000]
)
def test_a_line_built_to_be_slow_is_judged_in_bounded_time(shape: str) -> None:
    assert judge_and_load(shape.format("MCP_MAX_AMOUNT"), "production")
