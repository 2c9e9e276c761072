"""A notify's body: a form, every value percent-encoded in the charset that it names (facts alipay 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from harness.callbacks.callback import Callback

CHARSET = "charset"
Pairs = Sequence[tuple[str, str]]
"""Members as they stand in the body, repeats and all."""


def encoded(members: Mapping[str, str] | Iterable[tuple[str, str]], charset: str = "utf-8") -> bytes:
    """A body in the order given: blanks as `+`, and `: , [ "` percent-encoded as anything else."""
    pairs = list(members.items() if isinstance(members, Mapping) else members)
    return urlencode(pairs, encoding=charset).encode()


@lru_cache(maxsize=64)
def pairs_of(body: bytes) -> Pairs:
    """What a body says, decoded once; what is no text of its charset is replaced, and nothing raises."""
    text = body.decode("latin-1")
    named = dict(parse_qsl(text, keep_blank_values=True)).get(CHARSET, "")
    charset = named if named.lower() == "gbk" else "utf-8"
    return tuple(parse_qsl(text, keep_blank_values=True, encoding=charset, errors="replace"))


def members_of(body: bytes) -> dict[str, str]:
    """The same by name; of one that is repeated the last."""
    return dict(pairs_of(body))


def letter(members: Mapping[str, str] | Iterable[tuple[str, str]], charset: str = "utf-8") -> Callback:
    """These members as they are, on their way."""
    return posted(encoded(members, charset), charset)


def posted(body: bytes, charset: str = "utf-8") -> Callback:
    """A body that is said to be a form."""
    return Callback(
        headers=(
            ("User-Agent", "Mozilla/4.0"),
            ("Content-Type", f"application/x-www-form-urlencoded; charset={charset}"),
        ),
        body=body,
    )
