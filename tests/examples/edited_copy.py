"""A copy of a sample with some of its text changed: mended, or mended and wrong again in one way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copytree, ignore_patterns

import yaml
from pydantic import Field

from harness.core.control import Defect, Model, Text
from harness.shop.defects.registry import DEFECTS
from tests.scenarios.running import PROJECT

EDITS = Path(__file__).with_name("edits")
NOT_WRITTEN = ignore_patterns("node_modules", ".next", "*.db*", "__pycache__")
"""What lies in a sample's folder and is none of it."""
OF_SHOP = {defect.id: defect for defect in DEFECTS}


class Edit(Model):
    """A piece of a file that stands there once, and what takes its place."""

    find: str
    put: str
    file: str = ""
    """Of the sample's folder; empty: where its code is."""

    def applied(self, text: str) -> str:
        """The text after it. Further lines are indented as the first line of what is found."""
        first = self.find.partition("\n")[0]
        margins = {line[: len(line) - len(line.lstrip())] for line in text.splitlines() if first in line}
        fits = [margin for margin in margins if _indented(self.find, margin) in text]
        assert len(fits) == 1, f"found {len(fits)} times: {self.find}"
        found = _indented(self.find, fits[0])
        assert text.count(found) == 1, f"found {text.count(found)} times: {self.find}"
        put = _indented(self.put, fits[0]).replace("{python}", sys.executable)
        return text.replace(found, put)


class Edits(Model):
    """All edits of one sample."""

    code: str
    mended: tuple[Edit, ...]
    defects: dict[str, tuple[Edit, ...]]
    """What an ordinary developer may get wrong, by the name that the same has in our shop."""
    controls: dict[str, str] = Field(default_factory=dict)
    """The control that must notice, of those that our shop has not."""
    observed: tuple[Edit, ...] = ()
    """What its profile says beside, so that more is seen of a defect."""
    without_path: dict[str, tuple[str, ...]]
    """Our shop's other defects, by what this sample lacks for them."""

    def defect(self, name: str) -> Defect:
        """One of them, as a kill matrix wants it."""
        if name in OF_SHOP:
            return OF_SHOP[name]
        said = name.replace("-", " ")
        return Defect(id=name, side="shop", control=self.controls[name], text=Text(zh=said, en=said))

    def chosen(self, words: set[str]) -> Iterator[Defect]:
        """Those whose name, control or section is one of the words; all without a word."""
        for each in map(self.defect, self.defects):
            if not words or words & {each.id, each.control, each.control.partition("-")[0]}:
                yield each


@cache
def edits_of(sample: str) -> Edits:
    """What is written down about a sample."""
    return Edits.model_validate(yaml.safe_load((EDITS / f"{sample}.yaml").read_text("utf-8")))


def mended_copy(sample: str, folder: Path, defect: str = "") -> Path:
    """Its folder, mended, in a folder of a run; and wrong in one way, if a defect is named."""
    copy = folder / sample
    copytree(PROJECT / "examples" / sample, copy, ignore=NOT_WRITTEN)
    edits = edits_of(sample)
    further = (*edits.observed, *edits.defects[defect]) if defect else ()
    for edit in (*edits.mended, *further):
        change(copy / (edit.file or edits.code), edit)
    return copy


def change(file: Path, edit: Edit) -> None:
    """Change one file."""
    file.write_text(edit.applied(file.read_text("utf-8")), "utf-8")


def _indented(text: str, margin: str) -> str:
    first, *further = text.split("\n")
    return "\n".join([first, *(margin + line if line else "" for line in further)])
