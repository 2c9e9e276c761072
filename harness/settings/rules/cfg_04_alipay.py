"""CFG-04: the application and the gateway are of one edition: a sandbox number pays nobody for real.

Shapes: facts alipay 0.2. Old sandbox numbers of the form 2016… look like old production ones: not judged.
"""

from __future__ import annotations

import re

from harness.core.platform_hosts import ALIPAY_HOST, ALIPAY_SANDBOX_HOST
from harness.settings.addresses import ALIPAY_GATEWAY
from harness.settings.finding import Finding
from harness.settings.placeholders import BLANKS
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-04"
_SANDBOX = re.compile(r"9021|2021000")
_EITHER = re.compile(r"2016")


@rule(CONTROL)
def alipay_edition(context: Context) -> Ruling:
    """A sandbox application is called at the sandbox, any other at the real gateway."""
    line = context.usable("ALIPAY_APP_ID") if context.alipay else None
    if line is None:
        return Ruling(judged=0)
    gateway = context.alipay_gateway()
    address = gateway.value if gateway else ALIPAY_GATEWAY
    number = line.value.strip(BLANKS)
    problem, fix = "", ""
    if ALIPAY_HOST in address and _SANDBOX.match(number):
        problem = f"is a sandbox application's, but the gateway is the real one ({ALIPAY_HOST})"
        fix = "write the real application's APPID with its own keys, or the sandbox's gateway"
    elif ALIPAY_SANDBOX_HOST in address and not (_SANDBOX.match(number) or _EITHER.match(number)):
        problem = f"is a real application's, but the gateway is the sandbox ({ALIPAY_SANDBOX_HOST})"
        fix = "write the sandbox application's APPID with its own keys, or the real gateway"
    if not problem:
        return Ruling(judged=1)
    return Ruling(1, (Finding.on(CONTROL, line, problem, fix),))
