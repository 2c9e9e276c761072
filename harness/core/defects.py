"""A side's deliberate defects: each replaces one practice, and a file of texts says what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from harness.core.control import Defect
from harness.core.errors import UsageError
from harness.core.texts import read_by_control


@dataclass(frozen=True, slots=True)
class DefectTable:
    """What `--defect` may name on one side, and what each name puts in the place of a right practice."""

    defects: tuple[Defect, ...]
    wrong: Mapping[str, Mapping[str, Any]]
    """By the defect's id: the members of the side's `Practices` it replaces, mostly one, and by what."""

    @classmethod
    def read(
        cls, side: Literal["shop", "endpoint"], texts: Path, wrong: Mapping[str, Mapping[str, Any]]
    ) -> Self:
        """The table, in the order of `wrong`.

        Args:
            side: whose defects they are.
            texts: what is wrong with each, in sections named by the control that must notice.
            wrong: see the class.

        Raises:
            KeyError: a defect has no text.
        """
        said, defects = read_by_control(texts), []
        for name in wrong:
            control, text = said[name]
            defects.append(Defect(id=name, side=side, control=control, text=text))
        return cls(tuple(defects), wrong)

    def practices(self, names: Collection[str], *, listing: str) -> dict[str, Any]:
        """The wrong practices of the named defects; members of a mapping, as settings are, add up.

        Raises:
            UsageError: a name that is none, or two that change the same practice. `listing` says where to
                find the names.
        """
        strangers = sorted(set(names) - self.wrong.keys())
        if strangers:
            raise UsageError(f"no such defect: {', '.join(strangers)}", where="--defect", remedy=listing)
        replaced: dict[str, Any] = {}
        for name in sorted(set(names)):
            for practice, way in self.wrong[name].items():
                if practice not in replaced:
                    replaced[practice] = way
                elif isinstance(way, Mapping):
                    replaced[practice] = {**replaced[practice], **way}
                else:
                    raise UsageError(
                        f"these defects exclude each other: {', '.join(sorted(set(names)))}",
                        where="--defect",
                        remedy="run them one after another: they are wrong in the same place",
                    )
        return replaced
