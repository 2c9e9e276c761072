"""python-dotenv, asked itself: `${NAME}` is filled in, whatever the quotes; `$NAME` is not."""

from __future__ import annotations

from io import StringIO

from dotenv.parser import parse_stream
from dotenv.variables import parse_variables


def read(text: str) -> dict[str, str]:
    """The variables of a file, as `load_dotenv()` sets them in an empty environment."""
    values: dict[str, str] = {}
    # It opens files as text, which makes every line end \n before they are parsed.
    for binding in parse_stream(StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))):
        if binding.key is not None and binding.value is not None:
            values[binding.key] = "".join(atom.resolve(values) for atom in parse_variables(binding.value))
    return values
