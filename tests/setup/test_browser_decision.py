"""Which browser set-up takes or fetches, on machines of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from setup.browser import ready_browser
from setup.debian import Debian
from setup.programs import SetupFailed, Work
from tests.setup.fake_machine import FakeMachine

FOUND: dict[str, Any] = {
    "browser": {"executable": "/somewhere/chromium", "source": "system", "version": "Chromium 1"},
    "problem": "",
    "driver": "",
    "fonts": ["Noto Sans CJK SC"],
}
FONTLESS = {**FOUND, "fonts": []}
NOTHING = {**FOUND, "browser": None, "problem": "this machine has no browser"}
DRIVERLESS = {
    **NOTHING,
    "problem": "Playwright's driver does not start",
    "driver": "libatomic.so.1 is missing",
}
BARE = {**NOTHING, "fonts": []}


def decide(machine: FakeMachine, *, root: bool = True, **variables: str) -> Path:
    work = Work(machine.root, {**machine.environment, **variables})
    return ready_browser(work, Debian(work, root=root))


def playwright(machine: FakeMachine, now: dict[str, Any], downloading: str) -> None:
    """Playwright's installer does `downloading`; the search finds `now` at first."""
    machine.python(
        f'case "$*" in\n"-m harness.browser") {machine.browser(now)};;\n'
        f'"-m playwright install --only-shell chromium") {downloading};;\nesac'
    )


def downloads(machine: FakeMachine, found: dict[str, Any]) -> str:
    return f'cp "{machine.kept("downloaded", found)}" "{machine.root / "browser.json"}"'


def apt_get(machine: FakeMachine, found: dict[str, Any] | None) -> None:
    """An apt-get that installs what makes the search find `found`, or fails."""
    brings = (
        f'cp "{machine.kept("installed", found)}" "{machine.root / "browser.json"}"' if found else "exit 100"
    )
    machine.program("apt-get", f'case "$*" in *install*) {brings};; esac')


def asked(machine: FakeMachine, word: str) -> list[str]:
    return [line for line in machine.ran if word in line]


def test_a_browser_that_is_there_is_used_without_any_download(machine: FakeMachine) -> None:
    playwright(machine, FOUND, "exit 1")
    apt_get(machine, None)
    assert decide(machine) == Path("/somewhere/chromium")
    assert machine.ran == ["python -m harness.browser"]


def test_without_one_playwrights_own_is_downloaded(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, downloads(machine, FOUND))
    apt_get(machine, None)
    assert decide(machine) == Path("/somewhere/chromium")
    assert asked(machine, "playwright install")
    assert not asked(machine, "apt-get")


def test_behind_a_closed_network_debians_is_installed(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "echo 'Error: getaddrinfo ENOTFOUND'; exit 1")
    apt_get(machine, FOUND)
    assert decide(machine) == Path("/somewhere/chromium")
    update, install = asked(machine, "apt-get")
    assert "update" in update
    assert install.endswith("install chromium-headless-shell")


