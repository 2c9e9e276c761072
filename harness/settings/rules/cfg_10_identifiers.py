"""CFG-10: identifiers have the platform's own shape, not just some text (facts 2.2, 2.4 and 3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.placeholders import BLANKS
from harness.settings.rules.registry import Context, Ruling, rule

CONTROL = "CFG-10"
SERIAL = re.compile(r"[0-9A-F]{40}")
_SPKI = re.compile(r"-----BEGIN (?:RSA )?PUBLIC KEY-----|^MII[BC].jANBgkqhkiG9w0BAQEF")
_LABEL = re.compile(r"^[A-Za-z_ ]*\s*[=:：]\s*")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an identifier must look like, and how to make it out of what people paste."""

    pattern: re.Pattern[str]
    text: str
    mended: Callable[[str], str]
    """The right form of a wrong one, as far as it can be computed; the shape is tried on the result."""


def _serial(value: str) -> str:
    digits = re.sub(r"[\s:-]", "", value.removeprefix("0x").removeprefix("0X"))
    if re.fullmatch(r"[0-9]{41,49}", digits):  # the same number, as some tools print it: in decimal
        return f"{int(digits):040X}"
    return digits.upper()


def _public_key_id(value: str) -> str:
    digits = re.sub(r"(?i)^PUB[_-]?KEY[_-]?ID[_-]?", "", value)
    return f"PUB_KEY_ID_{digits}"


def _as_it_is(value: str) -> str:
    return value


SHAPES: dict[str, Shape] = {
    "WECHAT_PAY_CERT_SERIAL": Shape(SERIAL, "40 upper-case hexadecimal digits", _serial),
    "WECHAT_PAY_PUBLIC_KEY_ID": Shape(
        re.compile(r"PUB_KEY_ID_[0-9]+"),
        "PUB_KEY_ID_ and digits",
        _public_key_id,
    ),
    "WECHAT_PAY_MCH_ID": Shape(re.compile(r"[0-9]{8,10}"), "8 to 10 digits", _as_it_is),
    "WECHAT_MCP_MERCHANT_ID": Shape(re.compile(r"[0-9]{8,10}"), "8 to 10 digits", _as_it_is),
    "WECHAT_PAY_APP_ID": Shape(re.compile(r"wx[0-9A-Za-z]{16}"), "wx and 16 characters", _as_it_is),
}


@rule(CONTROL)
def identifiers(context: Context) -> Ruling:
    """Each identifier that is set fits its shape; blanks around it are another rule's."""
    lines = list(context.usable_of(*SHAPES))
    wrong = [line for line in lines if not _fits(line, context)]
    return Ruling(len(lines), tuple(_finding(line) for line in wrong))


def _fits(line: EnvLine, context: Context) -> bool:
    value = line.value.strip(BLANKS)
    if SHAPES[line.key].pattern.fullmatch(value):
        return True
    # With a platform certificate in the public key's place, its serial stands where the key's id would.
    return (
        line.key == "WECHAT_PAY_PUBLIC_KEY_ID" and bool(SERIAL.fullmatch(value)) and not _plain_key(context)
    )


def _plain_key(context: Context) -> bool:
    """Whether the platform's key is surely a public key and no certificate."""
    line = context.usable("WECHAT_PAY_PUBLIC_KEY")
    return line is not None and bool(_SPKI.search(context.key_text(line)))


def _finding(line: EnvLine) -> Finding:
    shape, value = SHAPES[line.key], line.value.strip(BLANKS)
    mended = shape.mended(_LABEL.sub("", value).strip(BLANKS + "'\""))
    computed = mended if shape.pattern.fullmatch(mended) else ""
    return Finding(
        control=CONTROL,
        variable=line.key,
        line=line.number,
        problem=f"has the wrong shape ({len(value)} characters): it should be {shape.text}",
        fix=f"write {computed}"
        if computed
        else f"copy the whole value from the merchant portal once more: {shape.text}",
    )
