"""What a diagnosis says: whether the signature holds, its one cause where proven, and what is certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.core.control import Text
from harness.core.texts import Texts, read_texts

_SECTIONS: Mapping[str, Texts] = read_texts(Path(__file__).with_name("mistakes.yaml"))
MISTAKES = _SECTIONS["mistakes"]
"""What each mistake is and what mends it, by name."""
_STATES = _SECTIONS["states"]
_CERTAIN = _SECTIONS["certain"]


class State(StrEnum):
    """How a diagnosis ended."""

    HOLDS = "holds"
    """The signature is right, and so is what goes with it."""
    NAMED = "named"
    """Exactly one known mistake explains it, and the signature itself proves it."""
    UNKNOWN = "unknown"
    """No single known mistake explains it: another one, several at once, or a key that nobody here knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why a signature does not hold. Nothing in it is a guess.

    A signature that some key opens shows the very digest that was signed. A text is therefore named only
    where its digest is that one.
    """

    state: State
    kind: str
    """Of the message: `apiv3-request` `apiv3-message` `alipay-request` `alipay-notify` `alipay-v3-request`
    `alipay-v3-answer` `alipay-answer` `envelope-request` `envelope-alipay-request` `envelope-message`; empty
    where nothing of it could be read."""
    cause: str | None
    """The mistake's name in `mistakes.yaml`; None unless `state` is NAMED."""
    sentence: Text
    """The cause and what mends it, or that it is unknown."""
    certain: tuple[Text, ...]
    """What is proven besides: which key, which digest, how far the clock is off."""
    expected: str
    """The exact string to sign; bytes that are no UTF-8 are shown as `\\xNN`."""
    signed: str | None
    """The string that was signed, where it is known; `expected` where the text is not at fault."""
    texts_tried: int
    """How many texts were hashed."""
    keys_tried: int
    """How many times a key was used."""

    def as_document(self) -> dict[str, object]:
        """It for programs, in both languages."""
        return {
            "state": self.state.value,
            "kind": self.kind,
            "cause": self.cause,
            "sentence": self.sentence.model_dump(),
            "certain": [each.model_dump() for each in self.certain],
            "expected": self.expected,
            "signed": self.signed,
            "texts_tried": self.texts_tried,
            "keys_tried": self.keys_tried,
        }


def sentence_of(state: State, cause: str | None) -> Text:
    """What is said of it."""
    return _STATES[state.value] if cause is None else MISTAKES[cause]


NOT_LOOKED_INTO = _STATES["busy"]
"""What is said where nobody had the time."""


def without_key(state: State, cause: str | None, *facts: Text, kind: str = "") -> Diagnosis:
    """A diagnosis of what came to no key at all."""
    return Diagnosis(
        state=state,
        kind=kind,
        cause=cause,
        sentence=sentence_of(state, cause),
        certain=facts,
        expected="",
        signed=None,
        texts_tried=0,
        keys_tried=0,
    )


def certain(name: str, **values: object) -> Text:
    """A fact of the section `certain`, filled in."""
    return _CERTAIN[name].filled(**values)


def shown(text: bytes) -> str:
    """A signed text as a string that loses nothing."""
    return text.decode("utf-8", "backslashreplace")
