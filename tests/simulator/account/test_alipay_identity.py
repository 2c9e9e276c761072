"""An Alipay identity has the sandbox's shapes, keys of its own, and certificates that clients name alike."""

from __future__ import annotations

import re

from cryptography import x509

from harness.signing.alipay import certificate_sn, root_certificate_sn
from harness.signing.keys import bare_private, bare_public, same_pair
from harness.simulator.account.alipay_identity import new_alipay_identity
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"


def environment(identity: Identity, notify_url: str = NOTIFY_URL) -> dict[str, str]:
    return Simulator(identity=identity).environment(base_url="http://127.0.0.1:8765", notify_url=notify_url)


def test_numbers_have_the_shapes_of_the_sandbox() -> None:
    identity = new_alipay_identity()
    assert re.fullmatch(r"9021\d{12}", identity.app_id)
    assert re.fullmatch(r"2088721\d{9}", identity.seller_id)
    assert re.fullmatch(r"2088722\d{9}", identity.buyer_id)
    assert re.fullmatch(r"0[0-9a-f]{47}", identity.buyer_open_id)
    assert identity.open_id_of("2088999900004217") != identity.buyer_open_id
    assert identity.buyer_id not in identity.buyer_logon_id


def test_keys_are_made_once_and_are_the_mcps_no_more(identity: Identity) -> None:
    alipay = identity.alipay
    assert alipay.app_key is alipay.app_key
    values = environment(identity)
    assert values["ALIPAY_PRIVATE_KEY"] == bare_private(alipay.app_key) != values["WECHAT_MCP_PRIVATE_KEY"]
    assert values["ALIPAY_PUBLIC_KEY"] == bare_public(alipay.platform_key.public_key())
    assert not same_pair(alipay.app_key, alipay.platform_key.public_key())


def test_a_merchant_is_told_who_it_is_and_where(identity: Identity) -> None:
    values = environment(identity)
    assert values["ALIPAY_APP_ID"] == identity.alipay.app_id
    assert values["ALIPAY_SELLER_ID"] == identity.alipay.seller_id
    assert values["ALIPAY_GATEWAY"] == values["ALIPAY_GATEWAY_URL"]
    assert values["ALIPAY_NOTIFY_URL"] == "http://127.0.0.1:3000/api/payment/notify/alipay"
    assert values["ALIPAY_RETURN_URL"] == "http://127.0.0.1:3000/"
    assert environment(identity, "http://shop:1/told")["ALIPAY_NOTIFY_URL"] == "http://shop:1/told"


def test_certificates_carry_the_keys_and_the_names_that_clients_compute(identity: Identity) -> None:
    alipay = identity.alipay
    made = alipay.certificates
    app, platform, root = (
        x509.load_pem_x509_certificate(each.encode()) for each in (made.app, made.alipay, made.root)
    )
    assert app.public_key() == alipay.app_key.public_key()
    assert platform.public_key() == alipay.platform_key.public_key()
    assert (certificate_sn(app), certificate_sn(platform)) == (made.app_sn, made.alipay_sn)
    assert root_certificate_sn([root]) == made.root_sn
    assert app.issuer.rfc4514_string() == "CN=GoLive Sim Root CA,OU=Simulator,O=GoLive,C=CN"
    for each in (app, platform):
        each.verify_directly_issued_by(root)
