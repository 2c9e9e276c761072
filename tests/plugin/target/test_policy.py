"""What a run may do at its target: every missing condition refuses the run, before anything is ordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import trustme

from harness.core.clock import wire_now
from harness.core.control import Grade
from harness.core.dialects import dialects
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    GoLiveError,
    UnsafeRequest,
    UsageError,
)
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.gateways.guard import Guard
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.plugin.options import Options
from harness.plugin.target.policy import EMBEDDED_POLICY, kind_of_alipays, policy_for
from harness.plugin.target.rules_in_force import rules_in_force
from harness.processes.serving import listen, serving
from harness.settings.addresses import parse_address
from harness.settings.endpoints import Endpoints, NamedEndpoint
from harness.signing import keys
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.verdict.grade import HostKind
from tests.plugin.target.tls_endpoint import NOTIFY_URL, Elsewhere, believed, certified, settings_file


class World:
    """A simulator over TLS that nobody plays, and what a right command line says of it."""

    def __init__(self, folder: Path, simulator: RunningSimulator, ca_file: Path) -> None:
        self.folder = folder
        self.simulator = simulator
        self.ca_file = ca_file
        self.values = simulator.environment(notify_url=NOTIFY_URL)
        self.port = simulator.base_url.rpartition(":")[2]

    def right(self, **changed: str | None) -> Options:
        """Options of a run that is allowed; settings may be changed."""
        env_file = settings_file(self.folder / ".env.test", self.values, **changed)
        return Options(
            target=self.simulator.base_url,
            env_file=env_file,
            runs=self.folder,
            budget=Fen(70_000),
            rate=100.0,
            ca_file=self.ca_file,
        )

    def at(self, origin: str, **changed: str | None) -> Options:
        """The same for another origin, target and settings alike."""
        moved: dict[str, str | None] = {
            "WECHAT_MCP_ENDPOINT": f"{origin}/mcp/v1",
            "WECHAT_PAY_BASE_URL": origin,
            "WECHAT_PAY_NOTIFY_URL": "https://shop.example.com/api/payment/notify/wechat",
        }
        return replace(self.right(**moved, **changed), target=origin)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, ca: trustme.CA) -> Iterator[RunningSimulator]:
    with running_simulator(tls=certified(tmp_path_factory.mktemp("tls"), ca)) as simulator:
        yield simulator


@pytest.fixture
def world(
    running: RunningSimulator, ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.chdir(tmp_path)  # where golive.toml is looked for
    return World(tmp_path, running, believed(tmp_path, ca))


def refusal(options: Options) -> GoLiveError:
    with pytest.raises(GoLiveError) as refused:
        policy_for(options)
    assert refused.value.exit_code == 4
    assert refused.value.remedy
    return refused.value


def test_the_embedded_simulator_is_played_and_worth_a_simulation() -> None:
    assert EMBEDDED_POLICY.played
    assert EMBEDDED_POLICY.graded.grade is Grade.SIMULATED
    assert not isinstance(EMBEDDED_POLICY.guard, Guard)


def test_a_simulator_without_its_levers_is_met_as_a_real_one_and_stays_simulated(world: World) -> None:
    policy = policy_for(world.right())
    assert not policy.played
    assert isinstance(policy.guard, Guard)
    assert policy.graded.grade is Grade.SIMULATED
    reasons = " ".join(reason.en for reason in policy.graded.reasons)
    for word in ("this machine", "CA file", "simulator's key"):
        assert word in reasons
    assert policy.dialects == set(dialects(provider=Provider.WECHAT))
    assert policy.experience
    assert world.simulator.simulator.account.orders() == []


@pytest.mark.parametrize(
    ("changed", "spoken"),
    [
        ({"WECHAT_MCP_DIALECT": "envelope"}, {"envelope", "apiv3"}),
        ({"WECHAT_MCP_DIALECT": "mcp"}, {"mcp", "apiv3"}),
        ({"PAYMENT_MCP_ENABLED": "false"}, {"apiv3"}),
    ],
    ids=["envelope", "mcp", "off"],
)
def test_the_settings_say_what_is_spoken(changed: dict[str, str], spoken: set[str], world: World) -> None:
    assert policy_for(world.right(**changed)).dialects == spoken


def alipays(world: World, **changed: str) -> dict[str, str]:
    """The settings' lines of Alipay, perhaps changed."""
    return {name: value for name, value in world.values.items() if name.startswith("ALIPAY_")} | changed


