"""What programs have choked on, wherever it may stand in a request."""

from __future__ import annotations

from collections.abc import Sequence

MEMBERS: Sequence[object] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 10**18, 2**63, -(2**63) - 1, 10**40, 10**4299,
    float("nan"), float("inf"), "", " ", "0", "-1", "1e9", "NaN", "null", "a" * 33, "a" * 5000, "龙" * 300,
    "\x00", "\r\n", "\ud800", "half \udfff", "\U0001f375", "\u202e", "%", "%2F..%2F", "{}", "'\"<>",
    "０１２",
    "2026-13-45", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "//x",
    "9999-12-31 23:59:59", "http://", "http://[", "http://[::1", "https://exa mple/", "http://a:99999/",
    "http://xn--/", "http://a" + ".b" * 100, "http://\ud800/", "https://u:p@host/", "javascript:alert(1)",
    "file:///etc/hosts", [], {}, [[]], [None], {"": None}, {"a": {"b": [1, {}]}}, [1] * 200,
    {"amount": 1}, {"total": 10**30},
)  # fmt: skip
"""In a member's place, or a parameter's."""
HEADERS = (
    "authorization", "content-type", "content-type", "host", "accept", "x-mcp-version", "x-merchant-id",
    "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name", "wechatpay-serial",
    "x-golive-console", "origin", "user-agent", "golive-merchant", "x-http-method-override",
    "alipay-root-cert-sn", "cookie", "x-forwarded-for", "alipay-app-auth-token", "referer", "accept-encoding",
    "sec-fetch-site", "x-unknown",
)  # fmt: skip
FORMS = b"multipart/form-data"
VALUES = (
    b"", b"\xff\xfe", b"\xb2", b"Bearer", b"Bearer \xc3\xa9", b"a" * 3000, b"text/xml", FORMS,
    b"application/json; charset=undefined", FORMS + b"; boundary=", FORMS + b"; boundary=b",
    FORMS + b"; boundary=b; charset=undefined", FORMS + b"; boundary=b; charset=punycode",
    b"application/x-www-form-urlencoded; charset=utf-7", b"WECHATPAY2-SHA256-RSA2048",
    b'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="99999999999",serial_no="s",signature=""',
    b"ALIPAY-SHA256withRSA app_id=,nonce=,timestamp=,sign=", b"ALIPAY-SHA256withRSA =,=,", b"2025-11-25",
    b"1900-01-01", b"[::1", b"[::1]:x", b"evil.example", b"http://[", b"null", b"GET", b"DELETE",
    b"openid=\xff; buyer_id=;;=", b"1, ,::1", b"::ffff:203.0.113.7",
)  # fmt: skip
"""In a header."""
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW")
PART = b'--b\r\nContent-Disposition: form-data; name="code_url"\r\n\r\n\xff\r\n--b--\r\n'
BODIES = (
    b"", b"{", b"null", b"[]", b'"', b"{}{}", b"\xef\xbb\xbf{}", b'{"amount": NaN}', b"[" * 20_000,
    b'{"a":' * 9_000, b'{"amount":{"total":' + b"9" * 5_000 + b"}}", b"\x00" * 99, b"\xff\xfe{}",
    "{}".encode("utf-16"), b"a=%", b"=&=;", PART, b"--b\r\n", b" " * 70_000, b'{"\\ud800":"\\udfff"}',
    b'{"a":1,"a":2}', b"biz_content=%ED%A0%80&charset=gbk&method=x", b"1e999",
)  # fmt: skip
ENDS = ("/", "//", "/..", "%2F", "%00", "/x", "%", "%ff", ";a=b", "?", "%23")
"""After a path."""
PLACES = (
    "", "0", "9" * 5000, "9" * 17, "a" * 300, "龙", "\x00", "..", "a/b", "\ud800", "CLOSED", "%",
    "console.js",
)  # fmt: skip
"""In a place of a path."""
