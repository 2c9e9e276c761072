"""`golive outages`: the outages that have a name, and what one of them does."""

from __future__ import annotations

import click

from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language
from harness.core.plain_text import json_text
from harness.core.terminal_language import terminal_language
from harness.simulator.faults.named_outages import outage, outage_file, outages

SCHEMA = 1
"""Of what `--json` prints; counts up when a member changes its meaning."""


@click.command(
    "outages",
    epilog="""\b
Examples:
  golive outages
  golive outages wechat-jitters > mine.yaml     # to be changed, for --faults mine.yaml
  golive simulator --outage wechat-jitters

Exit code: 0 · 4 there is no such outage.""",
)
@click.argument("name", required=False)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, in both languages.")
def command(name: str | None, lang: Language | None, as_json: bool) -> None:
    """List the outages that `golive simulator --outage NAME` plays; print the file of NAME."""
    if name is not None and not as_json:
        print_document(outage_file(name).read_text("utf-8").rstrip())
        return
    sets = {each: outage(each) for each in (outages() if name is None else (name,))}
    if as_json:
        told = {
            each: {
                "name": found.name.model_dump() if found.name else None,
                "about": found.about.model_dump() if found.about else None,
                "rules": [rule.model_dump(mode="json", exclude_defaults=True) for rule in found.rules],
            }
            for each, found in sets.items()
        }
        print_document(json_text({"schema": SCHEMA, "outages": told}))
        return
    language = lang or terminal_language()
    lines = []
    for each, found in sets.items():
        said = [found.name, found.about]
        lines += [each, *(f"    {text.spoken(language)}" for text in said if text is not None)]
    print_document("\n".join(lines))
