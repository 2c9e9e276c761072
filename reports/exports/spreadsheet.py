"""上线评审表, the go-live review sheet: an xlsx for those who go through the controls and sign.

Four sheets: the verdict with what is missing and who brings it; every control with its evidence; every check;
signatures. Without a language each cell has Chinese with the English below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.drawing.image import Image as Drawing
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from harness.core.control import Language, Text
from harness.core.findings import translated
from harness.core.scenario_titles import scenario_title
from harness.verdict import standing_of
from reports.exports.cells import cell_text, lines_of, looks_like_a_formula
from reports.exports.facts import facts, notices
from reports.exports.pictures import thumbnail
from reports.exports.review import Line, Review, grade_word, signing_roles
from reports.exports.same_bytes import same_bytes
from reports.exports.sheet_styles import FONT, HEAD, INKS, PLAIN, QUIET, SECTION, TITLE, paint, styles
from reports.exports.words import SENTENCES, WORDS
from reports.page.moments import beijing, day
from reports.page.translations import ACTIONS, BLAMES, SEVERITIES, STANDINGS, VERDICTS, told_of

MOST_CHECKS = 10_000
"""Checks that the sheet lists one by one; report.json has every one."""
LONGEST = 900
"""UTF-16 units of a finding in a cell: what fits on a printed page."""
PICTURE = (132, 100)
"""Pixels a picture may take."""
_LINE_PT, _TALLEST_PT, _PIXEL_PT = 13.2, 409.0, 0.75
_LINES_PT = {TITLE: 24.0, SECTION: 17.0}
"""How tall a line of a style is, where it is not as tall as others."""


def spreadsheet(review: Review, language: Language | None = None) -> bytes:
    """The review sheet (xlsx); equal reviews give equal bytes.

    Args:
        language: the one to write; both by default, Chinese first.
    """
    writer = _Writer(Workbook(), review, language)
    writer.verdict()
    writer.controls()
    writer.checks()
    writer.signatures()
    made = BytesIO()
    writer.book.save(made)
    return same_bytes(made.getvalue(), review.judgement.as_of)


@dataclass(frozen=True, slots=True)
class _Column:
    title: Text
    width: float
    """In Latin characters."""


class _Writer:
    def __init__(self, book: Workbook, review: Review, language: Language | None) -> None:
        self.book, self._review, self._language = book, review, language
        for style in styles():
            book.add_named_style(style)
        properties = book.properties
        properties.creator = "GoLive"
        properties.title = self._say(WORDS["sheet_title"]).replace("\n", " ")
        properties.subject = review.meta.id
        properties.created = properties.modified = review.judgement.as_of.replace(microsecond=0, tzinfo=None)
        self._rows: dict[str, int] = {}
        """How many rows each sheet has: a sheet itself counts all of its cells to know."""
        for each in book.worksheets:  # the empty one of a new workbook
            book.remove(each)

    def verdict(self) -> None:
        """The first sheet: may we go live; if not, what is missing and who brings it; who says so."""
        review = self._review
        columns = [
            _Column(WORDS["id"], 14),
            _Column(WORDS["control"], 34),
            _Column(WORDS["kind"], 20),
            _Column(WORDS["who"], 22),
            _Column(WORDS["how"], 40),
            _Column(WORDS["why"], 34),
            _Column(WORDS["gates"], 16),
            _Column(WORDS["due"], 12),
        ]
        sheet = self._sheet(WORDS["verdicts"], columns)
        last = len(columns)
        self._wide(sheet, [WORDS["sheet_title"]], last, TITLE)
        cell = self._wide(sheet, [WORDS["question"], review.answer], last, TITLE)
        cell.font = Font(name=FONT, size=16, bold=True, color=INKS[review.colour])
        if review.lede:
            self._wide(sheet, [review.lede], last, PLAIN)
        for notice in notices(review):
            self._wide(sheet, [notice], last, PLAIN).font = Font(name=FONT, size=10, color=INKS["no"])
        if review.cards:
            self._row(sheet, [WORDS["gate"], WORDS["meaning"], WORDS["verdict"], WORDS["in_place"],
                              WORDS["missing_count"]], HEAD)  # fmt: skip
        for card in review.cards:
            _, word, colour = VERDICTS[card.verdict.verdict]
            tally = SENTENCES["tally"].filled(
                missing=len(card.verdict.missing), failing=len(card.verdict.failing)
            )
            said = Text(zh=f"{card.verdict.verdict} {word.zh}", en=card.verdict.verdict)
            in_place = Text.same(f"{card.in_place} / {card.verdict.required}")
            row = self._row(
                sheet,
                [
                    card.name,
                    card.meaning,
                    said,
                    in_place,
                    tally,
                ],
                PLAIN,
            )
            paint(row[2], colour)
        self._wide(sheet, [WORDS["who_says"]], last, SECTION)
        for name, value in facts(review):
            self._fact(sheet, name, value, last)
        self._wide(sheet, [WORDS["missing"]], last, SECTION)
        self._heading(sheet, columns, freeze=False)
        names = {card.id: card.name for card in review.cards}
        due = Text.same(day(review.running_out.moment) if review.running_out else "")
        for gap in review.gaps:
            gates = [names[gate] for gate in gap.gates]
            self._row(
                sheet,
                [
                    Text.same(gap.control.id),
                    gap.control.title,
                    ACTIONS[gap.missing.price],
                    gap.who,
                    gap.how,
                    gap.why,
                    Text(zh="、".join(each.zh for each in gates), en=", ".join(each.en for each in gates)),
                    due,
                ],
                PLAIN,
            )
        if not review.gaps:
            self._wide(sheet, [WORDS["nothing_missing" if review.cards else "not_gates"]], last, PLAIN)

    def controls(self) -> None:
        """Every control with criterion, severity, grade, result, evidence, and who must do what."""
        columns = [
            _Column(WORDS["id"], 9),
            _Column(WORDS["section"], 16),
            _Column(WORDS["control"], 22),
            _Column(WORDS["criterion"], 42),
            _Column(WORDS["severity"], 10),
            _Column(WORDS["grade"], 13),
            _Column(WORDS["result"], 12),
            _Column(WORDS["evidence"], 30),
            _Column(WORDS["picture"], 20),
            _Column(WORDS["when"], 12),
            _Column(WORDS["task"], 34),
            _Column(WORDS["confirmed"], 16),
            _Column(WORDS["date"], 12),
        ]
        sheet = self._sheet(WORDS["controls"], columns)
        self._heading(sheet, columns)
        for line in self._review.lines:
            self._control(sheet, line)
        self._filter(sheet, columns)

    def _control(self, sheet: Worksheet, line: Line) -> None:
        said = line.said
        evidence = Text(
            zh="\n".join(filter(None, (line.evidence.zh, said.zh))),
            en="\n".join(filter(None, (line.evidence.en, said.en))),
        )
        task = line.gap.task if line.gap else Text.same("")
        row = self._row(
            sheet,
            [
                Text.same(line.control.id),
                line.section.name,
                line.control.title,
                line.control.criterion,
                SEVERITIES[line.control.severity],
                line.grade,
                line.result,
                evidence,
                Text.same(""),
                Text.same(line.when.replace(" ", "\n")),
                task,
                Text(
                    zh="\n".join(each.zh for each in line.signed),
                    en="\n".join(each.en for each in line.signed),
                ),
                Text.same(""),
            ],
            PLAIN,
        )
        paint(row[6], line.colour)
        if line.picture and (small := thumbnail(self._review.record.folder, line.picture, PICTURE)):
            drawing = Drawing(BytesIO(small))
            sheet.add_image(drawing, row[8].coordinate)
            place = sheet.row_dimensions[row[8].row]
            place.height = max(place.height or 0, drawing.height * _PIXEL_PT + 4)

    def checks(self) -> None:
        """Every check of the run, up to a number that a reviewer could still page through."""
        columns = [
            _Column(WORDS["id"], 9),
            _Column(WORDS["scenario"], 44),
            _Column(WORDS["wire"], 18),
            _Column(WORDS["result"], 14),
            _Column(WORDS["grade"], 12),
            _Column(WORDS["when"], 20),
            _Column(WORDS["duration"], 10),
            _Column(WORDS["who"], 14),
            _Column(WORDS["said"], 60),
        ]
        sheet = self._sheet(WORDS["checks"], columns)
        self._heading(sheet, columns)
        checks = iter(self._review.checks())
        nothing = Text.same("")
        for control, check in islice(checks, MOST_CHECKS):
            standing = standing_of(check)
            row = self._row(
                sheet,
                [
                    Text.same(control.id),
                    scenario_title(check.scenario),
                    Text.same(" ".join(dict.fromkeys((check.provider, check.dialect))).replace("-", "–")),
                    told_of(standing, [check]),
                    grade_word(check.grade),
                    Text.same(beijing(check.started)),
                    Text.same(f"{check.duration_s:.2f}"),
                    BLAMES[check.blame] if check.blame else nothing,
                    translated(check.message),
                ],
                PLAIN,
            )
            paint(row[3], STANDINGS[standing][2])
        self._filter(sheet, columns)
        if rest := sum(1 for _ in checks):
            self._wide(sheet, [SENTENCES["more_checks"].filled(count=f"{rest:,}")], len(columns), QUIET)

    def signatures(self) -> None:
        """Cells to sign in, one line a role."""
        columns = [
            _Column(WORDS["role"], 26),
            _Column(WORDS["name"], 24),
            _Column(WORDS["opinion"], 40),
            _Column(WORDS["signature"], 36),
            _Column(WORDS["date"], 18),
        ]
        sheet = self._sheet(WORDS["signatures"], columns)
        self._wide(sheet, [WORDS["question"], self._review.answer], len(columns), TITLE)
        for name, value in facts(self._review)[:3]:
            self._fact(sheet, name, value, len(columns))
        self._heading(sheet, columns, freeze=False)
        for role in signing_roles():
            self._row(sheet, [role, *[Text.same("")] * 4], PLAIN, least_pt=34)

    def _say(self, text: Text) -> str:
        if self._language:
            return text.spoken(self._language)
        return text.zh if text.zh == text.en else f"{text.zh}\n{text.en}"

    def _sheet(self, title: Text, columns: Sequence[_Column]) -> Worksheet:
        name = title.spoken(self._language or "zh")
        sheet: Worksheet = self.book.create_sheet(name)
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        setup = sheet.page_setup
        setup.orientation, setup.paperSize = "landscape", 9  # A4
        setup.fitToWidth, setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
        sheet.page_margins.footer = 0.25  # the room for it is what the lower margin leaves
        sheet.print_options.horizontalCentered = True
        foot = sheet.oddFooter
        foot.left.text = f"GoLive · {_ampersands(self._review.meta.id)}"  # type: ignore[union-attr]
        foot.right.text = WORDS["page"].spoken(self._language or "zh")  # type: ignore[union-attr]
        return sheet

    def _heading(self, sheet: Worksheet, columns: Sequence[_Column], *, freeze: bool = True) -> None:
        row = self._row(sheet, [column.title for column in columns], HEAD)
        number = row[0].row
        sheet.print_title_rows = f"{number}:{number}"
        if freeze:
            sheet.freeze_panes = f"B{number + 1}"

    def _filter(self, sheet: Worksheet, columns: Sequence[_Column]) -> None:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{self._rows[sheet.title]}"

    def _wide(self, sheet: Worksheet, texts: Sequence[Text], columns: int, style: str) -> Cell:
        """One line over all columns."""
        joined = Text(zh=" ".join(each.zh for each in texts), en=" ".join(each.en for each in texts))
        return self._row(sheet, [joined], style, merged=((1, columns),))[0]

    def _fact(self, sheet: Worksheet, name: Text, value: Text, columns: int) -> None:
        """Name and value over all columns."""
        self._row(sheet, [name, Text.same(""), value], PLAIN, merged=((1, 2), (3, columns)))

    def _row(
        self,
        sheet: Worksheet,
        texts: Sequence[Text],
        style: str,
        *,
        merged: Sequence[tuple[int, int]] = (),
        least_pt: float = 16,
    ) -> list[Cell]:
        number = self._rows[sheet.title] = self._rows.get(sheet.title, 0) + 1
        spans = dict(merged)
        cells, height = [], least_pt
        line_pt = _LINES_PT.get(style, _LINE_PT)
        for column, text in enumerate(texts, start=1):
            said = cell_text(self._say(text), LONGEST if style == PLAIN else 200, self._say_cut())
            cell: Any = sheet.cell(number, column)
            cell.style = style
            if said:
                cell.value = said
                cell.data_type = "s"  # whatever it looks like, it is text
                if looks_like_a_formula(said):
                    cell.quotePrefix = True
            cells.append(cell)
            wide = range(column, spans.get(column, column) + 1)
            width = sum(sheet.column_dimensions[get_column_letter(each)].width for each in wide)
            height = max(height, lines_of(said, width * _LINE_PT / line_pt) * line_pt + 4)
        for first, last in merged:
            for each in range(first + 1, last + 1):
                sheet.cell(number, each).style = style
            sheet.merge_cells(start_row=number, start_column=first, end_row=number, end_column=last)
        sheet.row_dimensions[number].height = round(min(height, _TALLEST_PT), 1)
        return cells

    def _say_cut(self) -> str:
        return WORDS["cut"].spoken(self._language or "zh")


def _ampersands(text: str) -> str:
    """Text for a footer, where an ampersand begins a code."""
    return text.replace("&", "&&")
