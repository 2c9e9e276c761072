"""Where imported results lie until a run judges them: `imports/`, beside the runs."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import ConfigurationError
from harness.core.whole_file import write_whole
from harness.merchant.own_tests.model import OwnTests, Phase

FOLDER = "imports"


def keep(results: OwnTests, folder: Path) -> Path:
    """Write what was read; an earlier import of the same phase is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results.phase}.json"
    write_whole(path, results.model_dump_json(indent=2, by_alias=True) + "\n")
    return path


def read_kept(folder: Path) -> dict[Phase, OwnTests]:
    """What a folder holds, by phase.

    Raises:
        ConfigurationError: something in it is damaged.
    """
    kept: dict[Phase, OwnTests] = {}
    for phase in Phase:
        path = folder / f"{phase}.json"
        try:
            kept[phase] = OwnTests.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            continue
        except (OSError, ValidationError):
            raise ConfigurationError(
                "it is no import of test results",
                where=str(path),
                remedy="import the results again: golive import junit FILE",
            ) from None
    return kept
