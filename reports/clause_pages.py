"""Writes docs/clauses: the register of clauses, and which of them no control covers. `make lists`.

`python -m reports.clause_pages --check` writes nothing, and says whether the pages are stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from harness.core.control import Language
from harness.core.texts import read_texts
from reports.checklist import CHECKLIST, Checklist, CitedPage, Clause, folder_of, load
from reports.checklist.official import ANSWERED, load_official
from reports.checklist.official_rows import OfficialList
from reports.checklist.register import Platform, Register, read_register
from reports.doc_pages import cells, heading, write_or_check

PAGES: dict[Language, str] = {"en": "clauses.md", "zh": "clauses.zh-CN.md"}

_WORDS = read_texts(Path(__file__).with_suffix(".yaml"))["words"]


class Covered(NamedTuple):
    """A clause, the controls that rest on it, and those with a check on its wires or a paper."""

    clause: Clause
    controls: tuple[str, ...]
    live: tuple[str, ...]


def coverage(checklist: Checklist, platform: Platform) -> list[Covered]:
    """Every clause of a platform, in the register's order."""
    official = load_official(checklist.date)
    asked: dict[str, OfficialList] = {row.id: each for each in platform.lists for row in each.rows}
    found = []
    for clause in platform.clauses:
        controls = checklist.resting_on(clause.id)
        live = tuple(id_ for id_ in controls if official.reach(id_, asked[clause.id]) in ANSWERED)
        found.append(Covered(clause, controls, live))
    return found


def page(checklist: Checklist, register: Register, lang: Language) -> str:
    """The whole page in one language, as Markdown that ends in a line feed."""
    return "\n".join(_lines(checklist, register, lang)) + "\n"


def main() -> None:
    """Write both pages; with `--check`, only say whether one is stale."""
    checklist, register = load(), read_register(folder_of(CHECKLIST))
    write_or_check({name: page(checklist, register, lang) for lang, name in PAGES.items()})


def _lines(checklist: Checklist, register: Register, lang: Language) -> Iterator[str]:
    covered = {platform.id: coverage(checklist, platform) for platform in register.platforms}
    everything = [each for platform in covered.values() for each in platform]
    for name in ("title", "other", "lead", "check"):
        yield from (f"# {_word(name, lang)}" if name == "title" else _word(name, lang), "")
    yield from (f"## {_word('coverage', lang)}", "", _word("meaning", lang), "")
    yield from heading(_word(name, lang) for name in ("platform", "clauses", "covered", "live"))
    for platform in register.platforms:
        yield _counted(platform.name.spoken(lang), covered[platform.id])
    yield _counted(f"**{_word('all', lang)}**", everything)
    yield from ("", f"## {_word('uncovered', lang)}", "")
    yield from heading(_word(name, lang) for name in ("clause", "statement", "why"))
    for each in everything:
        if not each.controls:
            why = each.clause.uncovered.spoken(lang) if each.clause.uncovered else ""
            yield cells([each.clause.id, each.clause.statement.spoken(lang), why])
    yield from ("", f"## {_word('unchecked', lang)}", "")
    yield from heading(_word(name, lang) for name in ("clause", "statement", "controls"))
    for each in everything:
        if each.controls and not each.live:
            yield cells([each.clause.id, each.clause.statement.spoken(lang), " ".join(each.controls)])
    yield from ("", f"## {_word('moved', lang)}", "", *_moved(everything, lang))
    yield from ("", f"## {_word('own', lang)}", "")
    yield from heading(_word(name, lang) for name in ("controls", "why"))
    reasons: dict[str, list[str]] = {}
    for control in checklist.controls:
        if control.own:
            reasons.setdefault(control.own.spoken(lang), []).append(control.id)
    yield from (cells([" ".join(ids), why]) for why, ids in reasons.items())
    yield from ("", f"## {_word('register', lang)}")
    for platform in register.platforms:
        yield from ("", f"### {platform.name.spoken(lang)}", "", platform.about.spoken(lang), "")
        yield from heading(_word(name, lang) for name in ("clause", "statement", "pages", "controls"))
        for each in covered[platform.id]:
            where = "<br>".join(_cited(page, lang) for page in each.clause.pages)
            where = where or (each.clause.unpaged.spoken(lang) if each.clause.unpaged else "")
            controls = " ".join(each.controls) or "–"
            yield cells([each.clause.id, each.clause.statement.spoken(lang), where, controls])


def _counted(name: str, covered: list[Covered]) -> str:
    total = len(covered)
    counts = [sum(bool(each.controls) for each in covered), sum(bool(each.live) for each in covered)]
    return cells([name, str(total), *(f"{count} ({100 * count / total:.1f} %)" for count in counts)])


def _moved(everything: list[Covered], lang: Language) -> Iterator[str]:
    moved: dict[CitedPage, list[Covered]] = {}
    for each in everything:
        for cited in each.clause.pages:
            if cited.newer:
                moved.setdefault(cited, []).append(each)
    if not moved:
        yield _word("nothing", lang)
        return
    yield from heading(_word(name, lang) for name in ("page", "read", "newer", "clauses", "controls"))
    for cited, found in moved.items():
        controls = dict.fromkeys(id_ for each in found for id_ in each.controls)
        clauses = " ".join(each.clause.id for each in found)
        yield cells([_link(cited), cited.when, str(cited.newer), clauses, " ".join(controls)])


def _cited(cited: CitedPage, lang: Language) -> str:
    return f"{_link(cited)} {cited.when or _word('undated', lang)}"


def _link(cited: CitedPage) -> str:
    title = cited.title.replace("[", "\\[").replace("]", "\\]")
    return f"[{title}]({cited.address})"


def _word(name: str, lang: Language) -> str:
    return _WORDS[name].spoken(lang)


if __name__ == "__main__":
    main()
