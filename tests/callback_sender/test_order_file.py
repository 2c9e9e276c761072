"""An order that somebody made up is read as it stands there, and what is no order is told as that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.callback_sender.keys import MerchantFile
from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.order_file import LARGEST_FILE, order_of_file
from harness.callbacks.callback import Issuer
from harness.core.errors import ConfigurationError, UsageError
from harness.signing import keys

SETTINGS = {
    "WECHAT_PAY_APP_ID": "wx2421b1c4370ec43b",
    "WECHAT_PAY_MCH_ID": "1900007291",
    "WECHAT_PAY_APIV3_KEY": "0123456789abcdef0123456789abcdef",
    "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_1",
    "WECHAT_PAY_NOTIFY_URL": "http://127.0.0.1:3000/notify",
}
THREE_LINES = "form: apiv3\nout_trade_no: T1\ntotal: 1990\n"
ORDER = {"form": "apiv3", "out_trade_no": "T1", "total": 1990}


@pytest.fixture(scope="module")
def key_file(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "platform.pem"
    path.write_text(keys.private_pem(issuer.private_key), "utf-8")
    return path


def read(folder: Path, text: str, key: Path | None, **settings: str) -> CallbackOrder:
    path = folder / "order.yaml"
    path.write_text(text, "utf-8")
    known = MerchantFile("a test", {name: value for name, value in (SETTINGS | settings).items() if value})
    return order_of_file(path, known, key, late_s=60)


def test_three_lines_are_an_order_and_the_settings_say_the_rest(tmp_path: Path, key_file: Path) -> None:
    order = read(tmp_path, THREE_LINES, key_file)
    assert (order.out_trade_no, order.total) == ("T1", 1990)
    assert order.notify_url == SETTINGS["WECHAT_PAY_NOTIFY_URL"]
    assert (order.resource["mchid"], order.resource["appid"]) == ("1900007291", "wx2421b1c4370ec43b")
    assert (order.issuer.serial, order.issuer.apiv3_key) == ("PUB_KEY_ID_1", SETTINGS["WECHAT_PAY_APIV3_KEY"])
    assert not order.knows_refund(part=False)


def test_a_payment_has_one_number_however_often_it_is_told_of(tmp_path: Path, key_file: Path) -> None:
    numbers = [read(tmp_path, THREE_LINES, key_file).resource["transaction_id"] for _ in range(2)]
    other = read(tmp_path, THREE_LINES.replace("T1", "T2"), key_file).resource["transaction_id"]
    assert numbers[0] == numbers[1] != other
    assert (len(str(other)), str(other)[:4]) == (28, "4200")


def test_all_that_a_file_says_is_told(tmp_path: Path, key_file: Path) -> None:
    whole = {
        **ORDER,
        "transaction_id": "42000",
        "appid": "wx9",
        "account": "1600000000",
        "payer": "openid-9",
        "paid": "2026-11-23T12:30:00+08:00",
        "notify_url": "http://127.0.0.1:9/n",
        "coupon": 90,
        "refund": {"out_refund_no": "R9", "amount": 500},
        "members": {"attach": "x", "amount": {"currency": "USD"}},
    }
    order = read(tmp_path, json.dumps(whole), key_file)
    assert order.resource["success_time"] == "2026-11-23T12:30:00+08:00"
    assert order.resource["amount"] == {
        "total": 1990,
        "payer_total": 1990,
        "currency": "USD",
        "payer_currency": "CNY",
    }
    assert (order.resource["attach"], order.resource["payer"]) == ("x", {"openid": "openid-9"})
    assert (order.notify_url, order.given) == ("http://127.0.0.1:9/n", 90)
    assert (order.refund(part=True).resource["out_refund_no"], order.refund_part) == ("R9", 500)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "an order is members"),
        ("[]", "an order is members"),
        ("form: [", "neither YAML nor JSON"),
        ("a: &b 1\nc: *b", "neither YAML nor JSON"),
        ("[" * LARGEST_FILE, "neither YAML nor JSON"),
        ("\x00", "neither YAML nor JSON"),
        ("form: apiv3\nout_trade_no: T1\n", "total: Field required"),
        ("form: apiv3\nout_trade_no: T1\ntotal: 19.9\n", "total: "),
        ("form: apiv3\nout_trade_no: T1\ntotal: 0\n", "total: "),
        ("form: apiv3\nout_trade_no: ''\ntotal: 1\n", "out_trade_no: "),
        ("form: apiv3\nout_trade_no: 0012\ntotal: 1\n", "out_trade_no: "),
        ("form: apiv3\nout_trade_no: T1\ntotal: 1\nprice: 2\n", "price: "),
        ("form: apiv3\nout_trade_no: T1\ntotal: 1\npaid: 2026-11-23T12:30:00\n", "paid: "),
        ("form: apiv4\nout_trade_no: T1\ntotal: 1\n", "no form of callbacks 'apiv4'"),
        ("#" * (LARGEST_FILE + 1), "larger than 64 KiB"),
        (f"{THREE_LINES}paid: 0001-01-01T00:00:00Z\n", "paid: "),
        (f"{THREE_LINES}paid: 9999-12-31T23:59:59Z\n", "paid: "),
        (f"{THREE_LINES}members: {{attach: 2026-11-30}}\n", "members.attach"),
        (f"{THREE_LINES}members: {{attach: !!binary aGVsbG8=}}\n", "members.attach"),
        (f"{THREE_LINES}members: {{amount: 5}}\n", "members.amount is of another kind"),
        (f"{THREE_LINES}members: {{amount: {{total: x}}}}\n", "members.amount.total is of another kind"),
        (f"{THREE_LINES}total: 1\n", "total stands there twice"),
        ('{"form": "apiv3", "members": [{"a": {"b": 1, "b": 2}}]}', "b stands there twice"),
        ("form: apiv3\nout_trade_no: T1\ntotal: 10000000001\n", "total: "),
        (f"{THREE_LINES}members: {{amount: {{total: 0}}}}\n", "no amount, or no moment"),
        (f"{THREE_LINES}members: {{success_time: '5'}}\n", "no amount, or no moment"),
        (f"{THREE_LINES}members: {{success_time: '0001-01-01T00:00:00Z'}}\n", "no amount, or no moment"),
    ],
    ids=range(27),
)
def test_what_is_no_order_is_told_as_that(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text, None)
    assert why in refused.value.what
    assert "order.yaml" in refused.value.where
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("members", "altered"),
    [
        ("{attach: x, trade_type: JSAPI}", False),
        ("{amount: {currency: CNY}}", False),
        ("{amount: {currency: USD}}", True),
        ("{trade_state: CLOSED}", True),
        ("{mchid: '1900000109'}", True),
    ],
)
def test_members_by_which_an_order_is_booked_leave_the_answer_open(
    tmp_path: Path, key_file: Path, members: str, altered: bool
) -> None:
    order = read(tmp_path, f"{THREE_LINES}members: {members}\n", key_file)
    assert order.altered is altered


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        ({"WECHAT_PAY_APP_ID": ""}, "WECHAT_PAY_APP_ID is not set"),
        ({"WECHAT_PAY_APIV3_KEY": ""}, "WECHAT_PAY_APIV3_KEY is not set"),
        ({"WECHAT_PAY_APIV3_KEY": "short"}, "has 5 bytes"),
        ({"WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_公钥"}, "cannot stand in a header"),
        ({"WECHAT_PAY_PUBLIC_KEY_ID": "A\r\nX-Forged: 1"}, "cannot stand in a header"),
    ],
)
def test_what_is_missing_in_the_settings_is_named(
    tmp_path: Path, key_file: Path, lacking: dict[str, str], why: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, json.dumps(ORDER), key_file, **lacking)
    assert why in refused.value.what


def test_without_a_key_and_without_a_simulator_nobody_signs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names a running simulator"):
        read(tmp_path, json.dumps(ORDER), None)


def test_a_key_or_a_file_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--platform-key") as refused:
        read(tmp_path, json.dumps(ORDER), tmp_path / "none.pem")
    assert "the platform is to sign with" in refused.value.remedy
    with pytest.raises(UsageError, match="cannot be read"):
        order_of_file(tmp_path / "none.yaml", MerchantFile.read(None), None, late_s=1)
