"""Writes one export of a judged record, or all of them: a function of record, moment and language alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from junitparser import Failure

from harness.core.control import Language
from harness.core.errors import UsageError
from harness.evidence import META, RunRecord
from harness.evidence.load_summary import LoadSummary
from reports.build import writing_remedy
from reports.exports import allure, junit
from reports.exports.acceptance import acceptance_page
from reports.exports.document import document
from reports.exports.markdown import markdown
from reports.exports.review import Review, review_of
from reports.exports.sarif import sarif
from reports.exports.spreadsheet import spreadsheet
from reports.judging import checklist_of, judge_record

FOLDER = "exports"
"""Where exports stand in a run's folder unless somebody says otherwise; no seal speaks of it."""

PrintPdf = Callable[[str, str, datetime], bytes]
"""Makes a PDF of a page: its HTML, what stands at its foot, and the moment it names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export is made of."""

    review: Review
    language: Language | None
    print_pdf: PrintPdf


def _sheet(asked: Asked) -> Mapping[str, bytes]:
    return {"review.xlsx": spreadsheet(asked.review, asked.language)}


def _docx(asked: Asked) -> Mapping[str, bytes]:
    return {"acceptance.docx": document(asked.review, asked.language or "zh")}


def _pdf(asked: Asked) -> Mapping[str, bytes]:
    review = asked.review
    page = acceptance_page(review, asked.language or "zh")
    return {"acceptance.pdf": asked.print_pdf(page, f"GoLive {review.meta.id}", review.judgement.as_of)}


def _sarif(asked: Asked) -> Mapping[str, bytes]:
    return {"golive.sarif": sarif(asked.review)}


def _markdown(asked: Asked) -> Mapping[str, bytes]:
    return {"summary.md": markdown(asked.review, asked.language or "zh").encode()}


def _junit(asked: Asked) -> Mapping[str, bytes]:
    review = asked.review
    known = (review.record.folder, review.meta, review.checklist, review.judgement)
    return {"junit.xml": junit.document(*known), "junit-zentao.xml": junit.for_zentao(*known)}


def _allure(asked: Asked) -> Mapping[str, bytes]:
    review = asked.review
    try:
        with TemporaryDirectory(prefix="golive-allure-") as made:
            place = Path(made)
            allure.write_into(place, review.record.folder, review.meta, review.checklist, review.judgement)
            return {
                file.relative_to(place).as_posix(): file.read_bytes()
                for file in sorted(place.rglob("*"))
                if file.is_file()
            }
    except OSError as error:
        raise UsageError(
            f"the export cannot be made: {error.strerror}", where=gettempdir(), remedy=writing_remedy(error)
        ) from error


FORMATS: Mapping[str, Callable[[Asked], Mapping[str, bytes]]] = {
    "xlsx": _sheet,
    "docx": _docx,
    "sarif": _sarif,
    "markdown": _markdown,
    "junit": _junit,
    "allure": _allure,
    "pdf": _pdf,
}
"""What can be asked for, by its word at the command line. The one that takes a browser comes last, so that a
machine without one has the others."""


def reviewed(run_folder: Path, as_of: datetime | None = None) -> Review:
    """A record as judged at a moment, its own end by default.

    Raises:
        UsageError: there is no record, or it is damaged.
    """
    record = RunRecord.open(run_folder)
    return review_of(record, checklist_of(record), judge_record(record, as_of))


def measured_load(folder: Path) -> LoadSummary | None:
    """The load that `golive load --judge` judged in a folder that is no record; None: none was.

    Raises:
        UsageError: it is damaged.
    """
    return None if (folder / META).exists() else LoadSummary.read(folder)


def load_files(load: LoadSummary) -> Mapping[str, bytes]:
    """The criteria of such a load as JUnit, the only format that it has."""
    return {
        "junit.xml": junit.of_load(load),
        "junit-zentao.xml": junit.of_load(load, undecided=Failure),
    }


def write_files(files: Mapping[str, bytes], out: Path, *, folder: bool, named: bool) -> list[Path]:
    """Write what a format made; says where each file is. Each appears whole or not at all.

    Args:
        out: the file, or the folder for them.
        folder: whether `out` is one.
        named: whether somebody named `out`: a link there leads where they want it, and a pipe or a device
            takes the bytes. In a record, which may come from anybody, nothing is written through a link.

    Raises:
        UsageError: it cannot be written.
    """
    if len(files) == 1 and not folder:
        places = {out: next(iter(files.values()))}
    else:
        places = {out / name: data for name, data in files.items()}
    for place, data in places.items():
        try:
            if not named and place.parent != out and place.parent.is_symlink():
                place.parent.unlink()
            place.parent.mkdir(parents=True, exist_ok=True)
            if named and _takes_bytes(place):
                place.write_bytes(data)
            else:
                _replace(place.resolve() if named else place, data)
        except (OSError, RuntimeError) as error:  # a link to itself is a RuntimeError
            raise _unwritable(error, place) from error
    if folder and allure.RESULTS in {Path(name).parts[0] for name in files}:
        try:
            allure.remove_earlier(out / allure.RESULTS, keep={Path(name).name for name in files})
        except OSError as error:
            raise _unwritable(error, out / allure.RESULTS) from error
    return list(places)


def _takes_bytes(place: Path) -> bool:
    """Whether it is a pipe or a device, which is written to and not replaced."""
    return place.exists() and not place.is_file() and not place.is_dir()


def _unwritable(error: OSError | RuntimeError, place: Path) -> UsageError:
    why, remedy = str(error), "name another place"
    if isinstance(error, OSError):
        why, remedy = error.strerror or why, writing_remedy(error)
    return UsageError(f"the export cannot be written: {why}", where=str(place), remedy=remedy)


def _replace(place: Path, data: bytes) -> None:
    fresh = place.with_name(f".{place.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with fresh.open("xb") as file:
            file.write(data)
        fresh.replace(place)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def one_file(name: str) -> bool:
    """Whether a format is one file, which may be named."""
    return name not in ("junit", "allure")
