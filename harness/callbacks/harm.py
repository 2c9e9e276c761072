"""What somebody could do to a merchant that believes a kind of forgery: a paragraph for each control."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from harness.core.control import Text
from harness.core.texts import Texts, read_texts


def harm_of(control: str, attack: str = "") -> Text:
    """The paragraph of a control, or of an attack that does other harm than the rest of them.

    A plain sentence where a form of another package brought the control along.
    """
    found = _paragraphs()
    return found.get(attack) or found.get(control, Text(zh="有人可不付款而得货。", en="goods go out unpaid."))


@cache
def _paragraphs() -> Texts:
    return read_texts(Path(__file__).with_name("harm.yaml"))["harm"]
