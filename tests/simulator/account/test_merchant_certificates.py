"""One API certificate is exchanged for another: both work for a while, and then the first is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509

from harness.signing.keys import load_private_key
from harness.simulator.account.merchant_certificates import MOST_VALID, MerchantCertificates
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.apiv3.auth import REVOKED
from tests.simulator.levers.test_levers import pull
from tests.simulator.merchant_side import NUMBER, MerchantSide


@pytest.fixture
def fresh(merchant: MerchantSide) -> MerchantSide:
    """The same merchant account with the certificate that its owner has applied for."""
    issued = pull(merchant, "POST", "merchant-certificates")
    assert issued.status == 201
    key = load_private_key(issued.json["key_pem"])
    owner = replace(merchant.identity, merchant_serial=issued.json["serial"], merchant_key=key)
    return MerchantSide(merchant.simulator, runner=merchant.runner, owner=owner)


def revoke(merchant: MerchantSide, of: MerchantSide, how: str = "revoke") -> None:
    assert pull(merchant, "POST", f"merchant-certificates/{of.identity.merchant_serial}/{how}").status == 200


def test_both_sign_until_the_first_is_cancelled(merchant: MerchantSide, fresh: MerchantSide) -> None:
    assert (merchant.create().status, fresh.query().status) == (200, 200)
    revoke(merchant, merchant)
    refused = merchant.query()
    assert (refused.status, refused.code, refused.json["message"]) == (401, "SIGN_ERROR", REVOKED)
    assert fresh.query().status == 200


def test_an_account_that_is_put_back_takes_the_first_again(
    merchant: MerchantSide, fresh: MerchantSide
) -> None:
    revoke(merchant, merchant)
    revoke(merchant, merchant, "restore")
    revoke(merchant, fresh)
    assert (merchant.create().status, fresh.query().status) == (200, 401)


def test_one_key_under_the_others_serial_is_a_wrong_signature(
    merchant: MerchantSide, fresh: MerchantSide
) -> None:
    mixed = replace(merchant.identity, merchant_serial=fresh.identity.merchant_serial)
    assert MerchantSide(merchant.simulator, runner=merchant.runner, owner=mixed).create().status == 401


def test_the_audit_says_which_certificate_signed_each_request(
    merchant: MerchantSide, fresh: MerchantSide
) -> None:
    merchant.create()
    fresh.query()
    fresh.close()
    signed = {event.kind: event.detail.get("signed_by") for event in merchant.account.audit(NUMBER).events}
    first, second = merchant.identity.merchant_serial, fresh.identity.merchant_serial
    assert signed == {"created": first, "queried": second, "closed": second}
    (creation,) = merchant.account.creations(merchant.account.audit(NUMBER).events[0].at)
    assert creation.signed_by == first


def test_an_account_has_no_more_than_three_valid_ones(merchant: MerchantSide) -> None:
    held = MerchantCertificates(merchant.identity)
    issued = [held.apply().serial for _ in range(MOST_VALID - 1)]
    with pytest.raises(Refused) as refused:
        held.apply()
    assert refused.value.reason is Reason.INVALID
    held.revoke(issued[0])
    assert held.apply().serial not in issued
    assert len(held.valid_keys) == MOST_VALID


def test_the_portals_files_belong_together(merchant: MerchantSide) -> None:
    issued = MerchantCertificates(merchant.identity).apply()
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem.encode())
    assert f"{certificate.serial_number:040X}" == issued.serial
    assert certificate.public_key() == load_private_key(issued.key_pem).public_key()
    assert issued.key_pem not in repr(issued)


@pytest.mark.parametrize("how", ["revoke", "restore"])
def test_a_certificate_of_nobodys_is_not_found(merchant: MerchantSide, how: str) -> None:
    assert pull(merchant, "POST", f"merchant-certificates/{'0' * 40}/{how}").status == 404
    assert pull(merchant, "GET", f"merchant-certificates/{'0' * 40}").status == 404
