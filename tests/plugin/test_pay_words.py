"""What is typed after `golive pay` is read strictly, and what cannot be is said with its remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.errors import UsageError
from harness.plugin.pay_words import (
    read_address,
    read_amount,
    read_name,
    read_seconds,
    read_ways,
    read_wires,
)


def test_what_is_right_is_read() -> None:
    assert read_amount("1") == 1
    assert read_seconds("300") == 300
    assert read_ways(["qr,H5", " jsapi "]) == {"qr", "h5", "jsapi"}
    assert read_wires(["mcp", "apiv3"]) == {"mcp", "apiv3"}
    assert read_name("  release   manager ") == "release manager"
    assert read_address("203.0.113.24") == "203.0.113.24"
    assert read_address("2001:db8::1") == "2001:db8::1"


@pytest.mark.parametrize(
    ("read", "given"),
    [
        *((read_amount, each) for each in ("0", "-1", "0.01", "1e3", "１", "99999999999999999999", "")),
        *((read_seconds, each) for each in ("0", "3601", "5s", "inf", "")),
        *((read_ways, [each]) for each in ("qrcode", "qr,card", "\x1b[2K")),
        *((read_wires, [each]) for each in ("http", "wechat")),
        *((read_name, each) for each in ("", " ", "x" * 81, "a\x1b[2K", "a\u202eb")),
        *((read_address, each) for each in ("here", "203.0.113", "203.0.113.24/8", "203.0.113.24\n1")),
    ],
)
def test_what_is_wrong_is_refused_with_a_remedy(read: Callable[[object], object], given: object) -> None:
    with pytest.raises(UsageError) as refused:
        read(given)
    assert refused.value.where.startswith("--")
    assert refused.value.remedy
