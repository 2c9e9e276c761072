"""Identifiers in the shapes the live platform gives them (facts 3.10)."""

from __future__ import annotations

import itertools
import os
import secrets
import string
from datetime import datetime
from functools import lru_cache

from harness.core.clock import BEIJING
from harness.signing.simulated_keys import KEY_ID_PREFIX, SERIAL_PREFIX

_LETTERS_AND_DIGITS = (string.ascii_letters + string.digits).encode()
_TO_LETTERS = bytes(_LETTERS_AND_DIGITS[byte % len(_LETTERS_AND_DIGITS)] for byte in range(256))
_UNFAIR = bytes(range(256 - 256 % len(_LETTERS_AND_DIGITS), 256))
"""Bytes that would make some letters likelier than others."""
H5_PAGE = "/cgi-bin/mmpayweb-bin/checkmweb"
"""The middle page's path; the live platform serves it at https://wx.tenpay.com."""


def prepay_id(moment: datetime) -> str:
    """36 characters: `wx`, day and time, lower-hex, `0000`."""
    return f"wx{_day_and_time(int(moment.timestamp()))}{os.urandom(11).hex()}0000"


@lru_cache(maxsize=1)
def _day_and_time(second: int) -> str:
    """Of a Unix second, in Beijing; hundreds of orders share one."""
    return f"{datetime.fromtimestamp(second, BEIJING):%d%H%M%S}"


def code_url() -> str:
    """What a Native QR code holds; nine random characters tell orders apart."""
    return f"weixin://wxpay/bizpayurl?pr={token(9)}"


def h5_url(base_url: str, prepay: str) -> str:
    """Where an H5 payer is sent; the page is the platform's own and lives five minutes."""
    return f"{base_url}{H5_PAGE}?prepay_id={prepay}&package={secrets.randbelow(9 * 10**9) + 10**9}"


def transaction_ids() -> itertools.count[int]:
    """The running part of this platform's own numbers, from a random start."""
    return itertools.count(secrets.randbelow(10**9))


def transaction_id(moment: datetime, running: int) -> str:
    """28 digits starting 42000, with the Beijing day and a running number that keeps it unique."""
    return f"4200000000{moment.astimezone(BEIJING):%Y%m%d}{running % 10**10:010d}"


def refund_id(moment: datetime, running: int) -> str:
    """29 digits starting 503, with the Beijing day and a running number that keeps it unique."""
    return f"5030000000{moment.astimezone(BEIJING):%Y%m%d}{running % 10**11:011d}"


def request_id(internal_code: int = 0) -> str:
    """A hex blob and the platform's internal code: 0 on success, a number of facts 6.4 on failure."""
    return f"08{os.urandom(20).hex().upper()}-{internal_code}"


def new_appid() -> str:
    """`wx` and 16 hex characters."""
    return f"wx{os.urandom(8).hex()}"


def new_mchid() -> str:
    """Ten digits."""
    return f"19{secrets.randbelow(10**8):08d}"


def new_openid() -> str:
    """28 characters starting with `o`."""
    return f"o{token(27)}"


def new_serial() -> int:
    """A certificate serial of exactly 40 hex digits, positive in DER's 20 octets, and known as simulated."""
    return int(SERIAL_PREFIX + secrets.token_hex(16), 16)


def new_public_key_id() -> str:
    """`PUB_KEY_ID_` and 30 digits, known as simulated; published ones have 28 to 34."""
    return KEY_ID_PREFIX + "".join(secrets.choice(string.digits) for _ in range(22))


def token(length: int) -> str:
    """Random letters and digits; every order has one, so they are drawn at once, not letter by letter."""
    found = b""
    while len(found) < length:
        found += os.urandom(length + 8).translate(_TO_LETTERS, _UNFAIR)
    return found[:length].decode()
