"""Records whose exports others open: one in which things failed, one full of hostile words."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.control import Blame, Check, Outcome
from harness.evidence import RunRecord
from reports.export import reviewed
from reports.exports.review import Review
from tests.reports.sample_run import BLAMES, sample_run

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "| a | b |\n| --- | --- |\n# heading @everyone #1 !2 ~bug",
    "[link](javascript:alert(1)) ![x](http://evil.example/x.png) www.evil.example https://evil.example",
    "```\nrm -rf /\n``` ` `` \\",
    "half an emoji \ud83d, a NUL \x00, an escape \x1b[2K, bidi \u202e and \ufffe",
    "_x000D_ _x0041_",
    "[[ATTACHMENT|/etc/passwd]]",
    "]]> <!-- --> &amp; &lt; %00 ${jndi:x} {{7*7}} {0}",
    "::error::forged\n##[error]forged",
    "x" * 40_000,
    "🧨" * 20_000,
)
"""What a merchant or an endpoint may have answered."""
WRONG = {
    "CBK-11": (Outcome.FAIL, Blame.MERCHANT),
    "MCP-04": (Outcome.FAIL, Blame.ENDPOINT),
    "QRY-02": (Outcome.INCONCLUSIVE, None),
    "PAY-03": (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT),
    "SEC-03": (Outcome.HARNESS_ERROR, Blame.HARNESS),
    "CFG-05": (Outcome.FAIL, Blame.MERCHANT),
}
SETTING = "MCP_RETRY_COUNT: asks for 99 attempts, more than 10 Fix: write 2 or 3 [.env.local:14]"


@pytest.fixture
def flawed(tmp_path: Path) -> RunRecord:
    """A rehearsal in which something of every kind went wrong."""
    return sample_run(tmp_path / "runs", change=_flawed)


@pytest.fixture
def hostile(tmp_path: Path) -> RunRecord:
    """A rehearsal whose every message was written by somebody who means harm."""
    return sample_run(tmp_path / "runs", change=_hostile)


@pytest.fixture
def review(flawed: RunRecord) -> Review:
    """The flawed rehearsal as judged at its end."""
    return reviewed(flawed.folder)


def _flawed(check: Check) -> Check:
    outcome, blame = WRONG.get(check.control, (check.outcome, None))
    if outcome is check.outcome:
        return check
    message = SETTING if check.control == "CFG-05" else "it was credited twice"
    return check.model_copy(update={"outcome": outcome, "blame": blame, "message": message})


def _hostile(check: Check) -> Check:
    number = int(check.control[4:]) + ord(check.control[0])
    said = HOSTILE[number % len(HOSTILE)]
    outcome = Outcome.WARN if number % 3 == 0 else Outcome.FAIL
    return Check.model_validate(
        check.model_dump() | {"outcome": outcome, "blame": BLAMES[outcome], "message": said}
    )
