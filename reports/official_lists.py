"""Writes docs/official-lists: each row of the platforms' lists, and what proves it. `make lists`.

`python -m reports.official_lists --check` writes nothing, and says whether the pages are stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.core.control import Language
from harness.core.texts import read_texts
from reports.checklist.official import Official, Proof, load_official
from reports.checklist.official_rows import OfficialList, OfficialRow
from reports.doc_pages import cells, heading, write_or_check

PAGES: dict[Language, str] = {"en": "official-lists.md", "zh": "official-lists.zh-CN.md"}

_TEXTS = read_texts(Path(__file__).with_suffix(".yaml"))
_COLUMNS = ("number", "requirement", "mark", "controls", "state", "reason", "source")


def page(official: Official, lang: Language) -> str:
    """The whole page in one language, as Markdown that ends in a line feed."""
    return "\n".join(_lines(official, lang)) + "\n"


def main() -> None:
    """Write both pages; with `--check`, only say whether one is stale."""
    official = load_official()
    write_or_check({name: page(official, lang) for lang, name in PAGES.items()})


def _lines(official: Official, lang: Language) -> Iterator[str]:
    for name in ("title", "other", "lead", "legend"):
        text = _word(name, lang)
        yield from (f"# {text}" if name == "title" else text, "")
    proofs = [_TEXTS["proofs"][proof] for proof in Proof]
    heads = [_TEXTS["words"]["list"], _TEXTS["words"]["rows"], *proofs]
    yield from heading(each.spoken(lang) for each in heads)
    for asked in official.lists:
        counts = [len(asked.rows), *official.counts(asked).values()]
        yield cells([asked.title.spoken(lang), *map(str, counts)])
    for asked in official.lists:
        yield from ("", f"## {asked.title.spoken(lang)}", "", asked.about.spoken(lang))
        yield from (_TEXTS["words"]["wires"].filled(wires=", ".join(asked.dialects)).spoken(lang), "")
        yield from heading(_word(name, lang) for name in _COLUMNS)
        for row in asked.rows:
            yield cells(_row(official, asked, row, lang))


def _row(official: Official, asked: OfficialList, row: OfficialRow, lang: Language) -> Iterator[str]:
    yield row.id
    yield row.text.spoken(lang)
    yield _TEXTS["marks"][row.mark].spoken(lang) if row.mark else "–"
    controls = [
        f"{_TEXTS['reaches'][official.reach(each, asked)].spoken(lang)} {each}" for each in row.controls
    ]
    yield "<br>".join(controls) or "–"
    yield _TEXTS["proofs"][official.proof(row, asked)].spoken(lang)
    said = row.reason or row.gap
    yield said.spoken(lang) if said else ""
    yield row.source


def _word(name: str, lang: Language) -> str:
    return _TEXTS["words"][name].spoken(lang)


if __name__ == "__main__":
    main()
