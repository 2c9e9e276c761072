"""Several files as a framework reads them: which it opens, in which order, and what it makes of them.

Next.js reads `.env.<mode>.local`, `.env.local` (not in mode test), `.env.<mode>` and `.env`; the first that
sets a name wins, and `$NAME` is filled in from all of them. Vite reads the same files and gives a mode's file
more weight than a local one of no mode. dotenv and python-dotenv read `.env` alone unless they are told;
Docker and systemd read what they are given: here `.env` and, over it, `.env.<mode>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from harness.settings.env_file import EnvFile
from harness.settings.loaders import docker, node, python, systemd


class Framework(StrEnum):
    """Who reads a folder's files, by the name people know it by."""

    NEXT = "Next.js"
    VITE = "Vite"
    DOTENV = "Node dotenv"
    PYTHON = "python-dotenv"
    DOCKER = "docker --env-file"
    SYSTEMD = "systemd EnvironmentFile"


def names_read(framework: Framework, mode: str) -> tuple[str, ...]:
    """The files that a framework looks for, the one that wins first."""
    local = () if mode == "test" else (".env.local",)
    if framework is Framework.NEXT:
        return (f".env.{mode}.local", *local, f".env.{mode}", ".env")
    if framework is Framework.VITE:
        return (f".env.{mode}.local", f".env.{mode}", ".env.local", ".env")
    if framework in (Framework.DOCKER, Framework.SYSTEMD):
        return (f".env.{mode}", ".env")
    return (".env",)


def read_folder(folder: Path, mode: str) -> dict[Framework, dict[str, tuple[str, str]]]:
    """By framework and variable: the value it sees, and the file that it comes from.

    Raises:
        ConfigurationError: a file cannot be read.
    """
    texts: dict[str, str] = {}
    for framework in Framework:
        for name in names_read(framework, mode):
            if name not in texts and (folder / name).is_file():
                texts[name] = EnvFile.read(folder / name).text
    return {framework: _read(framework, names_read(framework, mode), texts) for framework in Framework}


def _read(
    framework: Framework, names: tuple[str, ...], texts: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        for variable, value in _one(framework, texts.get(name, "")).items():
            found.setdefault(variable, (value, name))
    if framework not in (Framework.NEXT, Framework.VITE):
        return found
    expanded = node.expand({variable: value for variable, (value, _) in found.items()})
    return {variable: (value, found[variable][1]) for variable, value in expanded.items()}


def _one(framework: Framework, text: str) -> dict[str, str]:
    if framework is Framework.PYTHON:
        return python.read(text)
    if framework is Framework.DOCKER:
        return docker.read(text)
    if framework is Framework.SYSTEMD:
        return systemd.read(text)
    return node.read(text)
