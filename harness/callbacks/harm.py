"""What somebody could do to a merchant that believes a kind of forgery, a paragraph for each control."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from harness.core.control import Text
from harness.core.texts import Texts, read_texts


def harm_of(control: str) -> Text:
    """The paragraph of a control; nothing where a form of another package brought the control along."""
    return _paragraphs().get(control, Text(zh="有人可不付款而得货。", en="goods go out unpaid."))


@cache
def _paragraphs() -> Texts:
    return read_texts(Path(__file__).with_name("harm.yaml"))["harm"]
