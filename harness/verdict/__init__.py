"""The verdict: pure functions from evidence to GO, NO-GO or NOT YET. Nothing here reads a file or a clock."""

from harness.verdict.doubts import date_doubts, made_faulty
from harness.verdict.gate_evidence import FRESH, EvidenceRow, Result, relevant, result
from harness.verdict.gates import Gate, Requirement, Rule, highest_gate, requirements
from harness.verdict.judge import judge
from harness.verdict.judgement import ControlStatus, Count, GateVerdict, Judgement, Tally
from harness.verdict.precedence import Part, Standing, Waiver, parts_of, standing_of, worst
from harness.verdict.price import Missing, Price, price_of
from harness.verdict.readiness import Readiness, readiness_of
from harness.verdict.terminal import exit_code, open_points, verdict_lines

__all__ = [
    "FRESH",
    "ControlStatus",
    "Count",
    "EvidenceRow",
    "Gate",
    "GateVerdict",
    "Judgement",
    "Missing",
    "Part",
    "Price",
    "Readiness",
    "Requirement",
    "Result",
    "Rule",
    "Standing",
    "Tally",
    "Waiver",
    "date_doubts",
    "exit_code",
    "highest_gate",
    "judge",
    "made_faulty",
    "open_points",
    "parts_of",
    "price_of",
    "readiness_of",
    "relevant",
    "requirements",
    "result",
    "standing_of",
    "verdict_lines",
    "worst",
]
