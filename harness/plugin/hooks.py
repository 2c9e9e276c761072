"""The hooks: from a collected scenario to a line in the record, and from the record to the verdict."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Generator, Sequence
from traceback import walk_tb
from typing import NoReturn

import pytest

from harness.browser.watch import MOST_TIMES, WATCH
from harness.core.assertions import refuse_optimised
from harness.core.dialects import dialects
from harness.core.errors import EnvironmentUnreachable, GoLiveError, HarnessError, UsageError
from harness.core.findings import told_in
from harness.core.plain_text import plain
from harness.core.system import refuse_other_systems
from harness.core.terminal_language import terminal_language
from harness.plugin import distributed
from harness.plugin.browser_options import refuse_browser_options
from harness.plugin.load.selection import asks_merchant, left_out, needs_load, refuse_load, with_load
from harness.plugin.marks import (
    DEFAULT_DIALECT,
    NO_WIRE,
    applies,
    dialect_of,
    dialects_of,
    exercises,
    lane_of,
    names_own,
    needs_browser,
)
from harness.plugin.options import OPTIONS, read_options
from harness.plugin.scenario_names import scenario_name
from harness.plugin.session.embed import EmbeddedRun
from harness.plugin.session.end_of_fixtures import end_fixtures
from harness.plugin.session.interruption import end_in_order
from harness.plugin.session.plan import LeftOut, plan_of
from harness.plugin.session.printout import Printout, redact, redact_error
from harness.plugin.session.record_setup import loaded_plugins, open_rehearsal
from harness.plugin.session.rehearsal import REHEARSAL
from harness.plugin.session.scenario_result import SCENARIO_RESULT
from harness.plugin.target.attendance import (
    is_for_phone,
    refuse_unaffordable,
    refuse_unattended,
    sells_to_person,
)
from harness.plugin.target.declared import DECLARED, Declared, unmet
from harness.plugin.target.policy import policy_for
from harness.plugin.target.preflight import preflight
from harness.plugin.target.prerequisites import not_started
from harness.processes.scratch import use_scratch
from reports.checklist import load

REGISTERED = pytest.StashKey[frozenset[str]]()
LEFT_OUT = pytest.StashKey[LeftOut]()
LINES = pytest.StashKey[list[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A scenario that stands on a wire runs once on each wire that its control applies to.

    One that stands on a merchant and on no wire has a parameter too: pytest keeps what a fixture made for
    tests without one, and the merchant of the next wire would never begin. Whoever names dialects of its own
    is somebody else's test.
    """
    if "dialect" in metafunc.fixturenames and not names_own(metafunc.definition, "dialect"):
        any_wire = pytest.param(DEFAULT_DIALECT, id=pytest.HIDDEN_PARAM)
        metafunc.parametrize("dialect", dialects_of(metafunc) or [any_wire], scope="session")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, object, object]:
    """Keep what was asked for, and let the scenarios of a wire stand together.

    Pytest brings those together that share a browser. That would start a wire's merchant twice, and the books
    of the first would never be compared.
    """
    ours = any(exercises(item) for item in items)
    if ours and distributed.refused(config):
        items.clear()
    elif ours:
        _choose(config, items)
    result = yield
    if ours:
        items.sort(key=_turn)
    return result


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note what anybody leaves out: only what nobody left out and is not there is missing."""
    for item in items:
        item.config.stash.setdefault(LEFT_OUT, LeftOut()).note(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look at the prerequisites of what was chosen, and open the record."""
    config = session.config
    options = config.stash.get(OPTIONS, None)
    if options is None or not session.items or config.getoption("collectonly"):
        return
    if session.testsfailed:
        lines = "the lines above name it" if EmbeddedRun.of(config) else "the lines below name it"
        _refuse(config, HarnessError("a scenario file cannot be read", remedy=f"mend it: {lines}"))
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "short"  # a long one prints arguments, and those of a forger are secret
    try:
        policy = policy_for(options)
        printout = _clean_what_is_printed(config)
        printout.redactor.hide(policy.settings.secrets() if policy.settings else ())
        checklist = load()
        declared = config.stash[DECLARED] = Declared.by(options, policy, checklist)
        if options.attended:
            refuse_unattended(session.items, options, policy)
        started = [item for item in session.items if unmet(item, policy, declared) is None]
        if options.attended:
            refuse_unaffordable(started, options)
        preflight(
            options,
            policy,
            needs_browser=any(map(needs_browser, started)),
            needs_merchant=any("profile" in getattr(item, "fixturenames", ()) for item in started),
        )
        if started and all(map(needs_load, started)):
            refuse_load(options)
        asked = any(asks_merchant(item, options) or sells_to_person(item, options) for item in started)
        plan = plan_of(config, options, checklist, session.items, config.stash[LEFT_OUT])
        use_scratch()
        rehearsal = open_rehearsal(
            options,
            policy,
            checklist,
            config.stash[REGISTERED],
            plan,
            loaded_plugins(config.pluginmanager),
            merchant_asked=asked,
        )
        printout.redactor = rehearsal.record.redactor
        rehearsal.planned = sum(bool(exercises(item)) for item in session.items)
        config.stash[REHEARSAL] = rehearsal
        end_in_order(config)
        gc.freeze()  # what was imported and collected stays: looking through it again took a tenth of a run
    except GoLiveError as error:
        _refuse(config, error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Around one scenario: gather its result, and turn it into checks. An interruption leaves none."""
    rehearsal = item.config.stash.get(REHEARSAL, None)
    if rehearsal is None or not exercises(item):
        return (yield)
    item.stash[SCENARIO_RESULT] = rehearsal.begin(scenario_name(item), exercises(item), dialect_of(item))
    browser = needs_browser(item)
    if browser:
        WATCH.begin()
    try:
        result = yield
    finally:
        if browser:
            item.stash[SCENARIO_RESULT].held_up = WATCH.end()
    checks = rehearsal.conclude(item.stash[SCENARIO_RESULT])
    item.config.hook.pytest_golive_checked(checks=checks)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Do not start what the target lacks something for; the check says what, and is never left away."""
    rehearsal = item.config.stash.get(REHEARSAL, None)
    if rehearsal is None or not exercises(item):
        return
    if lack := unmet(item, rehearsal.policy, item.config.stash[DECLARED]):
        raise not_started(lack)
    if needs_browser(item) and WATCH.times >= MOST_TIMES:
        raise EnvironmentUnreachable(
            f"pages held the browser up {WATCH.times} times, and no further one is opened",
            where="browser",
            remedy="open the page that the failures above name, and look for a script without end",
        )


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Hear of every call of a scenario: a plugin around it may try again, and keep a time to itself."""
    result = pyfuncitem.stash.get(SCENARIO_RESULT, None)
    try:
        returned = yield
    except (Exception, pytest.fail.Exception) as error:
        if result is not None:
            result.called(error)
        raise
    if result is not None:
        result.called(None)
    return returned


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hear every phase of a scenario, with the error itself rather than its printout.

    Innermost of its kind, so that Allure and the terminal are given a traceback without secrets.
    """
    result = item.stash.get(SCENARIO_RESULT, None)
    redactor = item.config.stash[REHEARSAL].record.redactor if result is not None else None
    if redactor is not None and call.excinfo:
        redact_error(call.excinfo.value, redactor)
    report = yield
    if result is not None and redactor is not None:
        result.hear(report, call.excinfo.value if call.excinfo else None)
        redact(report, redactor)
    elif report.failed and (rehearsal := item.config.stash.get(REHEARSAL, None)):
        rehearsal.others_failed = True
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """A Ctrl-C may be heard between two lines: pytest breaks on a frame without one, so it is left out."""
    lines: list[int | None] = [line for _, line in walk_tb(excinfo.tb)]
    entries = zip(excinfo.traceback, lines, strict=True)
    excinfo.traceback = type(excinfo.traceback)([entry for entry, line in entries if line is not None])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Close the record, judge it, and end with the exit codes of the front door."""
    rehearsal = session.config.stash.get(REHEARSAL, None)
    if rehearsal is None:
        return
    end_fixtures(session, rehearsal)
    if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
        rehearsal.broke("pytest or one of its plugins broke; its INTERNALERROR lines say where")
    ending = rehearsal.finish()
    session.exitstatus = pytest.ExitCode.TESTS_FAILED if rehearsal.others_failed else ending.code
    run = EmbeddedRun.of(session.config)
    if run is not None:
        run.record, run.lines, run.leaks = rehearsal.record, list(ending.lines), rehearsal.leaks
    else:
        session.config.stash[LINES] = [
            told_in(
                f"Record: {rehearsal.record.folder} (its page: golive report {rehearsal.record.folder})",
                rehearsal.options.language,
            ),
            *ending.lines,
        ]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The verdict is the last thing on the terminal."""
    writer = config.get_terminal_writer() if config.stash.get(LINES, None) else None
    for line in config.stash.get(LINES, []):
        if writer is not None:
            writer.line(line)


def _choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note every control that has a scenario, then leave out what was not asked for."""
    items[:] = [item for item in items if applies(item)]
    checklist = load()
    try:
        refuse_optimised()
        refuse_other_systems()
        refuse_browser_options(config)
        run = EmbeddedRun.of(config)
        options = read_options(config) if run is None else run.options
        _known(items, frozenset(control.id for control in checklist.controls))
    except GoLiveError as error:
        _refuse(config, error)
    config.stash[REGISTERED] = frozenset(each.control for item in items for each in exercises(item))
    if only := options.only:
        _leave_out(config, items, lambda item: not only & {each.control for each in exercises(item)})
    if options.attended:
        looked_at = {each.control for item in items if is_for_phone(item) for each in exercises(item)}
        _leave_out(config, items, lambda item: not looked_at & {each.control for each in exercises(item)})
    if options.smoke:
        _leave_out(config, items, needs_browser)
    try:
        options = with_load(options, items)
        _leave_out(config, items, lambda item: left_out(item, options))
        config.stash.setdefault(LEFT_OUT, LeftOut()).settle()
        config.stash[OPTIONS] = options  # whatever was refused before opens no record
    except GoLiveError as error:
        _refuse(config, error)


def _leave_out(config: pytest.Config, items: list[pytest.Item], which: Callable[[pytest.Item], bool]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if which(item)])
    items[:] = [item for item in items if not which(item)]


def _turn(item: pytest.Item) -> tuple[int, bool, bool]:
    """One merchant a dialect: its scenarios run together, and its books are compared last."""
    order = [NO_WIRE, *dialects(sampled=True)]
    last, late = (item.get_closest_marker(each) is not None for each in ("last", "late"))
    return order.index(lane_of(item)), last, late


def _known(items: list[pytest.Item], ids: frozenset[str]) -> None:
    for item in items:
        for exercise in exercises(item):
            if exercise.control not in ids:
                raise UsageError(
                    f"@control names {exercise.control}, which the checklist does not have",
                    where=item.nodeid,
                    remedy="add the control to reports/checklist, or correct the id",
                )


def _clean_what_is_printed(config: pytest.Config) -> Printout:
    """From now on pytest prints no secret, of whatever breaks; a command hears of that by itself."""
    run = EmbeddedRun.of(config)
    printout = Printout() if run is None else run.printout
    config.pluginmanager.register(printout)
    if run is None:
        sys.excepthook = printout.uncaught
    return printout


def _refuse(config: pytest.Config, error: GoLiveError) -> NoReturn:
    """End before anything runs: through the command's own words, or through pytest's with our exit code."""
    run = EmbeddedRun.of(config)
    if run is None:
        pytest.exit(plain(told_in(str(error), terminal_language())), returncode=error.exit_code)
    run.refused = error
    raise pytest.UsageError  # pytest ends without a word: the command says it
