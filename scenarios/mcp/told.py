"""What an endpoint says without being asked for just that, and a model or a person is shown all the same.

By the specification that is how a server introduces itself (`instructions`, `serverInfo`), what it offers
(tools, prompts, resources, templates: menus, and context that a client may include by itself), what comes
beside an answer (log and progress messages, questions back), and what a tool says of an order that is not
there. The text of a prompt, of a resource or of a completion is not among it: a person picks those, and a
prompt is there to instruct. Nor is `_meta` of an answer, which is for programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from scenarios.mcp.answer import RpcAnswer
from scenarios.mcp.jsonrpc import BEFORE, RawMcp, tools_of

_SERVER = "io.modelcontextprotocol/serverInfo"
_LOGS = {"progressToken": "golive", "io.modelcontextprotocol/logLevel": "debug"}
"""Asks an endpoint of either era for what it says beside an answer."""
_LISTS = {
    "prompts": {"prompts/list": "prompts"},
    "resources": {"resources/list": "resources", "resources/templates/list": "resourceTemplates"},
}
"""By the capability that offers them: lists, and the member of their answers."""


class Told(NamedTuple):
    """What was said unasked, by where it was: of each tool, and all the rest."""

    tools: dict[str, object]
    rest: dict[str, object]


def told_unasked(raw: RawMcp) -> Told:
    """Ask for everything that a client asks for by itself.

    Raises:
        NotExercised: no tools are listed.
    """
    rest: dict[str, object] = {}
    hellos = {"initialize": raw.initialize(BEFORE), "server/discover": raw.stateless("server/discover")}
    offered: dict[str, Any] = {}
    for where, hello in hellos.items():
        result = hello.result or {}
        offered |= _members(result.get("capabilities"))
        about = {
            "instructions": result.get("instructions"),
            "serverInfo": result.get("serverInfo") or _members(result.get("_meta")).get(_SERVER),
        }
        rest |= {f"{name} ({where})": said for name, said in about.items() if said}
        rest |= _beside(where, [hello])
    listed = raw.pages("tools/list")
    rest |= _beside("tools/list", listed)
    tools: dict[str, object] = {}
    for number, tool in enumerate(tools_of(listed), start=1):
        name = str(tool["name"])
        tools[f"{name} (no. {number})" if name in tools else name] = tool
    for capability in _LISTS.keys() & offered.keys():
        for method, member in _LISTS[capability].items():
            pages = raw.pages(method)
            rest[method] = [(page.result or {}).get(member) for page in pages]
            rest |= _beside(method, pages)
    return Told(tools, rest | _of_no_order(raw))


def _of_no_order(raw: RawMcp) -> dict[str, object]:
    """What is said of an order that is not there: no text of a merchant's or a payer's is in it."""
    words = raw.words
    arguments = {words.number: raw.order()[words.number]}
    answer = raw.send("tools/call", {"name": words.query, "arguments": arguments, "_meta": _LOGS})
    result = answer.result or {}
    shown = [result.get("content"), result.get("structuredContent"), answer.error]
    return {f"{words.query} of no order": shown, **_beside(words.query, [answer])}


def _beside(where: str, answers: Sequence[RpcAnswer]) -> dict[str, object]:
    """The messages beside these answers."""
    said = [message for answer in answers for message in answer.beside]
    return {f"beside {where}": said} if said else {}


def _members(told: object) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}
