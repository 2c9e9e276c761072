"""What a forger holds is never printed: a failing scenario's traceback shows its arguments."""

from __future__ import annotations

from harness.callbacks.callback import Issuer
from harness.levers.models import PlatformKeys


def test_an_issuer_does_not_print_its_keys(issuer: Issuer) -> None:
    assert issuer.apiv3_key not in repr(issuer)
    assert issuer.serial in repr(issuer)


def test_platform_keys_print_only_what_is_public() -> None:
    keys = PlatformKeys(
        apiv3_key="secret-1",
        serial="SERIAL",
        private_key_pem="secret-2",
        public_key_id="PUB_KEY_ID_1",
        public_key_private_pem="secret-3",
        callbacks_by="SERIAL",
        mchid="1900000001",
        appid="wx1",
        merchant_public_key_pem="public",
        mcp_platform_private_key_pem="secret-4",
        mcp_merchant_id="1900000001",
    )
    assert "secret" not in repr(keys)
    assert "SERIAL" in repr(keys)
