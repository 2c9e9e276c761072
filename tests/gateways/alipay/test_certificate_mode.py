"""In certificate mode the simulator's own settings lead to a gateway that both sides believe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.alipay.gateway import AlipayGateway, open_gateway
from harness.settings import EnvFile, Settings, check
from harness.simulator.embedded import running_simulator

ORDER = Order(
    out_trade_no="GLCERT0001",
    product=Product.NATIVE,
    amount=Fen(1990),
    description="海岛一日游",
    notify_url="http://127.0.0.1:9/notify/alipay",
)


def test_an_application_of_certificates_orders_and_knows_its_platforms_certificate() -> None:
    with running_simulator(alipay_certified=True) as running:
        env = EnvFile.of(running.environment(notify_url="http://127.0.0.1:9/notify/wechat"))
        assert check(env, target="simulator").findings == ()
        settings = Settings.load(env)
        client = open_gateway(settings)
        assert client.probe().trusted
        assert client.create(ORDER).code_url
        client.close_connections()
        alipay = settings.alipay
        assert alipay is not None
        assert alipay.certificates is not None
        for bent in (
            replace(alipay, certificates=replace(alipay.certificates, alipay_cert_sn="0" * 32)),
            replace(alipay, public_key=alipay.private_key.public_key()),
        ):
            other = AlipayGateway(bent)
            with pytest.raises(SignatureInvalid):
                other.create(ORDER)
            other.close_connections()
        unnamed = AlipayGateway(replace(alipay, certificates=None))
        assert "missing-app-cert-sn" in unnamed.probe().detail
        unnamed.close_connections()
