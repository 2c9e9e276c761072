"""Markdown for a pull request, or for the summary of a job: the verdict first, then what is missing.

A comment on GitHub holds 65,536 characters, a job's summary a mebibyte: what is written stays below the
smaller one, and says so where it leaves something out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.core.control import Language, Text
from harness.verdict import Standing
from reports.exports.earlier import Change, changes
from reports.exports.facts import facts, notices
from reports.exports.markdown_text import code, words
from reports.exports.review import Review
from reports.exports.words import SENTENCES, WORDS
from reports.page.translations import ACTIONS, SEVERITIES, STANDINGS, VERDICTS

LONGEST = 60_000
"""Characters, with some left for what else a comment says."""
_MARKS = {"go": "✅", "no": "❌", "wait": "⏳"}
_OPEN = (Standing.FAIL, Standing.HARNESS_ERROR, Standing.INCONCLUSIVE, Standing.NEEDS_HUMAN)


def markdown(review: Review, language: Language = "zh") -> str:
    """The summary; equal reviews give equal text."""
    return "".join(_within(_blocks(review, language), WORDS["cut_markdown"].spoken(language)))


def _within(blocks: Iterable[tuple[str, Iterable[str], str]], left_out: str) -> Iterator[str]:
    """Blocks of head, lines and end, for as long as there is room; a block begun is always ended."""
    room = LONGEST - len(left_out) - 4
    for head, lines, end in blocks:
        if len(head) + len(end) > room:
            yield f"\n{left_out}\n"
            return
        room -= len(head) + len(end)
        yield head
        for line in lines:
            if len(line) > room:
                yield f"{end}\n{left_out}\n"
                return
            room -= len(line)
            yield line
        yield end


def _blocks(review: Review, language: Language) -> Iterator[tuple[str, Iterable[str], str]]:
    def say(text: Text) -> str:
        return words(text.spoken(language))

    def row(*cells: str) -> str:
        return f"| {' | '.join(cells)} |\n"

    def head(*names: str) -> str:
        return row(*(say(WORDS[name]) for name in names)) + f"|{' --- |' * len(names)}\n"

    def folded(title: str, inner: str) -> str:
        return f"\n<details>\n<summary>{title}</summary>\n\n{inner}"

    yield (
        f"## GoLive · {say(WORDS['question'])} {_MARKS.get(review.colour, '')} **{say(review.answer)}**\n\n",
        [],
        "",
    )
    yield "", [f"{say(review.lede)}\n\n"] if review.lede else [], ""
    yield "", [f"> ⚠️ {say(notice)}\n\n" for notice in notices(review)], ""
    if review.cards:
        gates = (
            row(
                say(card.name),
                f"{_MARKS[VERDICTS[card.verdict.verdict][2]]} **{card.verdict.verdict}**",
                str(card.verdict.required),
                str(card.in_place),
                str(len(card.verdict.missing)),
            )
            for card in review.cards
        )
        yield head("gate", "verdict", "required", "in_place", "missing_count"), gates, "\n"
    failing = [line for line in review.lines if line.status.status in _OPEN and line.status.checks]
    if failing:
        found = (
            row(
                f"**{words(line.control.id)}** {say(line.control.title)}",
                say(SEVERITIES[line.control.severity]),
                f"{STANDINGS[line.status.status][0]} {say(line.result)}",
                code((line.said if line.said.en or not line.gap else line.gap.why).spoken(language)),
            )
            for line in failing
        )
        yield (
            f"### {say(WORDS['not_passed'])}\n\n{head('control', 'severity', 'result', 'said')}",
            found,
            "\n",
        )
    due = f"{say(review.due)}\n\n" if review.due else ""
    for heading, rows in review.tables():
        told = (
            row(
                say(each.who),
                say(each.what),
                str(each.count),
                say(each.names),
                code(each.how.spoken(language)) if each.named else "",
            )
            for each in rows
        )
        yield f"### {say(heading)}\n\n{due}{head('who', 'kind', 'count', 'which', 'how')}", told, "\n"
        due = ""
    changed = changes(review)
    if changed:
        told = (_changed(each, language) for each in changed)
        yield f"### {say(WORDS['changed'])}\n\n", told, "\n"
    if review.gaps:
        each = (
            row(
                f"{words(gap.control.id)} {say(gap.control.title)}",
                say(ACTIONS[gap.missing.price]),
                words(gap.why.spoken(language)),
                code(gap.how.spoken(language)),
            )
            for gap in review.gaps
        )
        title = f"{say(WORDS['missing'])} ({len(review.gaps)})"
        yield folded(title, head("control", "kind", "why", "how")), each, "\n</details>\n"
    rests = (row(say(name), code(value.spoken(language))) for name, value in facts(review))
    yield folded(say(WORDS["who_says"]), "| | |\n| --- | --- |\n"), rests, "\n</details>\n"


def _changed(change: Change, language: Language) -> str:
    control = change.line.control
    before, now = (words(STANDINGS[each][1].spoken(language)) for each in (change.before, change.now))
    told = SENTENCES["changed"].filled(before=before, now=now).spoken(language)
    return f"- **{words(control.id)}** {words(control.title.spoken(language))} · {told}\n"
