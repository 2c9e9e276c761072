"""What each of five programs reads from the same `.env` text; the rules compare them.

Expansion sees the file alone: what the process has in its environment already is not ours to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from harness.settings.loaders import docker, node, python, systemd

__all__ = ["Loader", "read_by_each"]


class Loader(StrEnum):
    """A program that turns an `.env` file into environment variables, by the name people know it by."""

    NEXT = "@next/env"
    DOTENV = "Node dotenv"
    PYTHON = "python-dotenv"
    DOCKER = "docker --env-file"
    SYSTEMD = "systemd EnvironmentFile"


READERS: Mapping[Loader, Callable[[str], dict[str, str]]] = {
    Loader.NEXT: node.read_expanded,
    Loader.DOTENV: node.read,
    Loader.PYTHON: python.read,
    Loader.DOCKER: docker.read,
    Loader.SYSTEMD: systemd.read,
}


def read_by_each(text: str) -> dict[Loader, dict[str, str]]:
    """The variables that each loader sets from a file's text, byte order mark and line ends included."""
    return {loader: read(text) for loader, read in READERS.items()}
