"""The query of a v3 request: a parameter at most once, and none that no document knows (facts 1.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.simulator.wire.apiv3.call import Call
from harness.simulator.wire.kit.described import Parameter
from harness.simulator.wire.kit.parameter_errors import Words, unknown_members
from harness.simulator.wire.kit.schema import pointed

QUERY = "/query"


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter that a query may have. `label` is its Chinese name as the gateway's messages call it."""

    name: str
    label: str
    choices: tuple[str, ...] = ()
    """Empty: any text."""
    required: bool = False
    form: str = ""
    """The text's format in JSON Schema's word, e.g. `date`."""

    @property
    def source(self) -> str:
        """Where it stands."""
        return f"{QUERY}/{self.name}"

    @property
    def told(self) -> Parameter:
        """The same for whoever reads of it."""
        schema: dict[str, object] = {"description": self.label, "type": "string"}
        schema |= {"enum": list(self.choices)} if self.choices else {}
        schema |= {"format": self.form} if self.form else {}
        return Parameter(self.name, "query", schema, required=self.required)


def parameter(call: Call, asked: Asked) -> str | None:
    """A parameter of the query; None where it is absent.

    Raises:
        Refusal: 400 PARAM_ERROR, it is missing, was given twice, or is none of its choices.
    """
    values = [value for key, value in call.query if key == asked.name]
    if len(values) > 1:
        raise Words.TWICE.at(asked.source, asked.label, values[1], first=asked.source)
    given = values[0] if values else None
    if asked.required and not given:
        raise Words.MISSING.at(asked.source, asked.label, "")
    if asked.choices and given is not None and given not in asked.choices:
        raise Words.CHOICES.at(asked.source, asked.label, given, rule="、".join(asked.choices))
    return given


def refuse_unknown(call: Call, *, known: Iterable[Asked] = (), body: Iterable[str] = ()) -> None:
    """What no document defines is told together, wherever it stands; asked when all else is right.

    Args:
        known: what the query may have.
        body: where in the body unknown members stand.

    Raises:
        Refusal: 400 PARAM_ERROR.
    """
    unknown = list(body)
    if call.query_string:
        names = [each.name for each in known]
        unknown += sorted({f"{QUERY}/{pointed(name)}" for name, _ in call.query if name not in names})
    if unknown:
        raise unknown_members(unknown)