def test_alipay_is_asked_where_the_settings_configure_it(world: World) -> None:
    policy = policy_for(world.right(**alipays(world)))
    assert policy.dialects == set(dialects())
    assert policy.graded.grade is Grade.SIMULATED
    assert world.simulator.simulator.account.orders() == []
    assert "no signature" not in " ".join(reason.en for reason in policy.graded.reasons)


def test_an_alipay_whose_answers_do_not_verify_is_no_platform(world: World) -> None:
    bare_public = keys.bare_public(keys.generate().public_key())
    policy = policy_for(world.right(**alipays(world, ALIPAY_PUBLIC_KEY=bare_public)))
    assert "no signature" in " ".join(reason.en for reason in policy.graded.reasons)


@pytest.mark.parametrize("host", ["openapi.alipay.com", "openapi-sandbox.dl.alipaydev.com", "127.0.0.1:1"])
def test_alipay_at_another_host_than_the_target_is_refused(host: str, world: World) -> None:
    asked = world.right(**alipays(world, ALIPAY_GATEWAY_URL=f"https://{host}/gateway.do"))
    assert f"https://{host}" in str(refusal(asked))


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("openapi.alipay.com", HostKind.LISTED),
        ("openapi-sandbox.dl.alipaydev.com", HostKind.LISTED),
        ("openapi.alipaydev.com", HostKind.UNKNOWN),
        ("api.mch.weixin.qq.com", HostKind.NAMED),
        ("pay.example.com", HostKind.NAMED),
        ("127.0.0.1", HostKind.LOOPBACK),
    ],
)
def test_only_alipays_own_hosts_are_worth_a_platform(host: str, kind: HostKind, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"whose platform it is")
    attested = NamedEndpoint(
        attestation=paper.name, sha256=sha256(paper.read_bytes()).hexdigest(), expires=date(2999, 1, 1)
    )
    endpoints = Endpoints({"pay.example.com": attested}, tmp_path)
    assert kind_of_alipays(parse_address(f"https://{host}/gateway.do"), endpoints) is kind


def test_an_answer_by_another_key_than_the_settings_name_is_no_platforms_signature(world: World) -> None:
    stranger = "PUB_KEY_ID_0119000000000000000000000000000001"
    policy = policy_for(world.right(WECHAT_PAY_PUBLIC_KEY_ID=stranger))
    assert "no signature" in " ".join(reason.en for reason in policy.graded.reasons)


def test_no_budget(world: World) -> None:
    error = refusal(replace(world.right(), budget=None))
    assert isinstance(error, UsageError)
    assert "--budget-fen" in str(error)


@pytest.mark.parametrize(
    "origin", ["https://pay.example.com", "https://10.1.2.3", "https://api.mch.weixin.qq.com.evil.example"]
)
def test_a_foreign_host(origin: str, world: World) -> None:
    error = refusal(world.at(origin))
    assert isinstance(error, UnsafeRequest)
    assert "neither the platform's own host nor one that you named" in str(error)


def test_settings_that_lead_to_another_host_than_the_target(world: World) -> None:
    error = refusal(world.right(WECHAT_MCP_ENDPOINT="https://pay.example.com/mcp/v1"))
    assert isinstance(error, ConfigurationError)
    assert "WECHAT_MCP_ENDPOINT" in str(error)
    assert "pay.example.com" in str(error)


def test_a_host_that_is_named_may_be_asked_within_the_rest(world: World) -> None:
    (world.folder / "golive.toml").write_text('[endpoints."pay.example.com"]\n', "utf-8")
    error = refusal(replace(world.at("https://pay.example.com"), budget=None))
    assert "no budget" in str(error)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9", "http://pay.example.com"])
def test_plain_http(origin: str, world: World) -> None:
    assert "plain http" in str(refusal(world.at(origin)))


@pytest.mark.parametrize("flag", ["WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX"])
def test_modes_that_disagree(flag: str, world: World) -> None:
    error = refusal(world.right(**{flag: "false"}))
    assert isinstance(error, ConfigurationError)
    assert flag in str(error)


def test_modes_that_contradict_the_target(world: World) -> None:
    error = refusal(replace(world.at("https://api.mch.weixin.qq.com"), target="production"))
    assert "contradicts target production" in str(error)


def test_production_settings_behind_a_target_that_does_not_say_so(world: World) -> None:
    flags = dict.fromkeys(("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX"), "false")
    error = refusal(world.at("https://api.mch.weixin.qq.com", **flags))
    assert isinstance(error, UnsafeRequest)
    assert "--target production" in str(error)


