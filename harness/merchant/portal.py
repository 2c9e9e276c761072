"""What has to be set on the portals, and who has confirmed it: `papers/portal.toml`.

[h5-domain]
document = "documents/portal-h5-domain.png"    # a picture of the page, below the folder of papers
sha256 = "9f86d081884c7d65…"                   # of that file
by = "portal administrator"
on = 2026-11-20
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from harness.core.control import Model, Text
from harness.core.errors import ConfigurationError, UsageError
from harness.core.whole_file import write_whole

FILE = "portal.toml"
HOLDS = timedelta(days=180)
"""How long a picture of a setting is believed: people change portals."""
LARGEST = 32 * 1024 * 1024


class Setting(Model):
    """One prerequisite."""

    id: str
    title: Text
    where: Text
    look: Text


class Confirmation(Model):
    """Somebody looked, and kept a picture."""

    document: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    by: Annotated[str, Field(min_length=1, max_length=100)]
    on: date

    def trouble(self, folder: Path, today: date) -> str | None:
        """Why it does not count; None: it does."""
        if self.on > today:
            return "it is dated later than today"
        if today - self.on > HOLDS:
            return f"it is older than {HOLDS.days} days"
        path = folder / self.document
        try:
            if not path.resolve().is_relative_to(folder.resolve()):
                return "its document lies outside of the folder"
            with path.open("rb") as stream:
                digest = hashlib.sha256(stream.read(LARGEST)).hexdigest()
        except OSError:
            return "its document is not there"
        return None if digest == self.sha256 else "its document was changed since"


_CONFIRMATIONS = TypeAdapter(dict[str, Confirmation])
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(id=name, **row)
    for name, row in yaml.safe_load(Path(__file__).with_name("portal.yaml").read_text("utf-8")).items()
)


@dataclass(frozen=True, slots=True)
class Portal:
    """The confirmations of a folder of papers."""

    folder: Path
    confirmed: Mapping[str, Confirmation]

    @classmethod
    def read(cls, folder: Path) -> Portal:
        """Read a folder; without the file nothing is confirmed.

        Raises:
            ConfigurationError: the file is not what it must be.
        """
        path = folder / FILE
        try:
            return cls(folder, _CONFIRMATIONS.validate_python(tomllib.loads(path.read_text("utf-8"))))
        except FileNotFoundError:
            return cls(folder, {})
        except (OSError, ValueError, ValidationError) as error:
            raise ConfigurationError(
                f"it is no list of confirmations: {str(error).splitlines()[0]}",
                where=str(path),
                remedy="let `golive portal --confirm ID --file PICTURE --by NAME` write it",
            ) from None

    def trouble(self, setting: str, today: date) -> str | None:
        """Why a setting is not confirmed; None: it is."""
        found = self.confirmed.get(setting)
        return "nobody has confirmed it" if found is None else found.trouble(self.folder, today)

    def confirm(self, setting: str, document: Path, *, by: str, today: date) -> None:
        """Keep a picture, and that somebody looked.

        Raises:
            UsageError: there is no such setting, the file cannot be read or is too large, or nobody is named.
        """
        if setting not in {each.id for each in SETTINGS}:
            raise UsageError(
                f"there is no portal setting {setting!r}",
                where="--confirm",
                remedy=f"choose among {', '.join(each.id for each in SETTINGS)}",
            )
        if not by.strip() or any(character in by for character in '"\\\n\r'):
            raise UsageError(
                "nobody is named who looked", where="--by", remedy='write --by "portal administrator"'
            )
        try:
            data = document.read_bytes()
        except OSError as error:
            raise UsageError(
                f"the picture cannot be read: {error.strerror}",
                where=str(document),
                remedy="name a file that is there",
            ) from None
        if not data or len(data) > LARGEST:
            raise UsageError(
                "the picture is empty, or larger than 32 MiB",
                where=str(document),
                remedy="hand in a picture of the page",
            )
        kept = f"documents/portal-{setting}{document.suffix.lower()[:10]}"
        (self.folder / "documents").mkdir(parents=True, exist_ok=True)
        (self.folder / kept).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        entry = Confirmation(document=kept, sha256=digest, by=by.strip(), on=today)
        write_whole(self.folder / FILE, _text({**self.confirmed, setting: entry}))


def _text(confirmed: Mapping[str, Confirmation]) -> str:
    lines = []
    for name, each in confirmed.items():
        lines += [f"[{name}]", f'document = "{each.document}"', f'sha256 = "{each.sha256}"']
        lines += [f'by = "{each.by}"', f"on = {each.on.isoformat()}", ""]
    return "\n".join(lines)
