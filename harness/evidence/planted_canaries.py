"""Plants a made-up secret of each kind in a record, where a real one of that kind would stand.

Nothing is told of them beforehand, so only what hides by typed field can hide them: the finished record
is searched for them together with the run's real secrets.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from secrets import token_hex
from urllib.parse import urlencode

from harness.core.clock import wire_now
from harness.core.exchange import Exchange, Listener

OPERATION = "canary"
"""The exchange that carries them says so in the record."""


def plant(listener: Listener) -> tuple[str, ...]:
    """Report two exchanges full of made-up secrets, and name those secrets.

    One exchange has JSON bodies, the other forms; both have secrets in address, headers and answer.
    """
    planted: list[str] = []

    def canary(kind: str) -> str:
        planted.append(f"canary-{kind}-{token_hex(12)}")
        return planted[-1]

    listener(_exchange(canary, "application/json", lambda body: json.dumps(body).encode()))
    listener(_exchange(canary, "application/x-www-form-urlencoded", lambda body: urlencode(body).encode()))
    return tuple(planted)


def _exchange(
    canary: Callable[[str], str], kind: str, written: Callable[[dict[str, str]], bytes]
) -> Exchange:
    query = urlencode({"access_token": canary("query-token"), "openid": canary("query-openid")})
    personal = {"openid": canary("openid"), "phone": canary("phone"), "idCardNumber": canary("id-card")}
    credentials = {
        "api_key": canary("api-key"),
        "apiV3Key": canary("apiv3-key"),
        "password": canary("password"),
        "paySign": canary("pay-sign"),
        "signature": canary("signature"),
    }
    return Exchange(
        dialect="-",
        operation=OPERATION,
        method="POST",
        url=f"https://{canary('userinfo')}@canary.invalid/?{query}",
        started=wire_now(),
        duration_s=0.0,
        request_headers={
            "Content-Type": kind,
            "Authorization": f"Bearer {canary('bearer')}",
            "X-API-Key": canary("header-key"),
            "Cookie": f"session={canary('cookie')}",
        },
        request_body=written(personal | credentials),
        status=200,
        response_headers={"Content-Type": kind, "Set-Cookie": f"session={canary('set-cookie')}"},
        response_body=written({"token": canary("token"), "private_key": _key(canary("private-key"))}),
    )


def _key(body: str) -> str:
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"
