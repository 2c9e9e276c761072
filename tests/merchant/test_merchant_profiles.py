"""A merchant profile is checked as a whole, and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.merchant.gap import ProfileGap
from harness.merchant.logs import Logs
from harness.merchant.profile import MerchantProfile

SHIPPED = Path("harness/merchant/profiles/shop.toml")
BUILD = MerchantProfile.load("shop").build


def test_a_log_is_read_from_its_end_and_one_that_is_not_there_is_the_profiles_gap(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(b"first line\nlast line\n")
    assert Logs(file="app.log").tail(tmp_path).endswith(b"last line\n")
    with pytest.raises(ProfileGap, match="No such file"):
        Logs(file="other.log").tail(tmp_path)


def test_the_shipped_profile_loads_by_name() -> None:
    profile = MerchantProfile.load("shop")
    assert (profile.name, profile.base_url) == ("shop", "http://127.0.0.1:3000")
    assert profile.paths.notify == "/api/payment/notify/wechat"
    assert profile.test_ids.qr == "payment-qr"
    assert {"login", "h5", "jsapi", "mini-program"} <= profile.capabilities
    assert (profile.paths.sign_in, profile.paths.payment_return) == ("/login", "/payment/return")


def test_a_recovery_time_that_nobody_would_wait_for_is_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    assert MerchantProfile.load("shop").mcp_recovery_s == 40
    for declared in ("0", "601", "inf", "nan"):
        file = tmp_path / f"{declared}.toml"
        file.write_text(text.replace("mcp_recovery_s = 40", f"mcp_recovery_s = {declared}"), "utf-8")
        with pytest.raises(ConfigurationError, match="mcp_recovery_s"):
            MerchantProfile.load(str(file))


@pytest.mark.parametrize("declared", ["0", "16", "inf", "nan"])
def test_a_shopper_is_not_declared_to_wait_longer_than_anybody_does(tmp_path: Path, declared: str) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    file = tmp_path / "patient.toml"
    file.write_text(text.replace("answers_within_s = 15", f"answers_within_s = {declared}"), "utf-8")
    with pytest.raises(ConfigurationError, match="answers_within_s"):
        MerchantProfile.load(str(file))


def test_the_wire_it_is_configured_for_makes_no_other_app() -> None:
    shop = MerchantProfile.load("shop")
    assert shop.model_copy(update={"dialect": "apiv3"}).fingerprint == shop.fingerprint
    assert shop.without(["mcp"]).fingerprint != shop.fingerprint


def test_address_and_token_can_be_given_on_start() -> None:
    profile = MerchantProfile.load("shop", base_url="http://127.0.0.1:4711/", observer_token="t-0-k-e-n")
    assert profile.base_url == "http://127.0.0.1:4711"
    assert profile.observer.token == "t-0-k-e-n"


def test_neither_password_nor_token_shows_in_its_repr() -> None:
    profile = MerchantProfile.load("shop", observer_token="t-0-k-e-n")
    assert profile.credentials.password not in repr(profile)
    assert "t-0-k-e-n" not in repr(profile)


def test_a_copy_with_other_values_loads_by_path(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(
        text.replace('name = "shop"', 'name = "mine"').replace(f'"{BUILD}"', '"0c1f7a2"'), "utf-8"
    )
    assert MerchantProfile.load(str(mine)).name == "mine"


@pytest.mark.parametrize("build", [BUILD, BUILD.upper(), f" {BUILD} "])
def test_the_build_of_our_shop_is_refused_for_any_other_app(tmp_path: Path, build: str) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8").replace(f'"{BUILD}"', f'"{build}"')
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace("127.0.0.1:3000", "127.0.0.1:9"), "utf-8")
    with pytest.raises(ConfigurationError, match="is that of a profile that ships") as refused:
        MerchantProfile.load(str(mine))
    assert str(mine) in str(refused.value)
    assert "commit" in refused.value.remedy


def test_our_shop_keeps_its_build_by_name_and_by_path() -> None:
    assert MerchantProfile.load(str(Path(__file__).parents[2] / SHIPPED)) == MerchantProfile.load("shop")


def test_every_bad_member_is_named_at_once(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    bad = text.replace('login = "/api/user/login"', 'login = "api/user/login"')
    bad = bad.replace('name = "shop"', "name = 7").replace('qr = "payment-qr"', 'qr = ""')
    bad = bad.replace("[paths]", "surprise = 1\n\n[paths]").replace("http://127.0.0.1:3000", "127.0.0.1:3000")
    file = tmp_path / "bad.toml"
    file.write_text(bad, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        MerchantProfile.load(str(file))
    for name in ("name", "base_url", "paths.login", "test_ids.qr", "surprise"):
        assert name in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["http://a/b", "http://user:pw@a", "ftp://a", "http://", "a", "http://a?b", "http://a b"],
)
def test_an_address_with_more_than_scheme_host_and_port_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        MerchantProfile.load("shop", base_url=address)


def test_no_toml_is_said_plainly(tmp_path: Path) -> None:
    file = tmp_path / "no.toml"
    file.write_bytes(b"name = [\xff")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        MerchantProfile.load(str(file))


@pytest.mark.parametrize("name", ["nobody", "../shop", "", "/nonexistent/profile.toml"])
def test_a_missing_profile_names_those_that_ship(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no merchant profile") as caught:
        MerchantProfile.load(name)
    assert "shop" in caught.value.remedy


def test_what_came_later_may_be_left_out(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    later = ("sign_in =", 'status = "/', "mcp_health =", "payment_return =", "bridge", "h5_link =")
    kept = [line for line in text.replace(BUILD, "0c1f7a2").splitlines() if not line.startswith(later)]
    file = tmp_path / "older.toml"
    file.write_text("\n".join(kept), "utf-8")
    profile = MerchantProfile.load(str(file))
    assert (profile.paths.sign_in, profile.paths.status) == ("/login", None)
    assert profile.test_ids.h5_link == "payment-h5-link"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[process]\npid_file = "app.pid"', r"process\.start\): Field required"),
        ("[process]\nstart = []", r"process\.start\): Tuple should have at least 1 item"),
        ('[process]\nstart = ["a"]\npid_file = "b"\nkill = ["c"]', r"name either pid_file, .* or a command"),
        ('[process]\nstart = ["./serve", "{port}"]', r"there is no placeholder \{port\}"),
        (
            '[key_rotation]\ncommand = ["./rotate", "{keyfile}"]',
            r"there is no placeholder \{keyfile\}: did you mean key_file.*\{certificate_file\}, \{serial\}",
        ),
        ('[key_rotation]\ncommand = ["./rotate", "{serial}"]', r"where the new key lies with \{key_file\}"),
        (
            '[key_rotation]\ncommand = ["./rotate", "{key_file}"]\nwithin = 3',
            r"within\): Extra inputs .*within_s",
        ),
        (
            '[reconciliation]\nrequest = "POST /jobs"\ndone = "done"\ndifferences = "found"',
            r"say which day with \{date\}",
        ),
        (
            '[reconciliation]\nrequest = "POST /jobs/{date}"\ndone = "done["\ndifferences = "found"',
            r"done = 'done\[' is no JMESPath",
        ),
        ('[store]\nbreak = ["a"]', r"store\.mend\): Field required"),
        ('[store]\nbrake = ["a"]\nmend = ["b"]', r"did you mean break"),
    ],
)
def test_a_table_about_crashes_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, lines: str, said: str
) -> None:
    file = tmp_path / "app.toml"
    head = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8").replace(BUILD, "0c1f7a2")
    file.write_text(f"{head}\n{lines}\n", "utf-8")
    with pytest.raises(ConfigurationError, match=said):
        MerchantProfile.load(str(file))


def test_a_brace_in_a_command_is_written_twice(tmp_path: Path) -> None:
    file = tmp_path / "app.toml"
    head = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8").replace(BUILD, "0c1f7a2")
    file.write_text(f'{head}\n[store]\nbreak = ["sh", "-c", "echo ${{{{DB}}}}"]\nmend = ["true"]\n', "utf-8")
    store = MerchantProfile.load(str(file)).store
    assert store is not None
    assert store.breaks == ("sh", "-c", "echo ${DB}")
