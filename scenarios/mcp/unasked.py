"""What an endpoint tells an agent before anything is asked, and whether it speaks to the agent's obedience.

A client hands `instructions` and every text of the tool list to a language model as if its own operator had
written them. So they are judged as text: what no honest description holds fails, what an honest one might say
is left to a person. Patterns find the crude attempts; that nothing is found proves no good will.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_I = re.IGNORECASE | re.MULTILINE
# Not U+200C and U+200D, which scripts and pictographs need.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
HIDDEN = "hidden characters"
NEVER = {
    "a role of a chat": re.compile(
        r"<\|\w+\|>|\[/?INST\]|<</?SYS>>|^[ \t]*(system|assistant|developer)[ \t]{0,9}[:：]"
        r"|</?[ \t]{0,9}(system|assistant|important|secret|instructions?)[ \t]{0,9}>",
        _I,
    ),
    "markup that acts": re.compile(
        r"<!--|<[ \t]{0,9}(script|iframe|img|svg|object|embed|style|link|meta|form)\b|!\[[^\]\n]{0,200}\]\("
        r"|\b(javascript|vbscript):|\bdata:\w+/",
        _I,
    ),
    "an order to forget others": re.compile(
        r"\b(ignore|disregard|forget)\s+(\w+\s+){0,3}?"
        r"(previous|prior|above|earlier|preceding|other|system|all|any|your)\b[^.\n]{0,20}"
        r"\b(instructions?|prompts?|rules?|guidelines?)\b"
        r"|(忽略|无视|忘记|忘掉|不要理会)[^。\n]{0,4}"
        r"(之前|以上|先前|上述|上面|所有|一切|其他|系统)[^。\n]{0,8}(指令|指示|提示词|规则)",
        _I,
    ),
}
"""Signs that stand in no honest text."""
PERHAPS = {
    "a wish for silence": re.compile(
        r"\b(do not|don't|never|without)\s+(tell|inform|mention|notify|alert)(ing)?\b[^.\n]{0,40}"
        r"\b(user|human|customer|shopper|payer|owner|operator)\b"
        r"|(不要|不得|不必|无需|别)(告诉|告知|通知|提及|提醒)[^。\n]{0,10}(用户|客户|顾客|付款人|人类)",
        _I,
    ),
    "a wish to go unconfirmed": re.compile(
        r"\b(no need to|need not|needn't|do(es)? not need to|don't|do not)\s+(ask|confirm|wait)\b"
        r"|(无需|不必|不用|不要)[^。\n]{0,8}(确认|同意|授权|询问)",
        _I,
    ),
    "a wish for what is secret": re.compile(
        r"\b(send|include|pass|append|attach|forward|post|upload|copy)\b[^.\n]{0,40}"
        r"\b(conversation|chat history|system prompt|private key|api key|password|credentials?|\.env)\b"
        r"|(发送|附上|填入|传入|包含|上传|复制)[^。\n]{0,15}(对话|聊天记录|系统提示|密钥|私钥|密码|凭证)",
        _I,
    ),
}
"""Signs that an honest text may hold as well."""
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found in one of the texts.

    Args:
        place: where it stands, e.g. `refund-order, inputSchema.properties.reason.description`.
        kind: one of the signs above.
        certain: whether no honest text holds it.
        shown: the passage, with nothing in it that a terminal or a page would obey.
    """

    place: str
    kind: str
    certain: bool
    shown: str


def texts(instructions: Mapping[str, object], tools: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Every text that an agent is told unasked, by its place; names of members are texts as well.

    Args:
        instructions: as they were told, by what they were told in.
        tools: as `tools/list` has them.
    """
    found = {f"instructions ({where})": text for where, text in instructions.items() if isinstance(text, str)}
    for tool in tools:
        for place, text in _strings(tool):
            found[f"{tool.get('name')}, {place}"] = text
    return found


def signs(told: Mapping[str, str]) -> list[Sign]:
    """What in these texts is meant for the agent's obedience, the certain first."""
    found = [sign for place, text in told.items() for sign in _signs_in(place, text)]
    return sorted(found, key=lambda sign: not sign.certain)


def _signs_in(place: str, text: str) -> Iterator[Sign]:
    place = repr(place)[1:-1]  # it may be of names that the endpoint chose
    if hidden := _HIDDEN.search(text):
        yield Sign(place, HIDDEN, certain=True, shown=_shown(text, hidden))
    # As a model reads it: full-width letters are letters, and what is hidden parts no word.
    plain = unicodedata.normalize("NFKC", _HIDDEN.sub("", text))
    for kinds, certain in ((NEVER, True), (PERHAPS, False)):
        for kind, pattern in kinds.items():
            if found := pattern.search(plain):
                yield Sign(place, kind, certain=certain, shown=_shown(plain, found))


def _shown(text: str, found: re.Match[str]) -> str:
    start = max(found.start() - SHOWN // 4, 0)
    return ascii(text[start : start + SHOWN])[1:-1] if found.re is _HIDDEN else repr(text[start:][:SHOWN])


def _strings(node: object, place: str = "") -> Iterator[tuple[str, str]]:
    match node:
        case str():
            yield place, node
        case dict():
            for name, value in node.items():
                below = f"{place}.{name}" if place else str(name)
                yield f"{below}[name]", str(name)
                yield from _strings(value, below)
        case list():
            for number, value in enumerate(node):
                yield from _strings(value, f"{place}[{number}]")
