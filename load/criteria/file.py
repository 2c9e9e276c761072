"""Reading a set of criteria off its file, and saying where a mistake in it is and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from harness.core.control import Model, Text
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError, UsageError
from load.criteria.model import Arrivals, Criterion, LoadSet, Misplaced, User

FOLDER = Path(__file__).parent


def set_names() -> tuple[str, ...]:
    """The sets that come with us, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_set(name: str) -> LoadSet:
    """Read a set by the name of one of ours, or by the path of a file of yours (`….yaml`).

    Raises:
        UsageError: there is no such set.
        ConfigurationError: it is malformed; the message names the line and the nearest word that would do.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"there is no set of load criteria {name!r}; {did_you_mean(name, set_names(), most=1)}",
            remedy=f"one of {', '.join(set_names())}, or a .yaml file of yours (docs/load.md)",
        ) from error
    return parse_set(text, path)


def lasting(name: str, minutes: float, folder: Path) -> Path:
    """Write a set into a folder that is as another but for how long it lasts, and return its file.

    Raises:
        UsageError: there is no such set, or its load climbs by itself.
        ConfigurationError: it is malformed, or makes no sense at that length.
    """
    known = load_set(name)
    if known.climbs:
        raise UsageError("a load that climbs ends by itself", where="--minutes", remedy="leave --minutes out")
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["arrivals"]["seconds"] = round(minutes * 60, 1)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    made = folder / f"{known.id}.yaml"
    try:
        parse_set(text, made)
    except ConfigurationError as error:  # its line is of a file that nobody wrote
        raise ConfigurationError(
            error.what,
            where=f"{name} --minutes {minutes:g}",
            remedy="give it as many minutes as its criteria need",
        ) from None
    made.write_text(text, "utf-8")
    return made


def parse_set(text: str, path: Path) -> LoadSet:
    """Read a set from its text; `path` names it.

    Raises:
        ConfigurationError: it is malformed.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise _malformed(f"this is no YAML: {problem}", f"{path}{line}") from error
    if not isinstance(content, dict):
        raise _malformed("a set of criteria is a mapping of names to values", str(path))
    try:
        return LoadSet.model_validate({"id": path.stem, **content})
    except ValidationError as error:
        where, what = _explained(error)
        place = ".".join(str(part) for part in where)
        line = f"{path}, line {_line(node, where)}"
        raise _malformed(f"{place}: {what}" if place else what, line) from error


def _explained(error: ValidationError) -> tuple[list[Any], str]:
    """Where the first mistake is, and what; a misspelt member comes before the one that it leaves out."""
    mistakes = error.errors(include_url=False)
    first = min(mistakes, key=lambda each: each["type"] != "extra_forbidden")
    where: list[Any] = list(first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    raised = first.get("ctx", {}).get("error")
    if isinstance(raised, Misplaced):
        where = raised.where
    match first["type"]:
        case "extra_forbidden":
            near = did_you_mean(str(where[-1]), _members(where[:-1]), most=1)
            what = f"{where[-1]!r} is no member here; {near}"
        case "literal_error":
            words = [word.strip(" '") for word in first["ctx"]["expected"].replace(" or ", ",").split(",")]
            what = f"{first['input']!r} is not known here; {did_you_mean(str(first['input']), words, most=1)}"
        case "missing":
            what = "this member is missing"
    return where, what


def _members(where: list[Any]) -> list[str]:
    parts: dict[Any, type[Model]] = {
        "arrivals": Arrivals,
        "users": User,
        "criteria": Criterion,
        "title": Text,
    }
    model: type[Model] = LoadSet
    for part in where:
        model = parts.get(part, model)
    return [field.alias or name for name, field in model.model_fields.items() if name != "id"]


def _line(node: Any, where: list[Any]) -> int:
    """The line of a place in the file, or of the last part of it that is there."""
    line = node.start_mark.line + 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)


def _malformed(what: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        what, where=where, remedy="docs/load.md shows a set with every member explained"
    )
