"""PHP, Java and Go for the tests that run the documents' first order. A run needs none of them."""

from __future__ import annotations

import shutil
from typing import NamedTuple

from setup.debian import Debian
from setup.programs import Work

LIMIT_S = 30.0


class Language(NamedTuple):
    """What makes one language run."""

    program: str
    question: tuple[str, ...]
    """Arguments with which it ends with 0 if it is the one that is wanted."""
    packages: tuple[str, ...]
    """Debian's, where it is not."""


LANGUAGES = {
    "PHP": Language("php", ("-r", "exit(extension_loaded('curl') ? 0 : 1);"), ("php-cli", "php-curl")),
    "Java": Language("javac", ("--release", "17", "-version"), ("default-jdk-headless",)),
    "Go": Language("go", ("version",), ("golang-go",)),
}


def ready_languages(work: Work, debian: Debian) -> None:
    """Install those of Debian's that are missing; failing that, only the tests that need them fail."""
    missing = [name for name, each in LANGUAGES.items() if not runs(work, each)]
    if not missing:
        return
    with work.telling(f"languages for the tests of the documents: {', '.join(missing)}") as words:
        if why := debian.install([package for name in missing for package in LANGUAGES[name].packages]):
            words.append(f"left out, so those tests will fail: {why}")


def runs(work: Work, language: Language) -> bool:
    """Whether it is there, and is the one that is wanted."""
    program = shutil.which(language.program, path=work.environment.get("PATH"))
    return program is not None and work.run([program, *language.question], limit_s=LIMIT_S).ok
