"""验收报告, the acceptance report: a docx to be read, printed and signed.

Its first page says whether we may go live, what is missing and who brings it, who says so, and has the lines
to sign on. Then every control with criterion, result, evidence and a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as Report
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from harness.core.control import Language, Text
from harness.core.plain_text import plain
from reports.exports.facts import facts, notices, shortened
from reports.exports.pictures import thumbnail
from reports.exports.review import Line, Review, Row, signing_roles
from reports.exports.same_bytes import same_bytes
from reports.exports.words import WORDS
from reports.page.translations import SEVERITIES, VERDICTS

PICTURE = (420, 320)
"""Pixels a picture may take; it is printed three centimetres wide."""
_LATIN, _CHINESE = "Arial", "Microsoft YaHei"
_INKS = {
    "go": "0B6B40",
    "no": "A5221A",
    "wait": "7A5200",
    "warn": "7A5200",
    "mute": "4A525B",
    "plan": "4A525B",
}
_GREY = "E7ECF2"


def document(review: Review, language: Language = "zh") -> bytes:
    """The acceptance report (docx); equal reviews give equal bytes."""
    writer = _Writer(Document(), review, language)
    writer.first_page()
    writer.report.add_page_break()  # type: ignore[no-untyped-call]
    writer.later()
    writer.controls()
    made = BytesIO()
    writer.report.save(made)
    return same_bytes(made.getvalue(), review.judgement.as_of)


class _Writer:
    def __init__(self, report: Report, review: Review, language: Language) -> None:
        self.report, self._review, self._language = report, review, language
        self._prepare()

    def first_page(self) -> None:
        """The answer, what is missing, who says so, and the lines to sign on."""
        review, say = self._review, self._say
        self._heading(say(WORDS["report_title"]), 0)
        asked = self.report.add_paragraph()
        self._run(asked, f"{say(WORDS['question'])} ", bold=True, size=15)
        self._run(asked, say(review.answer), bold=True, size=20, ink=_INKS[review.colour])
        if review.lede:
            self.report.add_paragraph(say(review.lede))
        for notice in notices(review):
            self._run(self.report.add_paragraph(), say(notice), bold=True, ink=_INKS["no"])
        if review.cards:
            table = self._table(
                ["gate", "verdict", "required", "in_place", "missing_count", "meaning"],
                [2.2, 3, 1.9, 1.9, 1.9, 7.1],
            )
            for card in review.cards:
                _, word, colour = VERDICTS[card.verdict.verdict]
                row = self._row(
                    table,
                    [
                        say(card.name),
                        f"{card.verdict.verdict} {word.zh}"
                        if self._language == "zh"
                        else card.verdict.verdict,
                        str(card.verdict.required),
                        str(card.in_place),
                        str(len(card.verdict.missing)),
                        say(card.meaning),
                    ],
                )
                _ink(row.cells[1], _INKS[colour])
        tables = review.tables()
        self._heading(say(tables[0][0] if tables else WORDS["missing"]), 1)
        if review.due:
            self.report.add_paragraph(say(review.due))
        if tables:
            self._tasks(tables[0][1])
        else:
            self.report.add_paragraph(say(WORDS["nothing_missing" if review.cards else "not_gates"]))
        self._heading(say(WORDS["who_says"]), 1)
        table = self._table([], [3, 6, 3, 6])
        said = [say(each) for fact in facts(review) for each in fact]
        for place in range(0, len(said), 4):
            self._row(table, [*said[place : place + 4], "", "", "", ""][:4])
        self._heading(say(WORDS["signatures"]), 1)
        table = self._table(["role", "name", "opinion", "signature", "date"], [3.2, 3, 5, 4, 2.8])
        for role in signing_roles():
            row = self._row(table, [say(role), "", "", "", ""])
            row.height = Cm(0.8)

    def later(self) -> None:
        """What the later gates lack, on a page of its own."""
        for title, rows in self._review.tables()[1:]:
            self._heading(self._say(title), 1)
            self._tasks(rows)

    def _tasks(self, rows: Sequence[Row]) -> None:
        say = self._say
        table = self._table(["who", "kind", "which", "count"], [2.8, 6.6, 6.6, 2])
        for each in rows:
            what = "\n".join(filter(None, (say(each.what), say(each.how))))
            self._row(table, [say(each.who), what, say(each.names), str(each.count)])

    def controls(self) -> None:
        """Every control, a table a chapter."""
        self._heading(self._say(WORDS["controls"]), 1)
        for section, lines in self._review.by_section():
            self._heading(f"{section.id} {self._say(section.name)}", 2)
            table = self._table(["criterion", "severity", "result", "evidence", "confirmed"],
                                [6.6, 2, 2.6, 4.2, 2.6])  # fmt: skip
            for line in lines:
                self._control(table, line)

    def _control(self, table: Table, line: Line) -> None:
        say = self._say
        row = self._row(
            table,
            [
                "",
                f"{say(SEVERITIES[line.control.severity])}\n{say(line.grade)}",
                "",
                "",
                "\n".join(map(say, line.signed)),
            ],
        )
        _no_split(row)
        what, _, result, evidence, _ = row.cells
        self._run(what.paragraphs[0], f"{line.control.id} {say(line.control.title)}", bold=True)
        self._run(what.add_paragraph(), say(line.control.criterion))
        self._run(result.paragraphs[0], say(line.result), bold=True, ink=_INKS[line.colour])
        if line.when:
            self._run(result.add_paragraph(), line.when)
        self._run(evidence.paragraphs[0], say(line.evidence))
        if said := say(line.said):
            self._run(evidence.add_paragraph(), shortened(said, self._language))
        if line.gap:
            self._run(evidence.add_paragraph(), f"→ {say(line.gap.task)}")
        if line.picture and (small := thumbnail(self._review.record.folder, line.picture, PICTURE)):
            evidence.add_paragraph().add_run().add_picture(BytesIO(small), width=Cm(3))

    def _say(self, text: Text) -> str:
        return plain(text.spoken(self._language))

    def _prepare(self) -> None:
        report, review = self.report, self._review
        core = report.core_properties
        core.author, core.title = "GoLive", self._say(WORDS["report_title"])
        core.subject = review.meta.id
        core.created = core.modified = review.judgement.as_of.replace(microsecond=0, tzinfo=None)
        page = report.sections[0]
        page.orientation = WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(1.5)
        page.top_margin = page.bottom_margin = Cm(1.5)
        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            style = report.styles[name]
            style.font.name = _LATIN
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(attribute), None)
            fonts.set(qn("w:eastAsia"), _CHINESE)
        normal = report.styles["Normal"]
        normal.font.size = Pt(9)
        normal.paragraph_format.space_after = Pt(2)
        foot = page.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(foot, f"GoLive · {plain(review.meta.id)} · ", size=8)
        _page_number(self._run(foot, "", size=8))

    def _heading(self, text: str, level: int) -> None:
        heading = self.report.add_heading(text, level)
        heading.paragraph_format.space_before = Pt(0 if level == 0 else 8)
        heading.paragraph_format.space_after = Pt(3)
        for run in heading.runs:
            run.font.color.rgb = RGBColor(0x1D, 0x21, 0x26)
            run.font.size = Pt((20, 12, 10.5)[level])

    def _table(self, names: Sequence[str], widths_cm: Sequence[float]) -> Table:
        table: Table = self.report.add_table(rows=0, cols=len(widths_cm))
        table.style = "Table Grid"
        table.autofit = False
        _air(table)
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        if names:
            row = self._row(table, [self._say(WORDS[name]) for name in names])
            _repeat(row)
            for cell in row.cells:
                _shade(cell, _GREY)
                for run in cell.paragraphs[0].runs:
                    run.bold = True
        return table

    def _row(self, table: Table, texts: Sequence[str]) -> _Row:
        row: _Row = table.add_row()  # type: ignore[no-untyped-call]
        for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
            cell.width = column.width
            if text:
                self._run(cell.paragraphs[0], text)
        return row

    def _run(
        self, paragraph: Paragraph, text: str, *, bold: bool = False, size: float | None = None, ink: str = ""
    ) -> Run:
        run = paragraph.add_run(text)
        run.bold = bold or None
        if size:
            run.font.size = Pt(size)
        if ink:
            run.font.color.rgb = RGBColor.from_string(ink)
        return run


def _ink(cell: _Cell, ink: str) -> None:
    for run in cell.paragraphs[0].runs:
        run.bold = True
        run.font.color.rgb = RGBColor.from_string(ink)


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _air(table: Table) -> None:
    """A little room above and below every line of text, which would touch the borders else."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")  # twentieths of a point
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))  # the schema wants the margins before it
    properties.append(margins) if look is None else look.addprevious(margins)


def _repeat(row: _Row) -> None:
    """Let a row stand on every page that its table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _no_split(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_number(run: Run) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
