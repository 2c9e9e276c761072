"""`docker run --env-file`: everything behind the first `=` is the value, quotes, blanks and comments too."""

from __future__ import annotations

BLANKS = " \t"


def read(text: str) -> dict[str, str]:
    """The variables of a file, line by line.

    A line that makes Docker refuse the whole file (blanks in its name, or no name) sets nothing here, so
    that the other lines can still be judged. A name without `=` is taken from the caller's environment.
    """
    values: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").split("\n"):
        name, equals, value = line.removesuffix("\r").lstrip().partition("=")
        if equals and name and not name.startswith("#") and not set(BLANKS) & set(name):
            values[name] = value
    return values