def test_a_debian_without_a_headless_shell_brings_the_whole_browser(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exit 1")
    brings = f'cp "{machine.kept("installed", FOUND)}" "{machine.root / "browser.json"}"'
    machine.program(
        "apt-get", f'case "$*" in *headless-shell*) exit 100;; *" install chromium") {brings};; esac'
    )
    assert decide(machine) == Path("/somewhere/chromium")
    assert asked(machine, "apt-get")[-1].endswith("install chromium")


def test_a_download_that_hangs_is_given_up(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exec sleep 600")
    apt_get(machine, FOUND)
    assert decide(machine, GOLIVE_BROWSER_DOWNLOAD_S="0.3") == Path("/somewhere/chromium")


def test_a_download_can_be_declined(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, downloads(machine, FOUND))
    apt_get(machine, FOUND)
    decide(machine, GOLIVE_BROWSER_DOWNLOAD_S="0")
    assert not asked(machine, "playwright")


def test_a_download_that_does_not_start_gives_way_to_debians(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, downloads(machine, {**NOTHING, "problem": "libnss3.so is missing"}))
    apt_get(machine, FOUND)
    assert decide(machine) == Path("/somewhere/chromium")


def test_browser_and_font_come_in_one_go(machine: FakeMachine) -> None:
    playwright(machine, BARE, "exit 1")
    apt_get(machine, FOUND)
    decide(machine)
    assert [line.partition("install ")[2] for line in asked(machine, "apt-get")][1:] == [
        "chromium-headless-shell fontconfig fonts-noto-cjk"
    ]


def test_a_missing_font_is_installed_beside_a_browser_that_is_there(machine: FakeMachine) -> None:
    playwright(machine, FONTLESS, "exit 1")
    apt_get(machine, FOUND)
    decide(machine)
    assert asked(machine, "apt-get")[-1].endswith("install fontconfig fonts-noto-cjk")


def test_without_a_font_set_up_goes_on_and_says_so(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    playwright(machine, FONTLESS, "exit 1")
    apt_get(machine, None)
    assert decide(machine) == Path("/somewhere/chromium")
    assert "screenshots will show boxes" in capsys.readouterr().out


def test_the_libraries_of_playwrights_driver_come_first(machine: FakeMachine) -> None:
    playwright(machine, DRIVERLESS, "exit 1")
    apt_get(machine, FOUND)
    assert decide(machine) == Path("/somewhere/chromium")
    assert asked(machine, "apt-get")[-1].endswith("install libatomic1 libstdc++6")
    assert not asked(machine, "playwright install")


def test_a_driver_that_cannot_be_helped_is_told_with_every_reason(machine: FakeMachine) -> None:
    playwright(machine, DRIVERLESS, "exit 1")
    with pytest.raises(SetupFailed) as failure:
        decide(machine)
    assert "libatomic.so.1 is missing" in failure.value.what
    assert "no apt-get" in failure.value.what


def test_where_nothing_can_be_had_every_reason_is_told(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "echo 'Error: getaddrinfo ENOTFOUND'; exit 1")
    apt_get(machine, None)
    with pytest.raises(SetupFailed) as failure:
        decide(machine)
    for reason in ("getaddrinfo ENOTFOUND", "apt-get", "this machine has no browser"):
        assert reason in failure.value.what
    assert "PLAYWRIGHT_DOWNLOAD_HOST" in failure.value.remedy


def test_off_debian_that_is_said(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exit 1")
    with pytest.raises(SetupFailed, match="no apt-get"):
        decide(machine)


def test_who_is_not_root_goes_through_a_sudo_that_asks_nothing(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exit 1")
    apt_get(machine, FOUND)
    machine.program("sudo", 'shift; exec "$@"')
    machine.program("true")
    decide(machine, root=False, https_proxy="http://proxy.example.com:1")
    install = asked(machine, "sudo")[-1]
    assert install.startswith(
        "sudo -n env DEBIAN_FRONTEND=noninteractive https_proxy=http://proxy.example.com:1"
    )
    assert install.endswith("install chromium-headless-shell")


def test_who_may_not_install_is_told_the_command(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exit 1")
    apt_get(machine, FOUND)
    machine.program("sudo", "exit 1")
    with pytest.raises(SetupFailed, match="run `apt-get install chromium` as root"):
        decide(machine, root=False)
    assert not asked(machine, "apt-get -q")


def test_a_browser_that_the_user_named_is_never_replaced(machine: FakeMachine) -> None:
    playwright(machine, {**NOTHING, "problem": "/mine cannot be started"}, downloads(machine, FOUND))
    with pytest.raises(SetupFailed, match="/mine cannot be started"):
        decide(machine, GOLIVE_BROWSER="/mine")
    assert not asked(machine, "playwright")


def test_a_time_limit_that_is_no_number_is_refused(machine: FakeMachine) -> None:
    playwright(machine, NOTHING, "exit 1")
    with pytest.raises(SetupFailed, match="GOLIVE_BROWSER_DOWNLOAD_S is no number: 'soon'"):
        decide(machine, GOLIVE_BROWSER_DOWNLOAD_S="soon")
