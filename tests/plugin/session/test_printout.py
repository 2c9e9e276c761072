"""The printout of a failed scenario shows no secret, on the terminal or in Allure."""

from __future__ import annotations

import pytest

from harness.callbacks.callback import Issuer
from harness.evidence.redaction import Redactor
from harness.levers.models import PlatformKeys
from harness.plugin.session.printout import redact, redact_error
from harness.signing.keys import generate, private_pem, public_pem

SECRET = "tell-nobody-0123456789abcdef0123"


def report(longrepr: object) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="test_x",
        location=("test_x.py", 1, "test_x"),
        keywords={},
        outcome="failed",
        longrepr=longrepr,  # type: ignore[arg-type]
        when="call",
        sections=[("Captured log call", f"token {SECRET}")],
    )


def test_a_secret_is_taken_out_of_traceback_and_captured_output() -> None:
    shown = report(f"levers = Levers(token={SECRET!r})\nAssertionError: no")
    redact(shown, Redactor([SECRET]))
    assert SECRET not in shown.longreprtext + shown.caplog
    assert "AssertionError: no" in shown.longreprtext
    assert "token [redacted]" in shown.caplog


def test_a_secret_is_taken_out_of_what_the_error_itself_says() -> None:
    error = AssertionError(f"the answer tells {SECRET}", 7)
    redact_error(error, Redactor([SECRET]))
    assert error.args == ("the answer tells [redacted]", 7)


def test_a_printout_without_secrets_keeps_its_own_form() -> None:
    class Drawn:
        def toterminal(self, writer: object) -> None:
            del writer

    drawn = Drawn()
    shown = report(drawn)
    redact(shown, Redactor([SECRET]))
    assert id(shown.longrepr) == id(drawn)


def test_the_place_and_reason_of_a_skip_stay() -> None:
    shown = report(("test_x.py", 1, "Skipped"))
    redact(shown, Redactor([SECRET]))
    assert shown.longrepr == ("test_x.py", 1, "Skipped")


def test_fixtures_that_hold_keys_do_not_print_them() -> None:
    key = generate()
    issuer = Issuer(serial="PUB_KEY_ID_1", private_key=key, apiv3_key=SECRET, mcp_private_key=key)
    keys = PlatformKeys(
        apiv3_key=SECRET,
        serial="0" * 40,
        private_key_pem=private_pem(key),
        public_key_id="PUB_KEY_ID_1",
        public_key_private_pem=private_pem(key),
        mchid="1900000001",
        appid="wx0123456789abcdef",
        merchant_public_key_pem=public_pem(key.public_key()),
        mcp_platform_private_key_pem=private_pem(key),
        mcp_merchant_id="1900000001",
    )
    printed = repr(issuer) + repr(keys) + str(keys)
    assert "PUB_KEY_ID_1" in printed
    assert SECRET not in printed
    assert "PRIVATE KEY" not in printed
