"""The settings of a simulator are complete, clean, private, and spoilt exactly as a defect says."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.settings import EnvFile, Settings, check
from harness.settings.loaders import read_by_each
from harness.signing.keys import same_pair
from harness.simulator.account.env_file import write_environment
from harness.simulator.account.env_text import MARKER, environment_text
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.defects import DEFECTS
from harness.simulator.server import Simulator

BASE_URL = "http://127.0.0.1:8765"
NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
ELSEWHERE = ("env-file-", "env-production-", "env-appid-of-another")
"""Of how a file is kept, of another file, and of what the endpoint alone knows: `golive mutants` has them."""
SETTINGS_DEFECTS = [
    defect for defect in DEFECTS if defect.id.startswith("env-") and not defect.id.startswith(ELSEWHERE)
]


def handed_out(identity: Identity, *defects: str) -> EnvFile:
    simulator = Simulator(identity=identity, defects=defects)
    values = simulator.environment(base_url=BASE_URL, notify_url=NOTIFY_URL)
    file = EnvFile.parse(environment_text(values), ".env.simulator")
    assert file.values == values
    return file


def test_they_pass_every_rule_and_each_rule_had_something_to_judge(identity: Identity) -> None:
    report = check(handed_out(identity), target="simulator")
    assert report.findings == ()
    nothing = {control for control, judged in report.judged.items() if not judged}
    assert nothing == {"CFG-07", "CFG-11"}  # it is no file yet, and no profile of production


def test_every_loader_reads_the_same_from_the_written_file(identity: Identity) -> None:
    file = handed_out(identity)
    readings = read_by_each(file.text)
    assert {loader: values for loader, values in readings.items() if values != file.values} == {}
    assert check(file, target="simulator").notes == check(EnvFile.of(file.values), target="simulator").notes


def test_the_plans_app_starts_with_them_and_calls_no_host_of_the_outside_world(identity: Identity) -> None:
    values = handed_out(identity).values
    demanded = {
        "JWT_ACCESS_SECRET",
        "JWT_REFRESH_SECRET",
        "ALIPAY_APP_ID",
        "ALIPAY_PRIVATE_KEY",
        "ALIPAY_PUBLIC_KEY",
    }
    assert {name for name in demanded if not values.get(name)} == set()
    for name in ("ALIPAY_GATEWAY", "ALIPAY_GATEWAY_URL", "ALIPAY_MCP_ENDPOINT", "WECHAT_MCP_ENDPOINT"):
        assert values[name].startswith(BASE_URL)
    assert len({values[name] for name in values if name.startswith("JWT_")}) == 3


def test_they_load_and_name_this_simulator(identity: Identity) -> None:
    loaded = Settings.load(handed_out(identity), target="simulator")
    assert loaded.wechat.base_url == BASE_URL
    assert loaded.wechat.notify_url == NOTIFY_URL
    assert loaded.wechat.mchid == identity.mchid
    assert loaded.wechat.certificate_serial == identity.merchant_serial
    assert same_pair(identity.merchant_key, loaded.wechat.private_key.public_key())
    assert same_pair(identity.public_key_private, loaded.wechat.platform_public_key)
    assert loaded.levers is not None
    assert loaded.levers.url == f"{BASE_URL}/_golive"
    assert loaded.test_openid == identity.openid


@pytest.mark.parametrize(("given", "said"), [({}, "true"), ({"mcp_enabled": False}, "false")], ids=str)
def test_mcp_is_on_unless_the_merchant_wants_the_classic_api_alone(
    identity: Identity, given: dict[str, Any], said: str
) -> None:
    values = Simulator(identity=identity).environment(base_url=BASE_URL, notify_url=NOTIFY_URL, **given)
    assert values["PAYMENT_MCP_ENABLED"] == said
    assert values["WECHAT_MCP_ENDPOINT"] == f"{BASE_URL}/mcp/v1"


def test_no_two_secrets_are_equal(identity: Identity) -> None:
    secrets = Settings.load(handed_out(identity), target="simulator").secrets()
    assert len(secrets) >= 6
    assert len(set(secrets)) == len(secrets)


def test_two_simulators_share_nothing_secret(identity: Identity) -> None:
    first = Settings.load(handed_out(identity), target="simulator").secrets()
    second = Settings.load(handed_out(new_identity()), target="simulator").secrets()
    assert not set(first) & set(second)


@pytest.mark.parametrize("defect", SETTINGS_DEFECTS, ids=lambda defect: defect.id)
def test_a_settings_defect_makes_its_own_control_fail_and_no_other(
    identity: Identity, defect: object
) -> None:
    (chosen,) = [one for one in SETTINGS_DEFECTS if one == defect]
    report = check(handed_out(identity, chosen.id), target="simulator")
    weak = {"CFG-08"} if chosen.id == "env-credential-truncated" else set()  # six characters are weak, too
    assert {finding.control for finding in report.findings} == {chosen.control} | weak


def test_every_defect_has_its_own_name_and_is_of_the_endpoint() -> None:
    assert len({defect.id for defect in DEFECTS}) == len(DEFECTS)
    assert {defect.side for defect in DEFECTS} == {"endpoint"}


def test_an_unknown_defect_is_refused(identity: Identity) -> None:
    with pytest.raises(UsageError, match="no such defect"):
        Simulator(identity=identity, defects=["env-perfect"])


def test_the_file_is_private_and_complete(tmp_path: Path) -> None:
    path = tmp_path / ".env.simulator"
    write_environment(path, {"WECHAT_PAY_MCH_ID": "1900000001"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").startswith(MARKER)
    assert EnvFile.read(path).values == {"WECHAT_PAY_MCH_ID": "1900000001"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_ours_is_replaced_and_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / ".env.simulator"
    write_environment(path, {"A": "1"})
    path.chmod(0o644)
    write_environment(path, {"A": "2"})
    assert EnvFile.read(path).values == {"A": "2"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"MINE=1\n", b"", b"\xff\xfe"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".env.local"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="was not written by"):
        write_environment(path, {"A": "1"})
    assert path.read_bytes() == content
    write_environment(path, {"A": "1"}, force=True)
    assert EnvFile.read(path).values == {"A": "1"}


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_environment(tmp_path / "nowhere" / ".env", {"A": "1"})


@pytest.mark.parametrize("value", ["a b", "a#b", 'a"b', "a$b", "a\\b", "${HOME}", "#", "=", "中文"])
def test_any_value_of_one_line_is_read_back_as_it_was(value: str) -> None:
    assert EnvFile.parse(environment_text({"A": value}), "env").values == {"A": value}


@pytest.mark.parametrize("value", ["a\nB=1", "a\r", "it's", "'"])
def test_a_value_that_could_not_be_read_back_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="A does not fit"):
        environment_text({"A": value})
