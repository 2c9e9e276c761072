"""The tea house is ordered from by steps in a browser and by a person, with a sign-in that a browser kept."""

from __future__ import annotations

import json
import os
import pty
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.core.control import Outcome
from harness.processes.child import golive_command
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import tea_house
from tests.scenarios.running import PROJECT

A_PAGE = (r'^page = "/tea/\{product\}"', "{}")
NONE = {Outcome.NOT_APPLICABLE}
BY_PYTEST = """import re
from playwright.sync_api import Page, expect


def test_example(page: Page) -> None:
    page.goto("BASE/")
    page.get_by_role("link", name="西湖龙井").click()
    page.get_by_role("button", name="BUTTON").click()
"""
"""As `playwright codegen --target python-pytest` writes it."""
BY_PYTHON = """import re
from playwright.sync_api import Playwright, sync_playwright, expect


def run(playwright: Playwright) -> None:
    browser = playwright.chromium.launch(headless=False)
    context = browser.new_context()
    page = context.new_page()
    page.goto("BASE/")
    page.get_by_role("link", name="西湖龙井").click()
    page.get_by_role("button", name="BUTTON").click()

    # ---------------------
    context.close()
    browser.close()


with sync_playwright() as playwright:
    run(playwright)
"""
"""As `playwright codegen --target python` writes it."""
ONE_TEA = (r"^products = [^\n]*$", 'price_yuan = "88.00"')


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningApp]:
    with tea_house(tmp_path) as running:
        yield running


def by(lines: str) -> tuple[str, str]:
    return (A_PAGE[0], lines.replace("\\", "\\\\"))


def button_of(shop: RunningApp) -> str:
    with httpx.Client(base_url=shop.base_url, follow_redirects=True) as client:
        sign_in(client)
        found = re.search(r"<button[^>]*>([^<]+)</button>", client.get("/tea/longjing").text)
    assert found
    return found[1].strip()


def sign_in(client: httpx.Client) -> None:
    token = re.search(r'name="_csrf" value="(\w+)"', client.get("/login").text)
    assert token
    client.post("/login", data={"_csrf": token[1], "username": "li", "password": "spring-water"})


@pytest.mark.parametrize("written", [BY_PYTEST, BY_PYTHON], ids=["python-pytest", "python"])
def test_a_recorded_file_orders(shop: RunningApp, written: str) -> None:
    text = written.replace("BASE", shop.base_url).replace("BUTTON", button_of(shop))
    (shop.folder / "order.py").write_text(text, "utf-8")
    run = shop.judged("CBK-01,PAY-02", by('steps = "order.py"'), ONE_TEA)
    assert run.code in (0, 2), run.output
    for control in ("CBK-01", "PAY-02"):
        assert run.outcomes(control) - NONE == {Outcome.PASS}, run.output


def test_a_list_of_steps_orders_each_product(shop: RunningApp) -> None:
    steps = (
        'steps = [{ goto = "/tea/{product}" }, '
        f'{{ click = true, role = "button", name = "{button_of(shop)}" }}]'
    )
    run = shop.judged("CBK-01,CBK-04", by(steps))
    for control in ("CBK-01", "CBK-04"):
        assert run.outcomes(control) - NONE == {Outcome.PASS}, run.output


def test_a_state_that_a_browser_saved_signs_in(shop: RunningApp) -> None:
    with httpx.Client(base_url=shop.base_url, follow_redirects=True) as client:
        sign_in(client)
        cookies = [
            {"name": each.name, "value": each.value, "domain": "127.0.0.1", "path": "/", "expires": -1}
            | {"httpOnly": True, "secure": False, "sameSite": "Lax"}
            for each in client.cookies.jar
        ]
    (shop.folder / "auth.json").write_text(json.dumps({"cookies": cookies, "origins": []}), "utf-8")
    signed_in = (r'^page = "/login"\nfields = [^\n]*$', 'state = "auth.json"')
    steps = by(f'steps = [{{ goto = "/tea/{{product}}" }}, {{ click = true, text = "{button_of(shop)}" }}]')
    for ordered in ((), (steps,)):
        run = shop.judged("CBK-01", signed_in, *ordered)
        assert run.outcomes("CBK-01") - NONE == {Outcome.PASS}, run.output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('steps = "ordr.py"', r"ordr.py cannot be read .*line 12.*did you mean order.py"),
        ('steps = "broken.py"', r"broken.py is no Python.*line 12"),
        ('steps = "order.py"', r"line 5 of order.py: .*there is .*line 12 \(order.qr.steps\)"),
        (
            'steps = [{ goto = "/tea/longjing" }, { click = true, role = "button", name = "立即购" }]',
            r"step 2 \(click\): .* at /tea/longjing; there is .*line 12 \(order.qr.steps\)",
        ),
        ('steps = [{ tap = "x" }]', "tap: .*Extra inputs|tap"),
        ('steps = [{ goto = "/tea/{tea}" }]', r"no placeholder \{tea\}.*\{product\}"),
        ("steps = [{ click = true }]", "click wants its part by one of role"),
        ('person = "order {tea}"', r"no placeholder \{tea\}"),
        ('person = "order {product}"', r"there is no terminal .*line 12 \(order.qr.person\)"),
    ],
    ids=["no file", "no python", "line", "step", "action", "placeholder", "no part", "person", "no terminal"],
)
def test_what_cannot_order_is_told_before_the_run(shop: RunningApp, lines: str, said: str) -> None:
    (shop.folder / "order.py").write_text(
        f"from playwright.sync_api import Page\ndef test_it(page: Page):\n    page.set_default_timeout(500)\n"
        f"    page.goto('{shop.base_url}/')\n    page.get_by_role('button', name='no such').click()\n",
        "utf-8",
    )
    (shop.folder / "broken.py").write_text("def (", "utf-8")
    run = shop.judged("CBK-01", by(lines), *([] if "{" in lines else [ONE_TEA]))
    assert run.code == 4, run.output
    assert re.search(said, run.output, re.DOTALL), run.output


def test_a_person_orders_when_the_terminal_asks(shop: RunningApp) -> None:
    profile = shop.profile(by('person = "order {product}"'), (r"^\[confirm\]\n[^\n]*", ""))
    command = golive_command("merchant", "check", str(profile), f"--env-file={shop.env_file}", "--lang=en")
    child, terminal = pty.fork()
    if not child:
        os.chdir(PROJECT)
        os.execv(command[0], command)  # noqa: S606 - our own program, in a terminal of its own
    said = ""
    with httpx.Client(base_url=shop.base_url, follow_redirects=True) as client:
        sign_in(client)
        while chunk := _read(terminal):
            said += chunk
            if "[1] order longjing" in said and "seen" not in said:
                page = client.get("/tea/longjing").text
                token = re.search(r'name="_csrf" value="(\w+)"', page)
                assert token
                client.post("/orders", data={"_csrf": token[1], "tea": "longjing"})
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, said
    assert "seen: TEA" in said
    assert "The profile fits the app." in said


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError:  # the child has ended
        return ""
