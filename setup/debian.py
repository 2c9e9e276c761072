"""Debian's packages, the only thing that set-up changes outside the project."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from setup.programs import Work

SUDO_LIMIT_S = 30.0
UPDATE_LIMIT_S = 300.0
INSTALL_LIMIT_S = 900.0
OPTIONS = ("-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120")
NO_DEBIAN = "this is no Debian: there is no apt-get"
KEPT_BY_SUDO = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass
class Debian:
    """apt-get, as root or through a sudo that asks nothing."""

    work: Work
    root: bool = field(default_factory=lambda: os.geteuid() == 0)
    _updated: bool = False

    def install(self, packages: Sequence[str]) -> str:
        """Install packages; returns why that failed, or nothing."""
        apt_get, why = self._apt_get()
        if not apt_get:
            return why if why == NO_DEBIAN else f"{why}: run `apt-get install {' '.join(packages)}` as root"
        self._update(apt_get)
        done = self.work.run([*apt_get, "install", *packages], limit_s=INSTALL_LIMIT_S)
        return "" if done.ok else f"apt-get: {done.last_words}"

    def unpack(self, package: str, folder: Path) -> str:
        """Download one package and unpack it into a folder; returns why that failed, or nothing.

        Nobody has to be root for it, but for the lists of a machine that has none yet.
        """
        path = self.work.environment.get("PATH")
        apt, dpkg = (shutil.which(each, path=path) for each in ("apt-get", "dpkg-deb"))
        if apt is None or dpkg is None:
            return NO_DEBIAN
        with tempfile.TemporaryDirectory(dir=self.work.root / ".tools") as fetched:
            download = ["env", "-C", fetched, apt, "-q", "download", package]
            done = self.work.run(download, limit_s=INSTALL_LIMIT_S)
            if not done.ok and (apt_get := self._apt_get()[0]):
                self._update(apt_get)
                done = self.work.run(download, limit_s=INSTALL_LIMIT_S)
            files = [str(each) for each in Path(fetched).glob("*.deb")]
            if done.ok and files:
                done = self.work.run([dpkg, "-x", files[0], str(folder)], limit_s=INSTALL_LIMIT_S)
        return "" if done.ok else f"apt-get: {done.last_words}"

    def _apt_get(self) -> tuple[list[str], str]:
        """apt-get as somebody who may install; or why there is none."""
        path = self.work.environment.get("PATH")
        apt = shutil.which("apt-get", path=path)
        if apt is None:
            return [], NO_DEBIAN
        prefix: list[str] = []
        if not self.root:
            sudo = shutil.which("sudo", path=path)
            if sudo is None or not self.work.run([sudo, "-n", "true"], limit_s=SUDO_LIMIT_S).ok:
                return [], "not root, and no sudo without a password"
            prefix = [sudo, "-n"]
        variables = self.work.environment
        kept = [f"{name}={variables[name]}" for name in KEPT_BY_SUDO if name in variables]
        return [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *kept, apt, *OPTIONS], ""

    def _update(self, apt_get: Sequence[str]) -> None:
        """Refresh the lists, once. A failed update is no end: the old lists may still do."""
        if not self._updated:
            self.work.run([*apt_get, "update"], limit_s=UPDATE_LIMIT_S)
            self._updated = True