def test_a_rate_that_would_be_load(world: World) -> None:
    error = refusal(world.at("https://api.mch.weixin.qq.com"))
    assert "--rate 100 is load" in str(error)


def test_levers_of_a_target_that_has_none(world: World) -> None:
    options = world.right()
    assert options.env_file is not None
    with options.env_file.open("a", encoding="utf-8") as file:
        file.write("GOLIVE_LEVERS_URL=http://127.0.0.1:9/_golive\nGOLIVE_LEVERS_TOKEN=some-token\n")
    assert "levers" in str(refusal(options))


def test_an_unknown_issuer(world: World) -> None:
    error = refusal(replace(world.right(), ca_file=None))
    assert isinstance(error, UnsafeRequest)
    assert "issuer is unknown here" in str(error)


@pytest.mark.parametrize(
    ("name", "not_after", "words"),
    [
        ("other.example", None, "for another"),
        ("127.0.0.1", datetime(2021, 1, 1), "expired"),  # noqa: DTZ001
    ],
    ids=["another host", "expired"],
)
def test_a_bad_certificate(
    name: str, not_after: datetime | None, words: str, world: World, ca: trustme.CA, tmp_path: Path
) -> None:
    elsewhere = Elsewhere()
    with serving(elsewhere, listen(), certified(tmp_path, ca, name, not_after=not_after)) as origin:
        error = refusal(world.at(origin))
    assert isinstance(error, UnsafeRequest)
    assert words in str(error)
    assert not elsewhere.came, "something was sent over a connection that is not trusted"


def test_no_tls_where_https_was_said(world: World) -> None:
    with serving(Elsewhere(), listen()) as plain:
        assert "no TLS" in str(refusal(world.at(plain.replace("http://", "https://"))))


def test_an_endpoint_that_redirects(world: World, ca: trustme.CA, tmp_path: Path) -> None:
    elsewhere = Elsewhere()
    with serving(elsewhere, listen(), certified(tmp_path, ca)) as origin:
        error = refusal(world.at(origin))
    assert "redirects (HTTP 307)" in str(error)
    assert elsewhere.came == ["HEAD /mcp/v1/health"]


def test_a_ca_file_that_is_none(world: World, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate", "utf-8")
    assert "--ca-file" in str(refusal(replace(world.right(), ca_file=tmp_path / "no.pem")))


def test_nobody_at_home_is_no_refusal_but_an_environment_that_cannot_be_reached(world: World) -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EnvironmentUnreachable, match="nothing answers") as missing:
        policy_for(world.at(f"https://127.0.0.1:{port}"))
    assert missing.value.exit_code == 3


def test_a_simulator_that_names_its_levers_is_played_without_a_budget(tmp_path: Path) -> None:
    with running_simulator() as simulator:
        path = tmp_path / ".env.simulator"
        path.write_text(environment_text(simulator.environment(notify_url=NOTIFY_URL)), "utf-8")
        options = Options(target=simulator.base_url, env_file=path, runs=tmp_path)
        policy = policy_for(options)
        started = wire_now()
        assert rules_in_force(policy).told == ()
        fault = Fault(operation="query", action="refuse")
        with LeversClient(simulator.levers_url, simulator.levers_token, in_scenario=True) as scenario:
            scenario.add_fault(fault)
            with scenario.of_account(simulator.simulator.identity.mchid) as same:
                same.add_fault(fault)
        assert rules_in_force(policy).told == ("scenario: operation=query action=refuse",)
        assert rules_in_force(policy, since=started).told == (), (
            "what a scenario switches on is its own affair"
        )
        with LeversClient(simulator.levers_url, simulator.levers_token) as somebody:
            somebody.add_fault(fault)
            somebody.clear_faults()
        assert rules_in_force(policy).told == ()
        assert rules_in_force(policy, since=started).told == ("levers: operation=query action=refuse",)
        started = wire_now()
        simulator.simulator.faults.stand("mine.yaml", [Fault(operation="bill", action="reset")])
        simulator.simulator.faults.stand("", [])
        unmet = rules_in_force(policy, since=started)
        assert unmet.told == unmet.unmet == ("mine.yaml: operation=bill action=reset",)
        met = simulator.simulator.faults
        met.stand("mine.yaml", [Fault(operation="query", action="reset", times="always")])
        assert met.take("query", None) is not None
        assert rules_in_force(policy, since=started).unmet == unmet.told
        assert rules_in_force(policy, since=wire_now()).unmet[-1].startswith("mine.yaml: operation=query")
    assert policy.played
    assert policy.graded.grade is Grade.SIMULATED
