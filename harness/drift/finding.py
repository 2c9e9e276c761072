"""One difference: at which operation and place, what was recorded, and what the simulator says instead."""

from __future__ import annotations

from enum import StrEnum

from harness.core.control import Model, Text
from harness.core.plain_text import PlainText

BLAME = Text(
    zh="差异一律记在模拟器名下：模拟器与记录下来的实际不符",
    en="the simulator differs from the recorded reality",
)


class Kind(StrEnum):
    """What differs."""

    STATUS = "status"
    SIGNATURE = "signature"
    HEADER_MISSING = "header-missing"
    HEADER_EXTRA = "header-extra"
    HEADER_LETTERS = "header-letters"
    HEADER_VALUE = "header-value"
    FORM = "form"
    MEMBER_MISSING = "member-missing"
    MEMBER_EXTRA = "member-extra"
    TYPE = "type"
    VALUE = "value"
    ORDER = "order-of-checks"
    NO_ANSWER = "no-answer"


TITLES: dict[Kind, Text] = {
    Kind.STATUS: Text(zh="HTTP 状态码不同", en="another HTTP status"),
    Kind.SIGNATURE: Text(zh="签名是否成立不同", en="whether the signature holds"),
    Kind.HEADER_MISSING: Text(zh="模拟器缺少此应答头", en="a header that the simulator does not send"),
    Kind.HEADER_EXTRA: Text(zh="模拟器多出此应答头", en="a header that only the simulator sends"),
    Kind.HEADER_LETTERS: Text(zh="应答头名称大小写不同", en="a header's name in other letters"),
    Kind.HEADER_VALUE: Text(zh="应答头的值不同", en="another value of a header"),
    Kind.FORM: Text(zh="应答体形式不同", en="a body of another form"),
    Kind.MEMBER_MISSING: Text(zh="模拟器缺少此字段", en="a member that the simulator does not have"),
    Kind.MEMBER_EXTRA: Text(zh="模拟器多出此字段", en="a member that only the simulator has"),
    Kind.TYPE: Text(zh="JSON 类型不同", en="another JSON type"),
    Kind.VALUE: Text(zh="值不同", en="another value"),
    Kind.ORDER: Text(
        zh="检查顺序不同：两处都错时先报哪一处", en="order of checks: which of two mistakes is told of"
    ),
    Kind.NO_ANSWER: Text(zh="模拟器没有应答", en="the simulator gave no answer"),
}


class Finding(Model):
    """A difference."""

    dialect: str
    operation: str
    kind: Kind
    place: str
    """A JSON Pointer into the body, a header's name as recorded, or empty."""
    recorded: PlainText
    """What the real one said."""
    simulated: PlainText
    """What the simulator says."""
    source: str = ""
    """Which document says so."""

    @property
    def id(self) -> str:
        """What a line of accepted differences calls it."""
        return f"{self.dialect}:{self.operation}:{self.kind}:{self.place}"
