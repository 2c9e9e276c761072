"""Keeps a dated set as it was: `frozen.lock` has a digest of every file that says what the set asks.

Runs were judged by a set, and a reader months later looks up what it asked. So a file of it that is changed,
added or taken away fails `make check`; what has to change makes a new set. Its locks of what has checks grow
with the product while it is the newest, and are frozen with the rest when another is based on it.

`python -m reports.checklist.frozen` freezes the sets that are not in the lock; `--check` writes nothing.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.checklist.loader import BASE, CHECKLIST

LOCK = "frozen.lock"
_HERE = Path(__file__).parent
_HEAD = "# SHA-256 of what each dated set asks; it only grows. How a set is made: docs/checklist.md\n"
_ASKS = ("[0-9][0-9]-*.yaml", "gates.yaml", "capabilities.yaml", BASE)
"""What says what a set asks: its sections, gates, capabilities, and the set it is based on."""
_COUNTS = ("exercised.lock",)
"""What says how much of it has checks."""


def digests(checklists: Path, newest: str) -> dict[str, str]:
    """SHA-256 of each frozen file of each set, by `<date>/<name>`."""
    found = {}
    for path in _frozen(checklists, newest):
        text = path.read_bytes().replace(b"\r\n", b"\n")  # a checkout on another system writes them so
        found[f"{path.parent.name}/{path.name}"] = hashlib.sha256(text).hexdigest()
    return found


def changes(checklists: Path, newest: str) -> list[str]:
    """What differs from the lock, one sentence each; sets that are not in it yet are passed over."""
    locked = read_lock(checklists / LOCK)
    dates = {name.partition("/")[0] for name in locked}
    found = {name: digest for name, digest in digests(checklists, newest).items() if _date(name) in dates}
    said = [
        f"{name} was changed" for name in sorted(locked.keys() & found.keys()) if locked[name] != found[name]
    ]
    said += [f"{name} was taken away" for name in sorted(locked.keys() - found.keys())]
    added = sorted(found.keys() - locked.keys())
    # How much of a set has checks joins the lock when another set becomes the newest.
    said += [f"{name} was added" for name in added if not name.endswith(_COUNTS)]
    return said


def read_lock(path: Path) -> dict[str, str]:
    """The digests of a lock by `<date>/<name>`; none where there is no lock."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    pairs = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return {name: digest for digest, name in pairs}


def freeze(checklists: Path, newest: str) -> list[str]:
    """Add to the lock whatever of the sets is not in it; what is in it stays. Returns the names added."""
    locked = read_lock(checklists / LOCK)
    added = {name: digest for name, digest in digests(checklists, newest).items() if name not in locked}
    lines = [f"{digest}  {name}\n" for name, digest in sorted((locked | added).items())]
    (checklists / LOCK).write_text(_HEAD + "".join(lines), "utf-8")
    return sorted(added)


def main() -> None:
    """Freeze what is new; with `--check`, only say what was changed and end with a failure."""
    said = changes(_HERE, CHECKLIST)
    if said:
        sys.exit(
            "\n".join([*said, "a frozen set does not change: undo it, or make a new set (docs/checklist.md)"])
        )
    missing = digests(_HERE, CHECKLIST).keys() - read_lock(_HERE / LOCK).keys()
    if "--check" in sys.argv:
        sys.exit(f"not frozen yet: {', '.join(sorted(missing))}: make freeze" if missing else 0)
    sys.stdout.write(f"{_HERE / LOCK}: {len(freeze(_HERE, CHECKLIST))} added\n")


def _frozen(checklists: Path, newest: str) -> Iterator[Path]:
    for folder in sorted(path.parent for path in checklists.glob("*/exercised.lock")):
        for pattern in (*_ASKS, *(() if folder.name == newest else _COUNTS)):
            yield from sorted(folder.glob(pattern))


def _date(name: str) -> str:
    return name.partition("/")[0]


if __name__ == "__main__":
    main()
