"""A profile of an app that was not written for us: what may be left out, and what a wrong line says."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.core.money import Fen
from harness.merchant.gap import ProfileGap
from harness.merchant.profile import MerchantProfile

LEAST = 'base_url = "http://127.0.0.1:5000"\nbuild = "tea-1"\ncapabilities = ["qr"]\n'


def loaded(folder: Path, lines: str = "") -> MerchantProfile:
    file = folder / "tea.toml"
    file.write_text(LEAST + lines, "utf-8")
    return MerchantProfile.load(str(file))


def test_three_lines_are_a_profile(tmp_path: Path) -> None:
    profile = loaded(tmp_path)
    assert (profile.observer.rung, profile.sign_in, profile.own_price) == ("none", None, None)
    with pytest.raises(ProfileGap, match=r"leaves out \[order.qr\], how such an order is made"):
        profile.trigger("qr")


def test_a_scenario_asks_for_the_price_of_a_product(tmp_path: Path) -> None:
    lines = 'products = { a = "88.00", b = "45.50" }\n[order.qr]\nrequest = "POST /o/{product}"\n'
    profile = loaded(tmp_path, lines)
    asked = {profile.price_of(Fen(amount)) for amount in (1990, 1, 29)}
    assert asked == {Fen(8800), Fen(4550)}
    assert profile.product_of(Fen(4550)) == "b"
    assert profile.own_price == 8800


def test_a_shopper_who_names_the_amount_is_asked_for_any(tmp_path: Path) -> None:
    profile = loaded(tmp_path, '[order.qr]\nrequest = "POST /o"\njson = { total = "{amount_fen}" }\n')
    assert (profile.price_of(Fen(29)), profile.names_orders) == (29, False)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[order.qr]\nrequest = "POST /o"\n', "order.qr names no amount: write what an order costs"),
        ('[order.qr]\nrequest = "POST /o/{product}"\n', r"names \{product\}: add \[products\]"),
        ('[order.qr]\nform = { a = "1" }\n', r"line 4 \(order.qr\): name either a request .* or a command"),
        ('[order.qr]\nrequest = "POST /o"\nform = {}\njson = {}\n', "either a form or json"),
        ('[order.qr]\nrequest = "POST /o"\njson = { a = "{amount_fn}" }\n', "did you mean amount_fen"),
        ('[order.qr]\nrequst = "POST /o"\n', r"line 5 \(order.qr.requst\).*did you mean request"),
        ('[order.code]\nrequest = "POST /o"\n', r"line 4 \(order.code\)"),
        ('[sign_in]\npage = "/login"\n', "a form wants both"),
        ("[sign_in]\n", "name page and fields, headers or cookies"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_right(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        loaded(tmp_path, lines)


def test_secrets_of_signing_in_are_hidden_and_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = loaded(tmp_path, '[sign_in]\nheaders = { Authorization = "Bearer $TEA_TOKEN" }\n')
    with pytest.raises(ConfigurationError, match="TEA_TOKEN is not set"):
        _ = profile.secrets
    monkeypatch.setenv("TEA_TOKEN", "t-0-k-e-n")
    assert profile.secrets == ("t-0-k-e-n",)
    assert "TEA_TOKEN" not in repr(profile)


@pytest.mark.parametrize(
    "lines",
    [
        '[order.qr]\nrequest = "POST /o/{amount_fen}"\nheaders = { X-Shop-Key = "$TEA_TOKEN" }\n',
        '[order.h5]\nrequest = "POST /o/{amount_fen}"\nheaders = { X-Shop-Key = "t-0-k-e-n" }\n',
        '[confirm]\nrequest = "POST /paid"\nheaders = { Authorization = "Token $TEA_TOKEN" }\n',
        '[query_job]\nrequest = "POST /job"\nheaders = { Authorization = "Bearer $TEA_TOKEN" }\n',
        '[sign_in]\nstate = "auth.json"\n',
    ],
    ids=["order", "written there", "confirm", "query job", "cookies of a browser"],
)
def test_what_lets_somebody_in_is_hidden_whatever_table_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    monkeypatch.setenv("TEA_TOKEN", "t-0-k-e-n")
    cookie = '{"name": "sid", "value": "t-0-k-e-n", "domain": "shop", "path": "/"}'
    (tmp_path / "auth.json").write_text(f'{{"cookies": [{cookie}], "origins": []}}', "utf-8")
    assert loaded(tmp_path, lines).secrets == ("t-0-k-e-n",)


def test_what_any_page_sends_is_no_secret(tmp_path: Path) -> None:
    headers = '{ Accept = "application/json", X-CSRF-Token = "{csrf}" }'
    lines = f'[order.qr]\nrequest = "POST /o/{{amount_fen}}"\nheaders = {headers}\n'
    assert loaded(tmp_path, lines).secrets == ()


SIGNED_IN = '[sign_in]\npage = "/login"\nfields = { user = "li", password = "$LI" }\n'


def test_a_second_shopper_signs_in_on_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LI", "spring-water")
    lines = f'{SIGNED_IN}[sign_in.other]\nfields = {{ user = "wang", password = "well-water" }}\n'
    signs_in = loaded(tmp_path, lines).sign_in
    assert signs_in is not None
    assert signs_in.other is not None
    assert (signs_in.other.page, signs_in.other.fields["user"]) == ("/login", "wang")
    assert set(signs_in.secrets) == {"spring-water", "well-water"}, "neither is written down"


def test_the_other_shoppers_password_is_none_of_the_app(tmp_path: Path) -> None:
    other = '[sign_in.other]\nfields = {{ user = "wang", password = "{}" }}\n'
    one, next_one = (loaded(tmp_path, SIGNED_IN + other.format(each)) for each in ("a", "b"))
    assert one.fingerprint == next_one.fingerprint


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('fields = { user = "li", password = "$LI" }', "signs the same shopper in"),
        ('headers = { A = "b" }\n[sign_in.other.other]\nheaders = { A = "c" }', "two shoppers are enough"),
        ("", "name page and fields"),
    ],
)
def test_a_second_shopper_is_another_one(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        loaded(tmp_path, f"{SIGNED_IN}[sign_in.other]\n{lines}\n")
