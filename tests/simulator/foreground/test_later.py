"""What `golive simulator` says of a refused signature."""

from __future__ import annotations

import re

from harness.signing.diagnosis.message import Message
from harness.simulator.foreground.later import refused_line
from harness.simulator.signatures.refused import RefusedRequest


def test_a_refused_signature_is_a_line_with_its_reason_and_nothing_that_a_terminal_obeys() -> None:
    message = Message(headers=(), body=b"", method="GET", target="/v3/\x1b[2J" + "a" * 400)
    refused = RefusedRequest(message, "apiv3", "401 SIGN_ERROR: x", [])
    english = refused_line(refused, 7, "en")
    assert "before it 7 more were refused" in english
    assert re.search(
        r"^\d\d:\d\d:\d\d refused   GET /v3/\\x1b\[2Ja+  401 SIGN_ERROR: x$", english, re.MULTILINE
    )
    assert english.endswith("signature-missing: there is no signature")
    assert refused_line(refused, 0, "zh").endswith("signature-missing: 没有签名")
    assert len(english) < 500
