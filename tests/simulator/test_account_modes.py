"""The modes of accounts are chosen on the command line, and each account's files fit its own."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from harness.cli.simulator import command
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.alipay.gateway import open_gateway as open_alipay
from harness.levers.client import LeverRefused, LeversClient
from harness.settings import EnvFile, Settings
from harness.signing.wechat_v3 import RequestSigner
from harness.simulator.account.key_files import ALIPAY_CERTIFICATE, PLATFORM_CERTIFICATE
from harness.simulator.embedded import running_simulator
from tests.simulator.foreground.process import started

CERTIFICATES = "/v3/certificates"


def downloads(env_file: Path) -> httpx.Response:
    """What an account gets that asks for its platform certificates."""
    wechat = Settings.load(EnvFile.read(env_file), target="simulator").wechat
    signer = RequestSigner(wechat.mchid, wechat.certificate_serial, wechat.private_key)
    headers = {
        "Authorization": signer.authorization("GET", CERTIFICATES, b""),
        "Accept": "application/json",
        "User-Agent": "merchant/1.0",
    }
    return httpx.get(f"{wechat.base_url}{CERTIFICATES}", headers=headers, trust_env=False)


def test_accounts_of_every_key_mode_live_on_one_platform(tmp_path: Path) -> None:
    env_file, keys = tmp_path / ".env.simulator", tmp_path / "keys"
    modes = ["--key-mode", "switching", "--certificates", "2", "--alipay-mode", "certificate"]
    more = ["--more-accounts", "certificate", "--more-accounts", "public-key"]
    written = ["--write-env", str(env_file), "--write-keys", str(keys)]
    with started("--port", "0", *written, *modes, *more) as process:
        said = process.until("stop ")
        files = [env_file, tmp_path / ".env.simulator-2", tmp_path / ".env.simulator-3"]
        answers = [downloads(file) for file in files]
        assert [answer.status_code for answer in answers] == [200, 200, 404]
        assert [len(answer.json()["data"]) for answer in answers[:2]] == [2, 2]
        assert answers[2].json()["code"] == "RESOURCE_NOT_EXISTS"
        assert [answer.headers["wechatpay-serial"].startswith("PUB_KEY_ID") for answer in answers[:2]] == [
            False,
            False,
        ]
        for number, file in enumerate(files[1:], start=2):
            mchid = EnvFile.read(file).values["WECHAT_PAY_MCH_ID"]
            assert re.search(rf"account +{mchid} .*{file.name}", said)
            assert (tmp_path / f"keys-{number}" / ALIPAY_CERTIFICATE).exists()
        assert not (tmp_path / "keys-3" / PLATFORM_CERTIFICATE).exists()
        assert process.end(signal.SIGTERM) == 0


def test_an_application_of_certificates_orders_with_what_the_settings_file_says(tmp_path: Path) -> None:
    env_file = tmp_path / ".env.simulator"
    modes = ["--alipay-mode", "certificate", "--alipay-open-id"]
    with started("--port", "0", "--write-env", str(env_file), *modes) as process:
        process.until("stop ")
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        assert settings.alipay is not None
        assert "ALIPAY_ROOT_CERT" in EnvFile.read(env_file).values
        gateway = open_alipay(settings)
        order = Order(
            out_trade_no="certified_1",
            amount=Fen(1),
            description="tea",
            notify_url="",
            product=Product.NATIVE,
        )
        assert gateway.create(order).code_url
        assert settings.levers is not None
        with LeversClient(settings.levers.url, settings.levers.token) as levers:
            levers.pay(out_trade_no="certified_1")
            assert "buyer_open_id" in levers.notification("certified_1")
            assert "buyer_id" not in levers.notification("certified_1")
        gateway.close_connections()


def test_a_lever_opens_an_account_of_another_key_mode() -> None:
    with (
        running_simulator(experience=False) as running,
        LeversClient(running.levers_url, running.levers_token) as levers,
    ):
        settings = levers.add_account(notify_url="http://127.0.0.1:1/n", key_mode="certificate")
        owner = running.simulator.platform.accounts[settings["WECHAT_PAY_MCH_ID"]]
        with levers.of_account(owner.mchid) as theirs:
            keys = theirs.keys()
            assert keys.callbacks_by == keys.serial
        assert levers.keys().callbacks_by == levers.keys().public_key_id
        with pytest.raises(LeverRefused):
            levers.add_account(notify_url="http://127.0.0.1:1/n", key_mode="none")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [["--certificates", "3"], ["--alipay-mode", "none"], ["--more-accounts", "none"], ["--key-mode", "none"]],
)
def test_modes_that_are_none_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2
