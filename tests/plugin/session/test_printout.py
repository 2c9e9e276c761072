"""The printout of a failed scenario shows no secret, on the terminal or in Allure."""

from __future__ import annotations

import pytest

from harness.callbacks.callback import Issuer
from harness.core.errors import PlatformRefusal
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


def test_every_word_of_an_error_and_of_those_behind_it_is_cleaned() -> None:
    behind = ValueError(f"Bearer {SECRET}")
    error = PlatformRefusal(400, "NO", f"you sent {SECRET}\x1b[2K", where=SECRET)
    error.__cause__ = behind
    redact_error(error, Redactor([SECRET]))
    assert str(error) == "HTTP 400 NO: you sent [redacted]\\x1b[2K [[redacted]]"
    assert error.message == "you sent [redacted]\\x1b[2K"
    assert str(behind) == "Bearer [redacted]"


def test_our_own_signature_is_hidden_where_it_is_echoed() -> None:
    echoed = (
        'bad header: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",signature="c2lnbmF0dXJl",serial_no="7C"'
    )
    error = AssertionError(echoed)
    redact_error(error, Redactor())
    assert str(error) == echoed.replace("c2lnbmF0dXJl", "[redacted]")


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
        callbacks_by="0" * 40,
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
