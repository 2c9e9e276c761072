"""Debian's packages, the only thing that set-up changes outside the project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

from setup.programs import Work

SUDO_LIMIT_S = 30.0
UPDATE_LIMIT_S = 300.0
INSTALL_LIMIT_S = 900.0
OPTIONS = ("-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120")
KEPT_BY_SUDO = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass
class Debian:
    """apt-get, as root or through a sudo that asks nothing."""

    work: Work
    root: bool = field(default_factory=lambda: os.geteuid() == 0)
    _updated: bool = False

    def install(self, packages: Sequence[str]) -> str:
        """Install packages; returns why that failed, or nothing."""
        path = self.work.environment.get("PATH")
        apt = shutil.which("apt-get", path=path)
        if apt is None:
            return "this is no Debian: there is no apt-get"
        prefix: list[str] = []
        if not self.root:
            sudo = shutil.which("sudo", path=path)
            if sudo is None or not self.work.run([sudo, "-n", "true"], limit_s=SUDO_LIMIT_S).ok:
                by_hand = f"apt-get install {' '.join(packages)}"
                return f"not root, and no sudo without a password: run `{by_hand}` as root"
            prefix = [sudo, "-n"]
        variables = self.work.environment
        kept = [f"{name}={variables[name]}" for name in KEPT_BY_SUDO if name in variables]
        apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *kept, apt, *OPTIONS]
        if not self._updated:
            # Lists may be old or absent. A failed update is no end: the old lists may still do.
            self.work.run([*apt_get, "update"], limit_s=UPDATE_LIMIT_S)
            self._updated = True
        done = self.work.run([*apt_get, "install", *packages], limit_s=INSTALL_LIMIT_S)
        return "" if done.ok else f"apt-get: {done.last_words}"
