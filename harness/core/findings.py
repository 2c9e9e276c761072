"""Tells a finding in Chinese: the English sentence of a record, matched against a catalogue of templates.

Records keep the English sentence, so that history, exports and what was sealed stay as they are. Whoever
shows one in Chinese looks it up here: the `findings.zh.yaml` of each room pairs templates, `{places}` hold
what was seen. A sentence nobody translated is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import ne
from pathlib import Path

from harness.core.control import Language, Text
from harness.core.texts import read_pairs, read_texts

_TREE = Path(__file__).parents[2]
_CATALOGUES = ("harness/*/findings.zh.yaml", "load/findings.zh.yaml", "reports/findings.zh.yaml")
"""What each room says: read as data, for this one imports no other."""
_CALLBACKS = "harness/callbacks/**/*.yaml"
"""What forgeries are called, and what they do."""

DEEPEST = 6
"""How far sentences are looked for inside of sentences: a merchant's words may nest without end."""
_PLACE = re.compile(r"\{([a-z_]+)\}")
_SEAMS = {"\n": "\n", " → ": " → ", " · ": "；", ". ": "。", "; ": "；"}
"""Where sentences were joined, outermost first, and how Chinese joins them."""
_FRAMES = (
    (re.compile(r"([A-Z][A-Z0-9_]+): (.+) Fix: (.+)", re.DOTALL), "{}：{}。解决办法：{}", 2),  # of a setting
    (re.compile(r"([A-Z][a-z]\w+): (.+)", re.DOTALL), "{}：{}", 2),  # the kind of an error
    (re.compile(r"(.+) \[([^\[\]\n…]+)\]", re.DOTALL), "{} [{}]", 1),  # its place
)
"""What stands around a sentence, and which group the sentence is."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence in both languages, cut at its places."""

    literals: tuple[str, ...]
    """The English around the places: one more than these."""
    places: tuple[str, ...]
    zh: str

    @classmethod
    def of(cls, text: Text) -> Template:
        """The template of a pair."""
        cut = _PLACE.split(text.en)
        return cls(tuple(cut[::2]), tuple(cut[1::2]), text.zh)

    @property
    def weight(self) -> int:
        """How much of it is literal: the more, the surer a match."""
        return sum(map(len, self.literals))

    def captured(self, sentence: str) -> dict[str, str] | None:
        """What the places hold if the whole sentence is of this template.

        Each literal is taken where it comes first. That finds a match wherever there is one, in one pass:
        with a regular expression an answer full of our own words could make a report last for ever.
        """
        first, *middle = self.literals
        if not middle:
            return {} if sentence == first else None
        last = middle.pop()
        end = len(sentence) - len(last)
        if end < len(first) or not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        held, at = [], len(first)
        for literal in middle:
            found = sentence.find(literal, at, end)
            if found < 0:
                return None
            held.append(sentence[at:found])
            at = found + len(literal)
        return dict(zip(self.places, [*held, sentence[at:end]], strict=True))


def translated(sentence: str) -> Text:
    """A sentence of a record in both languages; what is not in the catalogue stays English in both."""
    return Text(zh=_chinese(sentence, 0), en=sentence)


def told_in(sentence: str, language: Language) -> str:
    """A sentence of a record in one language; English needs no look at the catalogue."""
    return _chinese(sentence, 0) if language == "zh" else sentence


def catalogues() -> list[Path]:
    """The files that hold sentences with their Chinese, one a room that speaks."""
    return sorted(path for pattern in _CATALOGUES for path in _TREE.glob(pattern))


def fill(template: str, held: Mapping[str, str]) -> str:
    """A template with its places filled; other braces are text."""
    return _PLACE.sub(lambda place: held.get(place[1], place[0]), template)


@lru_cache(maxsize=4096)
def _chinese(sentence: str, depth: int) -> str:
    if depth > DEEPEST or not sentence.strip():
        return sentence
    around = (
        _joined(sentence, "\n", any, depth)
        or _framed(sentence, depth)
        or _joined(sentence, " → ", all, depth)
        or _joined(sentence, " · ", all, depth)
    )
    if around:
        return around
    for template in _templates(sentence[0]):
        held = template.captured(sentence)
        if held is not None:
            return fill(template.zh, {name: _chinese(part, depth + 1) for name, part in held.items()})
    for seam in _SEAMS:
        if joined := _joined(sentence, seam, any, depth):
            return joined
    return sentence


def _framed(sentence: str, depth: int) -> str:
    """The sentence with what stands around it, in Chinese; empty without a frame, or where it is not ours."""
    for frame, whole, group in _FRAMES:
        if found := frame.fullmatch(sentence):
            parts = [_chinese(part, depth + 1) for part in found.groups()]
            if parts[group - 1] != found[group]:
                return whole.format(*parts)
    return ""


def _joined(sentence: str, seam: str, enough: Callable[[Iterable[bool]], bool], depth: int) -> str:
    """The parts between a seam, each in Chinese; empty where not enough of them are sentences of ours."""
    parts = sentence.split(seam)
    chinese = [_chinese(part, depth + 1) for part in parts] if len(parts) > 1 else parts
    return _SEAMS[seam].join(chinese) if enough(map(ne, chinese, parts)) else ""


@lru_cache(maxsize=256)
def _templates(initial: str) -> tuple[Template, ...]:
    """Those that a sentence with this first character can be of."""
    return tuple(each for each in _every_template() if each.literals[0][:1] in ("", initial))


@cache
def _every_template() -> tuple[Template, ...]:
    """The most literal first; read when the first sentence is shown in Chinese."""
    return tuple(sorted(map(Template.of, _pairs()), key=lambda each: -each.weight))


def _pairs() -> Iterator[Text]:
    for path in catalogues():
        yield from read_pairs(path)
    for path in sorted(_TREE.glob(_CALLBACKS)):
        for texts in read_texts(path).values():
            yield from texts.values()
