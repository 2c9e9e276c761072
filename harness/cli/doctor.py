"""`golive doctor`: what this machine has and lacks, each with the fix."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from harness.cli.doctor_signature import command as signature
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language
from harness.core.errors import EnvironmentUnreachable
from harness.core.terminal_language import terminal_language
from harness.doctor.examine import examine, ready
from harness.doctor.table import as_json, show


@click.group(invoke_without_command=True)
@language_option
@click.option("--json", "machine_readable", is_flag=True, help="For programs, in both languages.")
@click.pass_context
def command(context: click.Context, lang: Language | None, machine_readable: bool) -> None:
    """What this machine has and lacks, each with the fix. Nothing leaves the machine.

    With `signature REQUEST.http`: why the signature of one recorded message does not hold.

    Exit code 0: ready to rehearse. 3: something needed is missing.
    """
    if context.invoked_subcommand is not None:
        return
    lines = examine(Path("runs"))
    if machine_readable:
        print_document(as_json(lines))
    else:
        show(lines, lang or terminal_language(), Console())
    if not ready(lines):
        context.exit(EnvironmentUnreachable.exit_code)


command.add_command(signature)
