"""Keeps the newest of something: so many, and so many bytes of it in all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

MOST = 1_000
MOST_BYTES = 16 * 1024 * 1024
KEPT = 16 * 1024
"""Bytes that are kept of one body; a payment request has a few hundred."""


class Sized(Protocol):
    """What knows how many bytes it holds."""

    @property
    def size(self) -> int:
        """Bytes, about."""
        ...


Item = TypeVar("Item", bound=Sized)


class Recent(Generic[Item]):
    """The newest items, oldest first.

    Args:
        most: how many are kept.
        most_bytes: of all of them; the newest is kept whatever it holds.
    """

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._items: deque[tuple[int, Item]] = deque()
        self.size = 0
        """Bytes held now."""

    def add(self, item: Item) -> None:
        """Keep this one, and forget the oldest as far as that takes."""
        size = item.size
        self._items.append((size, item))
        self.size += size
        while len(self._items) > 1 and (len(self._items) > self._most or self.size > self._most_bytes):
            self.size -= self._items.popleft()[0]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return (item for _, item in list(self._items))
