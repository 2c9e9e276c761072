"""What a simulator in the foreground writes for others: settings, keys, and whom to believe over https."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import UsageError
from harness.processes.serving import Tls
from harness.simulator.account.env_file import write_environment
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_files import write_keys
from harness.simulator.account.throwaway_ca import throw_away_ca
from harness.simulator.https_door import HttpsDoor
from harness.simulator.server import Simulator

LEVERS_SETTINGS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where each is; None: it is not written."""

    settings: Path | None
    """Of the first account; those of others are beside it."""
    keys: Path | None
    """The folder of the first account's; those of others are beside it."""
    ca: Path | None
    """Whom to believe where it serves https alone."""
    https_ca: Path | None
    """Whom to believe where it serves https as well."""
    kept_in: Path | None
    """Where its state outlives it."""

    def certified(self, folder: Path) -> Tls | None:
        """Make a certificate for this run in that folder, and write down the authority behind it."""
        if self.ca is None:
            return None
        made = throw_away_ca(folder)
        _write(self.ca, made.ca_pem, "--tls")
        return made.tls

    def write_authority(self, door: HttpsDoor | None) -> None:
        """Of https beside http."""
        if door is not None and self.https_ca is not None:
            _write(self.https_ca, door.ca_pem, "--https")

    def hand_out(
        self,
        simulator: Simulator,
        owners: Sequence[Identity],
        *,
        base_url: str,
        notify_url: str,
        force: bool,
    ) -> tuple[Path, ...]:
        """Write settings and keys of every account, and return the key files of the first.

        Raises:
            UsageError: a file may not be written.
        """
        key_files: tuple[Path, ...] = ()
        for number, owner in enumerate(owners, start=1):
            if self.keys is not None:  # before the settings: whoever waits for those finds the keys, too
                written = write_keys(of_account(self.keys, number), owner)
                key_files = key_files or written
            if self.settings is not None:
                values = simulator.environment(base_url=base_url, notify_url=notify_url, mchid=owner.mchid)
                if self.ca is not None:
                    values = {name: value for name, value in values.items() if name not in LEVERS_SETTINGS}
                write_environment(of_account(self.settings, number), values, force=force)
        return key_files


def of_account(path: Path, number: int) -> Path:
    """Where the settings or keys of an account are: `.env.simulator`, `.env.simulator-2` and so on."""
    return path if number == 1 else path.with_name(f"{path.name}-{number}")


def _write(file: Path, pem: str, option: str) -> None:
    try:
        file.write_text(pem, "utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {file}: {error.strerror}", where=option, remedy="choose another place"
        ) from error
