"""The outages that have a name, as a developer begins them here, and ends them."""

from __future__ import annotations

from functools import cache

from harness.core.control import Text
from harness.simulator.faults.named_outages import outage, outages
from harness.simulator.faults.rules import FaultBook

END = "none"
_END = Text(zh="结束：一切照常", en="end it: all is as it should be")


@cache
def offered() -> dict[str, Text]:
    """What each is called, by its name; last their end. Read once: ten files keep a loop waiting."""
    names = {name: outage(name).name or Text.same(name) for name in outages()}
    return names | {END: _END}


def begin(faults: FaultBook, name: str) -> bool:
    """Let one stand in place of whatever stood; False: there is none of that name."""
    if name != END and name not in outages():
        return False
    if name == END:
        faults.stand(name, ())
    else:
        begun = outage(name)
        faults.stand(begun.source, begun.rules)
    return True
