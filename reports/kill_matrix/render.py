"""Puts the matrix into the template: one file, no address outside it, the look of a run's page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Template

from harness.core.errors import UsageError
from harness.evidence.kill_matrix import KillMatrix
from reports import page
from reports.checklist import Checklist, load
from reports.kill_matrix import translations, view
from reports.page.render import environment

PAGE = "kill-matrix.html"


def build(folder: Path) -> Path:
    """Write the page of the folder's `kill-matrix.json` beside it, and return it.

    Raises:
        UsageError: there is no matrix, it is damaged, or the folder cannot be written.
    """
    path = folder / PAGE
    text = render(KillMatrix.read(folder), load())
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(
            f"the page cannot be written: {error.strerror}",
            where=str(path),
            remedy="make the folder writable",
        ) from error
    return path


def render(matrix: KillMatrix, checklist: Checklist) -> str:
    """The page of a matrix."""
    answer, colour = translations.answer(matrix)
    return _template().render(
        answer=answer,
        colour=colour,
        drawing=view.draw(matrix, checklist),
        lede=translations.lede(matrix),
        matrix=matrix,
        trouble=[mutant for mutant in matrix.defects if not mutant.killed],
    )


@cache
def _template() -> Template:
    made = environment(Path(__file__).parent, Path(page.__file__).parent)
    made.globals |= {"w": translations.WORDS, "translations": translations}
    return made.get_template("matrix.html.j2")
