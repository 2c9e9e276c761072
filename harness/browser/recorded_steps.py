"""Plays the steps of a shopper in a tab: a list of them, or a file as `playwright codegen` writes it."""

from __future__ import annotations

import ast
import inspect
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page

from harness.browser.page_actions import first_line

_MOST_NAMES = 30
_NAMED = ("button", "link", "textbox", "combobox")


class StepFailure(Exception):
    """A step that could not be made; `seen` is what the page offers instead."""

    def __init__(self, what: str, wanted: str, seen: Sequence[str]) -> None:
        super().__init__(what)
        self.wanted = wanted
        self.seen = list(seen)


def play(page: Page, steps: Sequence[Mapping[str, Any]]) -> None:
    """Make each step of a list: goto, fill, click or press, at a part named by role, text, css and so on.

    Raises:
        StepFailure: which step, and why not.
    """
    for number, step in enumerate(steps, 1):
        action = next(each for each in ("goto", "fill", "press", "click") if each in step)
        try:
            if action == "goto":
                page.goto(step["goto"])
            elif action == "fill":
                _part(page, step).fill(step["fill"])
            elif action == "press":
                _part(page, step).press(step["press"])
            else:
                _part(page, step).click()
        except Error as error:
            wanted = str(step.get("name") or step.get("text") or step.get("label") or "")
            raise StepFailure(
                f"step {number} ({action}): {first_line(error)}", wanted, _names(page)
            ) from None


def play_file(page: Page, file: Path, values: Mapping[str, str]) -> None:
    """Call the file's function: one that takes a `page`, or one that takes `playwright` and opens its own.

    Raises:
        StepFailure: at which line, and why not.
    """
    tree = ast.parse(file.read_text("utf-8"), str(file))
    # What codegen writes as plain Python starts a browser of its own when it is imported.
    tree.body = [each for each in tree.body if not isinstance(each, ast.With | ast.Expr)]
    there: dict[str, Any] = {"__name__": "recorded_steps", "__file__": str(file)}
    try:
        exec(compile(tree, str(file), "exec"), there)  # noqa: S102 - the user's own steps
        function = _function(there)
        known = {**values, "page": page, "playwright": _OneTab(page)}
        function(**{name: known[name] for name in inspect.signature(function).parameters})
    except Exception as error:  # noqa: BLE001 - whatever the user's own file raises is told with its line
        lines = [
            each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == str(file)
        ]
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise StepFailure(
            f"line {lines[-1] if lines else 1} of {file.name}: {said[0]}", "", _names(page)
        ) from None


def _function(there: Mapping[str, Any]) -> Callable[..., object]:
    for each in there.values():
        if inspect.isfunction(each) and {"page", "playwright"} & set(inspect.signature(each).parameters):
            return each
    raise StepFailure("no function in it takes a page", "", [])


def _part(page: Page, step: Mapping[str, Any]) -> Locator:
    exact = {"name": step["name"]} if "name" in step else {}
    ways: dict[str, Callable[[str], Locator]] = {
        "role": lambda role: page.get_by_role(role, **exact),  # type: ignore[arg-type]
        "text": page.get_by_text,
        "css": page.locator,
        "label": page.get_by_label,
        "test_id": page.get_by_test_id,
    }
    return next(find(step[way]) for way, find in ways.items() if way in step).first


def _names(page: Page) -> list[str]:
    """What a person could press or fill in there."""
    found: list[str] = []
    try:
        for role in _NAMED:
            for part in page.get_by_role(role).all()[:_MOST_NAMES]:  # type: ignore[arg-type]
                said = (
                    part.get_attribute("aria-label") or part.inner_text() or part.get_attribute("name") or ""
                )
                found.append(" ".join(said.split()))
    except Error:
        pass
    return [each for each in dict.fromkeys(found) if each]


@dataclass(frozen=True, slots=True)
class _OneTab:
    """Stands for Playwright, its browser and its context, all of which have this one tab."""

    page: Page

    def __getattr__(self, name: str) -> _OneTab:
        return self

    def launch(self, **_: object) -> _OneTab:
        return self

    def new_context(self, **_: object) -> _OneTab:
        return self

    def new_page(self) -> Page:
        return self.page

    def close(self) -> None:
        """Closed by whoever opened it."""
