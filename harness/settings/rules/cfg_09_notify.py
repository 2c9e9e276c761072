"""CFG-09: callbacks can arrive: https, public, with a path, without a query, not too long.

Form alone: whether anybody answers there, and without a login, is tried by a scenario (P§2, C33; facts 3.1,
facts alipay 3.6). For a simulator loopback is right, plain http too.
"""

from __future__ import annotations

from typing import NamedTuple

from harness.settings.addresses import Address, is_public
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.cfg_02_endpoints import usable_address
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-09"
LONGEST = {"WECHAT_PAY_NOTIFY_URL": 255, "ALIPAY_NOTIFY_URL": 256}
"""Characters that each platform takes."""
LOGINS = frozenset(("login", "signin", "sign-in", "sso", "oauth", "oauth2", "cas"))
"""Parts of a path behind which people sign in, and no platform can."""


class _Wrong(NamedTuple):
    problem: str
    fix: str


@rule(CONTROL)
def callback_addresses(context: Context) -> Ruling:
    """Each address that a platform is told to call back has the form that it can use."""
    names = (name for name in LONGEST if context.alipay or not name.startswith("ALIPAY_"))
    lines = list(context.usable_of(*names))
    return Ruling(len(lines), tuple(finding for line in lines if (finding := _judge(line, context))))


def _judge(line: EnvLine, context: Context) -> Finding | None:
    address = usable_address(line, context, control=CONTROL)
    if isinstance(address, Finding):
        return address
    wrong = _wrong(line, address, context)
    if wrong is None:
        return None
    return Finding.on(CONTROL, line, wrong.problem, wrong.fix)


def _wrong(line: EnvLine, address: Address, context: Context) -> _Wrong | None:
    """What the platform would refuse of a callback address, or could never use."""
    length, longest = len(line.value), LONGEST[line.key]
    if length > longest:
        return _Wrong(f"has {length} characters; the platform takes {longest} at most", "shorten it")
    if not line.value.startswith(address.scheme):
        return _Wrong(
            "does not spell https:// in lower case; the platform refuses that", "write https:// in lower case"
        )
    if unreachable(address, context):
        return _Wrong(
            "names a host that is not public (this machine, a private network, a name such as .local): no "
            "callback of the platform gets there",
            "write an https address that the internet can reach, without a query",
        )
    if address.path in ("", "/"):
        return _Wrong(
            "has no path; the platform refuses a bare host, or callbacks would go to the home page",
            "add the path of your callback route",
        )
    if LOGINS & set(address.path.lower().split("/")):
        return _Wrong(
            "leads to a login, which no platform passes",
            "name a route of its own for callbacks, which asks for no session",
        )
    return None


def unreachable(address: Address, context: Context) -> bool:
    """Whether the target's platform could never reach an address."""
    target = context.target
    if target.loopback or (target.host is not None and not is_public(target.host)):
        return False
    return not is_public(address.host)
