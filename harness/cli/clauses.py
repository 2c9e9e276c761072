"""`golive clauses`: what each platform asks and where it stands, and what changed since it was read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from harness.core.texts import read_texts
from reports.checklist import CHECKLIST, Checklist, Clause, folder_of, load
from reports.checklist.clause import digest_of
from reports.checklist.comparing import Compared, Comparison, Found, as_list, compare
from reports.checklist.digest_list import Entry, address, day_of, read_digests
from reports.checklist.page_text import text_of_page
from reports.checklist.register import read_register

_TEXTS = read_texts(Path(__file__).with_name("clauses.yaml"))
_SAID = _TEXTS["sentences"]
_CHANGED, _UNDECIDED = 1, 2
_as_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, in both languages.")
_file = click.Path(path_type=Path)


@click.group("clauses")
def command() -> None:
    """The platforms' clauses that the controls rest on, and what changed since they were read."""


@command.command("list", short_help="Every clause with its controls; --json: the digests on record.")
@_as_json
@language_option
def list_clauses(as_json: bool, lang: Language | None) -> int:
    """Name every clause of the register, the controls that rest on it, and how much is covered.

    \b
    With --json: what is on record of each page and each clause, as a list that
    `golive clauses check` reads. Keep it, and compare the next version's with it.
      golive clauses list --json > clauses.json

    The digest of a clause is that of what is recorded of it: statement, pages and dates.
    A page has a digest only where one was recorded; its date is the page's own.
    """
    checklist = load()
    if as_json:
        print_document(json_text(as_list(checklist), indent=2))
        return 0
    language = lang or terminal_language()
    for line in _listed(checklist, language):
        click.echo(line)
    return 0


@command.command("check", short_help="Compare a newer list of digests with the register.")
@click.argument("file", type=_file)
@click.option("--against", type=_file, help="An earlier list to compare with, instead of the register.")
@_as_json
@language_option
def check(file: Path, against: Path | None, as_json: bool, lang: Language | None) -> int:
    """Compare FILE, a newer list of digests, with what is on record, and name the controls to look at again.

    \b
    FILE holds one entry a line (JSON lines, a JSON list, or a list in YAML): a clause by its
    id or a page by its address, with a digest, a date (YYYY-MM-DD), or both:
      {"page": "https://pay.weixin.qq.com/doc/v3/merchant/4012791861", "date": "2026-12-01"}
      {"clause": "C07", "digest": "sha256:…"}
    Digests decide where both sides have one; else a later date says that a page changed.
    Other members are passed over. Nothing is fetched.

    \b
    Examples:
      golive clauses check pages-december.jsonl
      golive clauses check pages-december.jsonl --against pages-november.jsonl

    \b
    Exit code: 0 nothing changed · 1 something changed · 2 nothing is known to have changed,
    and of something it cannot be told · 4 FILE is damaged, or names what there is not.
    """
    earlier = None if against is None else read_digests(against)
    compared = compare(read_digests(file), load(), earlier)
    if as_json:
        print_document(json_text(_document(compared), indent=2))
    else:
        for line in _told(compared, lang or terminal_language()):
            click.echo(line)
    if compared.again or compared.having(Found.CHANGED):
        return _CHANGED
    return _UNDECIDED if compared.having(Found.UNDECIDED) else 0


@command.command("digest", short_help="The digest of a saved page, as a line of a list.")
@click.argument("page", type=_file)
@click.option("--page", "at", metavar="ADDRESS", help="Its public address, for the line of a list.")
@click.option("--date", metavar="YYYY-MM-DD", help="The date that the page itself gives its text.")
@language_option
def digest(page: Path, at: str | None, date: str | None, lang: Language | None) -> int:
    """Print the digest of the words of PAGE, saved as HTML, Markdown or text, as a line of a list.

    Left out are scripts, styles, menus, tags and blanks, so that another layout of the same
    words has the same digest. HTML and Markdown of one page differ: compare like with like.

    \b
    Example:
      golive clauses digest saved.html --date 2026-12-01 \\
        --page https://pay.weixin.qq.com/doc/v3/merchant/4012791861 >> pages.jsonl

    Exit code: 0 · 4 the file cannot be read or holds no words.
    """
    line: dict[str, Any] = {
        "page": _address(at),
        "digest": digest_of(text_of_page(page)),
        "date": _date(date),
    }
    print_document(json_text({name: value for name, value in line.items() if value is not None}))
    return 0


