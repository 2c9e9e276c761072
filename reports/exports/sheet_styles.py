"""What cells of the review sheet look like: fonts, fills and inks, by names of their own."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

FONT = "Microsoft YaHei"
PLAIN, HEAD, TITLE, SECTION, QUIET = "plain", "head", "title", "section", "quiet"
"""What the styles of cells are called."""
_FILLS = {
    "go": "E3F4EA",
    "no": "FBE3E1",
    "wait": "FDF1D8",
    "warn": "FDF1D8",
    "mute": "EEF0F2",
    "plan": "EEF0F2",
}
INKS = {
    "go": "0B6B40",
    "no": "A5221A",
    "wait": "7A5200",
    "warn": "7A5200",
    "mute": "4A525B",
    "plan": "4A525B",
}


def paint(cell: Cell, colour: str) -> None:
    """Let a cell stand out in the colour of a standing."""
    cell.style = f"{PLAIN}-{colour}"


def styles() -> list[NamedStyle]:
    """Every style of a cell, as a workbook wants them named."""
    line = Side(style="thin", color="C5CBD3")
    border = Border(left=line, right=line, top=line, bottom=line)
    top = Alignment(wrap_text=True, vertical="top")
    centre = Alignment(wrap_text=True, vertical="center")
    return [
        NamedStyle(PLAIN, font=Font(name=FONT, size=10), alignment=top, border=border),
        NamedStyle(
            HEAD,
            font=Font(name=FONT, size=10, bold=True),
            fill=PatternFill("solid", fgColor="E7ECF2"),
            alignment=centre,
            border=border,
        ),
        *(
            NamedStyle(
                f"{PLAIN}-{colour}",
                font=Font(name=FONT, size=10, bold=True, color=INKS[colour]),
                fill=PatternFill("solid", fgColor=fill),
                alignment=top,
                border=border,
            )
            for colour, fill in _FILLS.items()
        ),
        NamedStyle(TITLE, font=Font(name=FONT, size=16, bold=True), alignment=centre),
        NamedStyle(SECTION, font=Font(name=FONT, size=12, bold=True), alignment=centre),
        NamedStyle(QUIET, font=Font(name=FONT, size=10, color="4A525B"), alignment=top),
    ]
