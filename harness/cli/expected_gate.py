"""What `golive verify --expect-go` asks beside that a pack holds: that a gate was GO, and still is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self

from harness.core.control import Language, Text
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.verdict import Judgement, verdict_lines
from reports.evidence_pack.verify import Verified

_MET = Text(zh="符合要求：{gate} 当时为 GO，现在仍为 GO", en="As expected: {gate} was GO then, and still is")
_UNMET = Text(
    zh="不符合要求（--expect-go {gate}）：当时为 {then}，现在为 {now}",
    en="Not as expected (--expect-go {gate}): it was {then} then, and is {now} now",
)


class Expected(NamedTuple):
    """How a gate stood at the pack's moment, and stands at a later one."""

    gate: str
    then: str
    """GO, NO-GO or NOT YET; of a narrowed run its ending, which is no gate's."""
    now: str
    as_of: datetime
    """The later moment."""

    @classmethod
    def of(cls, found: Verified, gate: str) -> Self:
        """How a gate stood and stands, in a pack that was judged at two moments.

        Raises:
            UsageError: the requirement set of its run has no such gate.
        """
        judged, later = found.judgement, found.later or found.judgement
        if judged.gates and gate not in judged.gates:
            raise UsageError(
                f"there is no gate {gate!r}",
                where="--expect-go",
                remedy=did_you_mean(gate, judged.gates),
            )
        return cls(gate, _verdict(judged, gate), _verdict(later, gate), later.as_of)

    @property
    def met(self) -> bool:
        """Whether it is as expected."""
        return self.then == self.now == "GO"

    def told(self) -> dict[str, Any]:
        """It for programs."""
        return {**self._asdict(), "as_of": self.as_of.isoformat(), "met": self.met}

    def lines(self, found: Verified, language: Language) -> Iterator[str]:
        """It for people; of what was GO and is not any more, first what is missing now."""
        if self.then == "GO" != self.now and found.later is not None:
            yield from verdict_lines(found.later, self.gate, language)
        told = {"gate": self.gate, "then": self.then, "now": self.now}
        yield (_MET if self.met else _UNMET).filled(**told).spoken(language)


def _verdict(judgement: Judgement, gate: str) -> str:
    if gate in judgement.gates:
        return str(judgement.gates[gate].verdict)
    return " ".join(("SELECTION", str(judgement.selection)))