def _address(text: str | None) -> str | None:
    try:
        return None if text is None else address(text)
    except ValueError:
        raise UsageError(
            f"{one_line(text or '')!r} is no address of a page", where="--page", remedy="give https://…"
        ) from None


def _date(text: str | None) -> str | None:
    try:
        return None if text is None else day_of(text).isoformat()
    except ValueError:
        raise UsageError(
            f"{one_line(text or '')!r} is no date", where="--date", remedy="give it as YYYY-MM-DD"
        ) from None


def _listed(checklist: Checklist, lang: Language) -> Iterator[str]:
    for platform in read_register(folder_of(CHECKLIST)).platforms:
        resting = {clause.id: checklist.resting_on(clause.id) for clause in platform.clauses}
        covered = sum(map(bool, resting.values()))
        yield (
            _SAID["platform"]
            .filled(
                name=platform.name.spoken(lang),
                clauses=len(resting),
                covered=covered,
                percent=f"{100 * covered / len(resting):.1f}",
            )
            .spoken(lang)
        )
        for clause in platform.clauses:
            controls = " ".join(resting[clause.id]) or _SAID["none"].spoken(lang)
            yield f"  {clause.id:<7} {clause.statement.spoken(lang)}  [{controls}]"
        yield ""


def pages_of(clause: Clause, lang: Language) -> Iterator[str]:
    """The pages of a clause for a terminal: title, date and address, a line each."""
    for page in clause.pages:
        when = page.when or _SAID["undated"].spoken(lang)
        newer = _SAID["newer"].filled(date=page.newer).spoken(lang) if page.newer else ""
        yield " · ".join(filter(None, (page.title, when, newer, page.address)))


def _told(compared: Comparison, lang: Language) -> Iterator[str]:
    for each in compared.rows:
        if each.found in {Found.CHANGED, Found.UNDECIDED}:
            found = _TEXTS["found"][each.found].spoken(lang)
            yield f"{found}  {one_line(each.entry.name)}  {each.title}".rstrip()
            yield "    " + _SAID["dates"].filled(
                known=_seen(each.known, lang), given=_seen(each.entry, lang)
            ).spoken(lang)
            yield f"    {' '.join(each.clauses)} → {' '.join(each.controls) or _SAID['none'].spoken(lang)}"
    if compared.again:
        yield _SAID["again"].filled(controls=" ".join(compared.again)).spoken(lang)
    counts = {found: len(compared.having(found)) for found in Found}
    yield (
        _SAID["counts"]
        .filled(
            compared=counts[Found.SAME] + counts[Found.CHANGED],
            **{str(found): count for found, count in counts.items()},
            left_out=compared.left_out,
        )
        .spoken(lang)
    )


def _seen(entry: Entry | None, lang: Language) -> str:
    told = [] if entry is None else [str(each) for each in (entry.date, (entry.digest or "")[:19]) if each]
    return " · ".join(told) or _SAID["nothing"].spoken(lang)


def _document(compared: Comparison) -> dict[str, Any]:
    return {
        "schema": 1,
        "changed": bool(compared.having(Found.CHANGED)),
        "controls": compared.again,
        "left_out": compared.left_out,
        "entries": [_row(each) for each in compared.rows],
    }


def _row(each: Compared) -> dict[str, Any]:
    name = (
        {"clause": each.entry.clause} if each.entry.clause else {"page": each.entry.page, "title": each.title}
    )
    return name | {
        "found": each.found,
        "clauses": each.clauses,
        "controls": each.controls,
        "known": _plain(each.known),
        "given": _plain(each.entry),
    }


def _plain(entry: Entry | None) -> dict[str, str | None] | None:
    if entry is None:
        return None
    return {"digest": entry.digest, "date": entry.date.isoformat() if entry.date else None}
