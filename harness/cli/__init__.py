"""The front door: `golive …`. One module a command; this one finds them and turns errors into exit codes."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar

import click

from harness.cli.door import language_of
from harness.cli.output import prepare_streams, unwritten
from harness.core.assertions import refuse_optimised
from harness.core.errors import GoLiveError, HarnessError, UsageError
from harness.core.plain_text import plain
from harness.core.system import refuse_other_systems
from harness.processes.interrupts import listen_to_interrupts
from harness.processes.parent import end_with_parent

INTERRUPTED = 130


class LazyGroup(click.Group):
    """Imports a command's module only when it is asked for, so that `--help` answers at once."""

    commands_at: ClassVar[dict[str, tuple[str, str]]] = {
        "run": ("harness.cli.run", "Rehearse: drive every scenario, judge the gates, write the page."),
        "doctor": ("harness.cli.doctor", "What this machine has and lacks; why a signature fails."),
        "config": ("harness.cli.config", "Check an .env file against the configuration controls."),
        "simulator": ("harness.cli.simulator", "Run the payment platform on loopback; point your app at it."),
        "outages": ("harness.cli.outages", "The outages that the simulator plays by name."),
        "collection": ("harness.cli.collection", "What the simulator serves, as OpenAPI and for Postman."),
        "callback": (
            "harness.cli.callback",
            "Send callbacks, genuine or forged, to a merchant on this machine.",
        ),
        "shop": ("harness.cli.shop", "Run the reference merchant, correct or with a deliberate defect."),
        "exec": ("harness.cli.exec", "Start your app as it is, its fixed hosts played by the simulator."),
        "merchant": ("harness.cli.merchant", "Try the profile of your own app against it, part by part."),
        "pay": ("harness.cli.pay", "Pay by phone at a real target, and say what the phone showed."),
        "load": ("harness.cli.load", "Load it with open arrivals; plan, measure, judge, find the knee."),
        "nightly": ("harness.cli.nightly", "Run, follow up, compare with last night, and tell people."),
        "followup": ("harness.cli.followup", "Deferred checks: did yesterday's payments come back?"),
        "message": ("harness.cli.message", "Tell a group what a run found, or show what would be told."),
        "watch": ("harness.cli.watch", "Probe an endpoint every five minutes, for seven quiet days."),
        "capture": ("harness.cli.capture", "Keep what a real endpoint answers, without paying anything."),
        "drift": ("harness.cli.drift", "Where the simulator answers otherwise than was captured."),
        "mutants": (
            "harness.cli.mutants",
            "Every deliberate defect against the control that must catch it.",
        ),
        "report": ("harness.cli.report", "Rebuild the page and the exports of a finished run."),
        "status": ("harness.cli.status", "What may go live now, and what is missing at which price."),
        "history": ("harness.cli.history", "Every run that was kept: verdicts, failures, latencies, seals."),
        "diff": ("harness.cli.diff", "What changed between two runs; 1 where something became worse."),
        "pack": ("harness.cli.pack", "One signed file of a run, with everything its verdict rests on."),
        "verify": ("harness.cli.verify", "Verify such a file offline, with pinned keys only."),
        "export": ("harness.cli.export", "A finished run as a sheet, a report to sign, SARIF or Markdown."),
        "replay": ("harness.cli.replay", "Rehearse again what failed in a run, and nothing else."),
        "scanned": ("harness.cli.scanned", "Add what a vulnerability scanner found, for SEC-09 to judge."),
        "attest": ("harness.cli.attest", "State that a control is met, with a document and your signature."),
        "approve": ("harness.cli.approve", "Approve what another person attested."),
        "waive": ("harness.cli.waive", "Live with failures of a control for at most 30 days."),
        "withdraw": ("harness.cli.withdraw", "Take an attestation, an approval or a waiver back."),
        "dossier": ("harness.cli.dossier", "The plan's papers: forms to fill in, and what is missing."),
        "portal": ("harness.cli.portal", "What has to be set on the merchant portals, and who confirmed it."),
        "import": (
            "harness.cli.import_tests",
            "Take in your own tests' results: JUnit, Playwright, Allure.",
        ),
        "explain": ("harness.cli.explain", "What a control asks, why, and how to mend a failure."),
        "clauses": ("harness.cli.clauses", "What each platform asks, where, and what changed since."),
        "measure-load": ("load.run", ""),
        "measure-capacity": ("load.capacity", ""),
        "generate-load": ("load.__main__", ""),
    }
    """Where a command is, and what it does; without a word where we start it ourselves."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (_, line) in self.commands_at.items() if line]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_at:
            return None
        refuse_optimised()  # both before what takes long to import
        refuse_other_systems()
        module, _ = self.commands_at[cmd_name]
        command = import_module(module).command
        if not isinstance(command, click.Command):
            raise HarnessError(f"{module}.command is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # click suggests of what is imported, which is nothing here
            raise click.NoSuchCommand(
                error.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _told(line)) for name, (_, line) in self.commands_at.items() if line])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="golive", prog_name="golive")
@click.pass_context
def golive(context: click.Context) -> None:
    """GoLive decides, with evidence, whether a payment integration may take real money.

    \b
    Start here:    golive run                  rehearse against the embedded simulator
    Then:          golive explain CBK-03       what a control asks and how to mend it
    Exit codes:    0 GO · 1 judged failed · 2 inconclusive or needs a human · 3 environment
                   unreachable · 4 usage, configuration or unsafe · 5 harness error or nothing ran
    """
    end_with_parent()
    if context.invoked_subcommand != "generate-load":  # which listens once Locust is there
        listen_to_interrupts()


def main() -> None:
    """Console entry: exit with the codes of the front door, and never show a traceback to a user."""
    prepare_streams()
    try:
        code = golive.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _say("interrupted")
        code = INTERRUPTED
    except click.ClickException as error:
        said = StringIO()
        error.show(said)  # how the command is used, where its help is, and what is wrong
        click.echo(plain(_told(said.getvalue().rstrip())), err=True)
        code = UsageError.exit_code
    except GoLiveError as error:
        _say(str(error))
        code = error.exit_code
    except OSError as error:
        what, where = error.strerror or str(error), str(error.filename or "")
        _say(str(UsageError(what, where=where, remedy="mend this, then the same again")))
        code = UsageError.exit_code
    except Exception as error:  # noqa: BLE001 - a bug of ours; its traceback goes where it can be sent from
        _say(f"a bug of ours: {type(error).__name__}: {error}")
        _say(f"please report it with {_kept_traceback()}")
        code = HarnessError.exit_code
    if why := unwritten():
        _say(f"what was printed could not be written: {why}")
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str) -> None:
    click.echo(plain(f"golive: {_told(sentence)}"), err=True)


def _told(sentence: str) -> str:
    """In the language that was asked for; the catalogue is imported when it is needed."""
    if (language := language_of(sys.argv)) == "en":
        return sentence
    return str(import_module("harness.core.findings").told_in(sentence, language))


def _kept_traceback() -> Path:
    """The traceback of the error being handled, in a file of its own; only code and no values stand in it."""
    with NamedTemporaryFile("w", prefix="golive-bug-", suffix=".txt", encoding="utf-8", delete=False) as file:
        traceback.print_exc(file=file)
    return Path(file.name)
