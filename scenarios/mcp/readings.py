"""A text as a language model reads it, which is not how it stands there.

To a model full-width, Cyrillic and spaced letters are letters, an entity is its character, base64 is text. So
whoever hides an order writes it in one of these, and a pattern has to be held against what it reads as.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

HIDDEN = re.compile(
    # A mark of byte order that opens a text, a flag's tags and the joiners of pictographs hide nothing.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u034f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\uffa0\ufff9-\ufffb]|(?<!^)\ufeff"
    "|(?<![\U0001f3f4\U000e0061-\U000e007a])[\U000e0000-\U000e007f]+"
    "|(?<=[a-z\u4e00-\u9fff])[\u200c\u200d](?=[a-z\u4e00-\u9fff])|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"
    "|(?<![\u0590-\u08ff])[\u200e\u200f](?![\u0590-\u08ff])",
    re.IGNORECASE,
)
"""What no reader sees, and what stands in no honest text."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ASCII = re.compile("[a-z]", re.IGNORECASE)
_ALIKE = str.maketrans(
    "ɪɢɴᴏʀᴇᴀʟᴘᴠᴜꜱᴛᴄᴅᴍᴋʏᴡʙʜꜰᴊᴢабвсԁеһіјӏкмԛоорѕтухуԝАВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνοορτυχςуղօսԼ",
    "ignorealpvustcdmkywbhfjzabbcdehijlkmqoopstuxywABCEHIJKMOPSTXYABEZHIKMNOPTYXaeikvooptuxcynouL",
)
"""Letters of other scripts that look like ours."""
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'"})
_FIGURES = str.maketrans("013457@$", "oieastas")
_FIGURED = re.compile(r"(?<![\w.-])(?=\w*[a-z])(?=\w*[01345@$7])[\w@$]{4,}(?![\w.-])", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·]){4,}\w(?!\w)")
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)|[「」『』]")
_JOINED = re.compile(r"(?<=[^\W_])[_-]+(?=[^\W_])")
_STRUCK = re.compile("[\u0300-\u036f\u20d0-\u20ff]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_WRAP = re.compile(r"(?<=\w) *\r?\n *(?=\w)")
_ENCODED = re.compile(r"(?<![0-9A-Za-z+/_=.-])[0-9A-Za-z+/_-]{24,}={0,2}(?![0-9A-Za-z+/_=.-])")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,}")
_PROSE = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]{1,30}[^\w\n]{1,3}){2}[^\W\d_]{1,30}|[\u4e00-\u9fff]{4,}")
LONGEST = 20_000
"""Characters of one text that are looked at: an endpoint chooses how many there are."""


def readings(text: str) -> list[str]:
    """What the text reads as, in ways that differ; the plainest comes first."""
    written = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text[:LONGEST])
    seen = html.unescape(unquote(written)).translate(_QUOTES)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", HIDDEN.sub("", seen)))
    latin = _WORD.sub(lambda word: _latin(word[0]), _STRUCK.sub("", plain))
    bare = re.sub(r"[ \t]+", " ", _EMPHASIS.sub("", latin))
    return _each(
        plain,
        latin,
        bare,
        _WRAP.sub(" ", bare),
        _SPACED.sub(lambda word: re.sub(r"[ .·]", "", word[0]), bare),
        _FIGURED.sub(lambda word: word[0].translate(_FIGURES), bare),
        _UNSEEN.sub(" ", HIDDEN.sub(" ", seen)),  # where what is hidden stands for a blank
        *decoded(plain),
    )


def disguised(text: str) -> list[str]:
    """What it reads as besides, to somebody who looks for more: names taken apart, children's ciphers."""
    return _each(
        *(
            each
            for read in readings(text)[:2]
            for each in (_JOINED.sub(" ", read), read[::-1], codecs.encode(read, "rot13"))
        )
    )


def _each(*texts: str) -> list[str]:
    return list(dict.fromkeys(texts))


def mixed(text: str) -> Iterator[str]:
    """Words of which some letters are ours and others only look like them."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST])):
        if _latin(word) != word:
            yield word


def decoded(text: str) -> Iterator[str]:
    """What stands there in base64 or as hexadecimal figures and is prose; a key or a token is none."""
    for found in _ENCODED.findall(text):
        if _HEX.fullmatch(found):
            told = bytes.fromhex(found).decode("utf-8", "replace")
            if told.isprintable() and _PROSE.search(told):
                yield told
            continue
        bare = found.rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            told = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode()
        except (binascii.Error, ValueError):
            continue
        if told.isprintable() and _PROSE.search(told):
            yield told


def _latin(word: str) -> str:
    """The word in our letters, where it has some and all others look like ours."""
    folded = word.translate(_ALIKE)
    return folded if _ASCII.search(word) and folded.isascii() else word
