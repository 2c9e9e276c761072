"""The query of a v3 request: a parameter at most once, and none that no document knows (facts 1.7)."""

from __future__ import annotations

from collections.abc import Iterable

from harness.simulator.wire.apiv3.call import Call
from harness.simulator.wire.kit.parameter_errors import Words, unknown_members
from harness.simulator.wire.kit.schema import pointed

QUERY = "/query"


def parameter(call: Call, name: str, label: str) -> str | None:
    """A parameter of the query; None where it is absent.

    Args:
        label: its Chinese name as the gateway's messages call it.

    Raises:
        Refusal: 400 PARAM_ERROR, it was given twice.
    """
    values = [value for key, value in call.query if key == name]
    if len(values) > 1:
        source = f"{QUERY}/{name}"
        raise Words.TWICE.at(source, label, values[1], first=source)
    return values[0] if values else None


def choice(call: Call, name: str, label: str, choices: Iterable[str]) -> str | None:
    """A parameter that is one of `choices`; None where it is absent.

    Raises:
        Refusal: 400 PARAM_ERROR, it is none of them, or was given twice.
    """
    given = parameter(call, name, label)
    if given is not None and given not in choices:
        raise Words.CHOICES.at(f"{QUERY}/{name}", label, given, rule="、".join(choices))
    return given


def refuse_unknown(call: Call, *, known: frozenset[str] = frozenset(), body: Iterable[str] = ()) -> None:
    """What no document defines is told together, wherever it stands; asked when all else is right.

    Args:
        known: names that the query may have.
        body: where in the body unknown members stand.

    Raises:
        Refusal: 400 PARAM_ERROR.
    """
    query = {f"{QUERY}/{pointed(name)}" for name, _ in call.query if name not in known}
    if unknown := [*body, *sorted(query)]:
        raise unknown_members(unknown)
