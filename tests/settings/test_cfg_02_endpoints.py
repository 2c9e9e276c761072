"""CFG-02: requests can only go where the target means them to go, and never in the clear."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.errors import UsageError
from harness.settings import ConfigurationReport, EnvFile, Target, TargetKind, check

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]


def problems(report: ConfigurationReport) -> list[tuple[str, str]]:
    return [(finding.variable, finding.problem) for finding in report.of("CFG-02")]


@pytest.mark.parametrize("host", ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"])
@pytest.mark.parametrize("target", ["experience", "production"])
def test_both_platform_hosts_are_allowed_for_a_real_target(
    judge_keyless: Judge, target: str, host: str
) -> None:
    report = judge_keyless(
        target, WECHAT_MCP_ENDPOINT=f"https://{host}/mcp/v1", WECHAT_PAY_BASE_URL=f"https://{host}"
    )
    assert problems(report) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://api.mch.weixin.qq.com.evil.example/mcp/v1",
        "https://evil.example/api.mch.weixin.qq.com",
        "https://api.mch.weixin.qq.com:8443/mcp/v1",
        "https://127.0.0.1:8765/mcp/v1",
    ],
)
@pytest.mark.parametrize("target", ["experience", "production"])
def test_no_other_host_or_port_is_allowed_for_a_real_target(
    judge_keyless: Judge, target: str, address: str
) -> None:
    ((variable, problem),) = problems(judge_keyless(target, WECHAT_MCP_ENDPOINT=address))
    assert variable == "WECHAT_MCP_ENDPOINT"
    assert f"target {target} does not allow" in problem


@pytest.mark.parametrize("name", ["WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL"])
@pytest.mark.parametrize("target", ["experience", "production"])
def test_plain_http_is_refused_even_on_loopback_for_a_real_target(
    judge_keyless: Judge, target: str, name: str
) -> None:
    ((variable, problem),) = problems(judge_keyless(target, **{name: "http://127.0.0.1:8765/x"}))
    assert variable == name
    assert "plain http" in problem


def test_plain_http_to_another_machine_is_refused_for_the_simulator_too(judge_keyless: Judge) -> None:
    ((_, problem),) = problems(judge_keyless("simulator", WECHAT_MCP_ENDPOINT="http://10.0.0.5:8765/mcp/v1"))
    assert "plain http" in problem


def test_the_simulator_is_never_the_real_platform(judge_keyless: Judge) -> None:
    report = judge_keyless("simulator", WECHAT_MCP_ENDPOINT="https://api.mch.weixin.qq.com/mcp/v1")
    ((variable, problem),) = problems(report)
    assert variable == "WECHAT_MCP_ENDPOINT"
    assert "target simulator does not allow" in problem


def test_without_a_base_url_the_classic_api_would_leave_the_machine(judge_keyless: Judge) -> None:
    ((variable, problem),) = problems(judge_keyless("simulator", WECHAT_PAY_BASE_URL=None))
    assert variable == "WECHAT_PAY_BASE_URL"
    assert "the real platform api.mch.weixin.qq.com" in problem
    assert problems(judge_keyless("production", WECHAT_PAY_BASE_URL=None)) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://merchant:hunter22hunter22@api.mch.weixin.qq.com/mcp/v1",
        "https://api.mch.weixin.qq.com/mcp/v1?key=hunter22hunter22",
        "https://api.mch.weixin.qq.com/mcp/v1#hunter22hunter22",
        "hunter22hunter22",
    ],
)
def test_an_address_that_is_unfit_is_refused_without_being_repeated(
    judge_keyless: Judge, address: str
) -> None:
    report = judge_keyless("production", WECHAT_MCP_ENDPOINT=address)
    assert [variable for variable, _ in problems(report)] == ["WECHAT_MCP_ENDPOINT"]
    assert "hunter22" not in report.model_dump_json()


def test_a_base_url_ends_at_the_host(judge_keyless: Judge) -> None:
    report = judge_keyless("production", WECHAT_PAY_BASE_URL="https://api.mch.weixin.qq.com/v3")
    assert {variable for variable, _ in problems(report)} == {"WECHAT_PAY_BASE_URL"}


def test_levers_are_on_this_machine(judge_keyless: Judge) -> None:
    ((variable, _),) = problems(
        judge_keyless("simulator", GOLIVE_LEVERS_URL="https://levers.example/_golive")
    )
    assert variable == "GOLIVE_LEVERS_URL"


def test_an_unknown_dialect_is_refused(judge_keyless: Judge) -> None:
    assert [v for v, _ in problems(judge_keyless("simulator", WECHAT_MCP_DIALECT="grpc"))] == [
        "WECHAT_MCP_DIALECT"
    ]
    assert problems(judge_keyless("simulator", WECHAT_MCP_DIALECT="envelope")) == []


def test_a_url_as_target_allows_that_host_and_port_alone(environment: Environment) -> None:
    mine = environment(
        "experience",
        WECHAT_MCP_ENDPOINT="https://pay.example.com:8443/mcp",
        WECHAT_PAY_BASE_URL="https://pay.example.com:8443",
    )
    assert check(EnvFile.of(mine), target="https://pay.example.com:8443/mcp").clean
    for other in ("https://pay.example.com/mcp", "https://other.example.com:8443/mcp"):
        refused = problems(check(EnvFile.of(mine), target=other))
        assert {variable for variable, _ in refused} == {"WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL"}


def test_a_loopback_url_as_target_may_be_plain_http(environment: Environment) -> None:
    report = check(EnvFile.of(environment("simulator")), target="http://127.0.0.1:8765")
    assert report.clean


@pytest.mark.parametrize("text", ["sandbox", "", "https://me:hunter22@pay.example.com"])
def test_a_target_that_is_none_is_a_usage_error_that_repeats_nothing(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        Target.parse(text)
    assert "hunter22" not in str(refused.value)
    assert "simulator, experience, production" in refused.value.remedy


def test_a_target_that_is_nearly_one_is_told_which() -> None:
    with pytest.raises(UsageError) as refused:
        Target.parse("experiance")
    assert refused.value.remedy == "did you mean experience?"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"WECHAT_MCP_ENDPOINT": "http://127.0.0.1:8765/mcp"}, TargetKind.SIMULATOR),
        ({"WECHAT_PAY_BASE_URL": "http://localhost:8765"}, TargetKind.SIMULATOR),
        ({"WECHAT_MCP_EXPERIENCE": "true", "MCP_EXPERIENCE_MODE": "false"}, TargetKind.EXPERIENCE),
        ({"WECHAT_MCP_EXPERIENCE": "[x]", "MCP_EXPERIENCE_MODE": "false"}, TargetKind.PRODUCTION),
        ({"WECHAT_MCP_EXPERIENCE": "false", "WECHAT_PAY_SANDBOX": "true"}, TargetKind.PRODUCTION),
        ({}, TargetKind.EXPERIENCE),
    ],
)
def test_a_target_nobody_named_is_read_off_the_file(values: dict[str, str], kind: TargetKind) -> None:
    assert Target.infer(values).kind is kind
    assert check(EnvFile.of(values)).assumed


@pytest.mark.parametrize("name", ["WECHAT_MCP_ENDPOINT", "WECHAT_PAY_BASE_URL"])
@pytest.mark.parametrize("target", ["simulator", "production"])
def test_a_slash_at_the_end_is_found_and_does_not_stop_a_run(
    judge_keyless: Judge, environment: Environment, name: str, target: str
) -> None:
    value = environment(target)[name] + "/"
    (found,) = judge_keyless(target, **{name: value}).of("CFG-02")
    assert (found.variable, found.blocks) == (name, False)
    assert "ends with a slash" in found.problem
