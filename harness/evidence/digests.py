"""What a run wrote into its record: the digest of each line and of each whole file, of all its processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

NAMED = 3
"""Altered files that the sentence names; it counts the rest."""


@dataclass(slots=True)
class Digests:
    """Taken from what is written, when it is written: whatever is on disk later is compared with it."""

    lines: dict[str, Counter[bytes]] = field(default_factory=dict)
    """Of files that grow line by line, in whatever order: how often each line was written."""
    files: dict[str, str] = field(default_factory=dict)
    """Of files that were written whole, SHA-256 as in a seal."""

    def line(self, path: str, text: str) -> None:
        """A line was appended to a file, without its end."""
        self.lines.setdefault(path, Counter())[sha256(text.encode()).digest()] += 1

    def rewritten(self, path: str, texts: Iterable[str]) -> None:
        """A file of lines was written anew."""
        self.lines[path] = Counter(sha256(text.encode()).digest() for text in texts)

    def file(self, path: str, data: bytes) -> None:
        """A whole file was written."""
        self.files[path] = sha256(data).hexdigest()

    def add(self, others: Digests) -> None:
        """Another process wrote these."""
        self.files |= others.files
        for path, lines in others.lines.items():
            self.lines.setdefault(path, Counter()).update(lines)

    def altered(self, folder: Path, found: Mapping[str, str], *, complete: bool = True) -> str:
        """How the files of a folder differ from what was written there, in a sentence; empty: they do not.

        Args:
            found: the digest of every file there that has to be accounted for.
            complete: whether all that was written is known; else what is strange may be the run's own.
        """
        told = sorted(
            [*self._lines_altered(folder, complete=complete), *self._files_altered(found, complete=complete)]
        )
        more = f"; and {len(told) - NAMED} more" if len(told) > NAMED else ""
        return "; ".join(told[:NAMED]) + more

    def _lines_altered(self, folder: Path, *, complete: bool) -> Iterator[str]:
        for path, written in self.lines.items():
            try:
                found = Counter(sha256(line).digest() for line in (folder / path).read_bytes().splitlines())
            except OSError as error:
                yield f"{path} cannot be read: {error.strerror}"
                continue
            strange = (found - written).total() if complete else 0
            gone = (written - found).total()
            if strange or gone:
                yield (
                    f"{path} was altered while the run went on: "
                    f"{strange} of its lines the run did not write, {gone} that it wrote are gone"
                )

    def _files_altered(self, found: Mapping[str, str], *, complete: bool) -> Iterator[str]:
        for path in self.files.keys() - found.keys():
            yield f"{path} was altered while the run went on: it is gone"
        for path in (found.keys() - self.files.keys() - self.lines.keys()) if complete else ():
            yield f"{path} was altered while the run went on: the run did not write it"
        for path in self.files.keys() & found.keys():
            if self.files[path] != found[path]:
                yield f"{path} was altered while the run went on: the run wrote something else"
