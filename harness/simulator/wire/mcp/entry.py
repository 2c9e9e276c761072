"""What an endpoint says of a tool, and how `tools/list` shows it: schemas, and annotations that are true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mcp_types import Tool, ToolAnnotations
from pydantic import BaseModel

from harness.levers.models import FaultOperation
from harness.simulator.practices import Practices
from harness.simulator.wire.mcp.arguments import Arguments, loosened, schema_of

# The same order placed again is the same order, but its handle is a fresh one and the old code stops working.
ORDERS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
)
LOOKS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
ENDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool; `operation` is what the fault book calls it, None where faults do not name it."""

    title: str
    description: str
    takes: type[Arguments]
    answers: type[BaseModel]
    annotations: ToolAnnotations
    operation: FaultOperation | None = None


def listed(
    entries: Mapping[str, Entry], practices: Practices, *, lacking: str, swapped: Collection[str]
) -> list[Tool]:
    """What `tools/list` says, in a fixed order, so that two lists can be compared by digest.

    Args:
        entries: the tools by name.
        practices: some of them make the list lie.
        lacking: the tool that is missing where one is.
        swapped: those whose annotations say the opposite where they lie.
    """
    tools = [_tool(name, entry) for name, entry in entries.items()]
    if practices.lacks_tool:
        tools = [tool for tool in tools if tool.name != lacking]
    if practices.loose_schemas:
        tools = [tool.model_copy(update={"input_schema": loosened(tool.input_schema)}) for tool in tools]
    if practices.query_says_it_writes:
        tools = [
            tool.model_copy(update={"annotations": LOOKS if entries[tool.name].annotations is ENDS else ENDS})
            if tool.name in swapped
            else tool
            for tool in tools
        ]
    return tools


def _tool(name: str, entry: Entry) -> Tool:
    return Tool(
        name=name,
        title=entry.title,
        description=entry.description,
        input_schema=schema_of(entry.takes),
        output_schema=schema_of(entry.answers),
        annotations=entry.annotations,
    )
