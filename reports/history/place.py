"""Where a history is: a file of SQLite, or a database that several machines share; secrets stay hidden."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote, quote_plus

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from harness.core.errors import ConfigurationError
from harness.core.plain_text import one_line

REMEDY = (
    "write GOLIVE_HISTORY_URL, or [history] url in golive.toml, like sqlite:///runs/history.sqlite or "
    "postgresql://user:password@host/database"
)
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}
"""Two kinds, and of each the driver that is tested: others lock, return and index otherwise."""
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Place:
    """One database, and what may be said of where it is."""

    url: URL

    @classmethod
    def of(cls, url_or_path: str | Path) -> Self:
        """Read a URL, or the path of a file of SQLite.

        Raises:
            ConfigurationError: it is no URL of a database that can keep a history; what it holds is not told,
                since it may be secret.
        """
        text = str(url_or_path)
        if isinstance(url_or_path, Path) or "://" not in text:
            return cls(URL.create("sqlite+pysqlite", database=text))
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise _unfit("the history's address is no URL of a database") from None
        kind = url.drivername.partition("+")[0]
        if kind not in _DRIVERS or url.drivername not in (kind, _DRIVERS[kind]):
            raise _unfit("a history is kept in SQLite or PostgreSQL, and by the usual driver alone")
        found = cls(url.set(drivername=_DRIVERS[kind]))
        if found.is_file and url.database in (None, "", ":memory:"):
            raise _unfit("a history in memory ends with its run")
        if found.is_file and url.query:
            raise _unfit("an address of SQLite is a path alone: nothing behind a question mark is obeyed")
        return found

    @property
    def is_file(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path:
        """That file."""
        return Path(self.url.database or "")

    @property
    def shown(self) -> str:
        """It as anybody may see it: without user, password, and whatever stands behind a question mark."""
        if self.is_file:
            return one_line(str(self.file))
        port = f":{self.url.port}" if self.url.port else ""
        return one_line(
            f"{self.url.get_backend_name()}://{self.url.host or ''}{port}/{self.url.database or ''}"
        )

    def without_secrets(self, said: str) -> str:
        """What a driver says, on one line, without any secret of the address in any of its spellings."""
        kept = one_line(said.strip().partition("\n")[0])
        secrets = {self.url.password or "", *map(str, self.url.query.values())}
        spelled = {form for each in secrets for form in (each, quote(each, safe=""), quote_plus(each))}
        for secret in sorted(filter(None, spelled), key=len, reverse=True):
            kept = kept.replace(secret, _HIDDEN)
        return kept


def _unfit(what: str) -> ConfigurationError:
    return ConfigurationError(what, where="GOLIVE_HISTORY_URL, golive.toml", remedy=REMEDY)
