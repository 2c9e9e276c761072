"""CFG-10: Alipay's numbers have Alipay's shapes, are no samples, and belong to one account.

Shapes and published samples: facts alipay 0.2 and 10. Judged once a file configures Alipay.
"""

from __future__ import annotations

import re
from functools import partial

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.placeholders import BLANKS
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-10"
_finding = partial(Finding.on, CONTROL)
APP_ID = re.compile(r"20(?:1[4-9]|2[0-9])[0-9]{12}|9021[0-9]{12}")
USER = re.compile(r"2088[0-9]{12}")
SAMPLES = frozenset(
    (
        "2014060600164699",
        "2014072300007148",
        "2017060101317939",
        "2019091767145019",
        "2021001161683774",
        "2088102146225135",
    )
)
"""Numbers of public demos and of the documentation; the keys of some are published with them."""


@rule(CONTROL)
def alipay_numbers(context: Context) -> Ruling:
    """The application's number and the seller's are what they should be."""
    if not context.alipay:
        return Ruling(judged=0)
    lines = list(context.usable_of("ALIPAY_APP_ID", "ALIPAY_SELLER_ID"))
    return Ruling(len(lines), tuple(finding for line in lines if (finding := _judge(line))))


@rule(CONTROL)
def one_account(context: Context) -> Ruling:
    """Alipay's MCP endpoint brings the orders of the account that its own gateway brings."""
    seller, named = context.usable("ALIPAY_SELLER_ID"), context.usable("ALIPAY_MCP_MERCHANT_ID")
    if not context.alipay_mcp or seller is None or named is None:
        return Ruling(judged=0)
    if seller.value == named.value:
        return Ruling(judged=1)
    return Ruling(
        1,
        (
            _finding(
                named,
                "is another account than ALIPAY_SELLER_ID: both ways have to lead to the same orders",
                "write the same as ALIPAY_SELLER_ID",
            ),
        ),
    )


def _judge(line: EnvLine) -> Finding | None:
    value = line.value.strip(BLANKS)
    app = line.key == "ALIPAY_APP_ID"
    if value in SAMPLES:
        return _finding(
            line,
            "is a sample number of public code or documentation, which others can sign for",
            "write the number of your own application or account",
        )
    if (APP_ID if app else USER).fullmatch(value):
        return None
    if app and USER.fullmatch(value):
        return _finding(
            line,
            "is a user number (PID, 2088…) in the place of an application's number (APPID)",
            "copy APPID from the application's page; the PID belongs into ALIPAY_SELLER_ID",
        )
    shape = "16 digits that begin with 9021 or 2014 to 2029" if app else "16 digits that begin with 2088"
    return _finding(
        line,
        f"has the wrong shape ({len(value)} characters): it should be {shape}",
        f"copy the whole value from Alipay's console once more: {shape}",
    )
