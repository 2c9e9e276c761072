"""Has steps played in a browser, by a process that keeps one open from order to order."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import Cookie
from typing import Any
from urllib.parse import urlsplit

import httpx

from harness.core.errors import EnvironmentUnreachable, MerchantFailure

PLAYER = "harness.browser.steps_player"
LIMIT_S = 90.0
"""For all steps of an order; each of them has ten seconds."""
ENDS_S = 5.0


@dataclass(slots=True)
class StepsPlayer:
    """Started when it is first asked; it ends when its input does, so when this process does, too."""

    _child: subprocess.Popen[str] | None = None

    def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        """What it answers.

        Raises:
            EnvironmentUnreachable: there is no browser.
            MerchantFailure: a page of the app held the browser up.
        """
        if self._child is None:
            self._child = self._started()
        child, late = self._child, threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        limit = threading.Timer(LIMIT_S, end)
        limit.start()
        try:
            line = _told(child, json.dumps(question))
        except BrokenPipeError:
            line = ""
        finally:
            limit.cancel()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        if late.is_set():
            raise MerchantFailure(
                f"the shopper's steps did not end within {LIMIT_S:g} s",
                where="steps",
                remedy="open the page in a browser",
            )
        raise EnvironmentUnreachable(
            "no browser plays the steps", where="steps", remedy="see `golive doctor`"
        )

    def close(self) -> None:
        """End it, and its browser."""
        child, self._child = self._child, None
        if child is None:
            return
        with child:
            if child.stdin is not None:
                child.stdin.close()
            try:
                child.wait(ENDS_S)
            except subprocess.TimeoutExpired:
                child.kill()

    @staticmethod
    def _started() -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - a child of our own, started without a shell
            [sys.executable, "-P", "-m", PLAYER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # a Ctrl-C is ours to handle
        )


def state_of(http: httpx.Client, base_url: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """A browser's state: what was kept of one, and the cookies that the shopper has by now."""
    host = urlsplit(base_url).hostname or ""
    mine = [
        {"name": each.name, "value": each.value or "", "domain": host, "path": each.path}
        for each in http.cookies.jar
    ]
    named = {each["name"] for each in mine}
    others = [each for each in kept.get("cookies", []) if each["name"] not in named]
    return {"cookies": [*others, *mine], "origins": kept.get("origins", [])}


def take_over(http: httpx.Client, cookies: list[dict[str, Any]], base_url: str) -> None:
    """Go on with the cookies of a browser, those for this app."""
    host = urlsplit(base_url).hostname or ""
    for each in cookies:
        domain = str(each.get("domain", "")).lstrip(".")
        if host == domain or host.endswith("." + domain):
            # The jar keeps a host without dots as its own server would leave it there.
            kept_for = host if "." in host else f"{host}.local"
            name, path = str(each["name"]), str(each["path"])
            http.cookies.set(name, str(each["value"]), domain=kept_for, path=path)
            if "sameSite" in each:  # says which requests of other sites it goes along with
                _of(http, name, kept_for, path).set_nonstandard_attr("SameSite", str(each["sameSite"]))


def _of(http: httpx.Client, name: str, domain: str, path: str) -> Cookie:
    return next(
        each for each in http.cookies.jar if (each.name, each.domain, each.path) == (name, domain, path)
    )


def _told(child: subprocess.Popen[str], line: str) -> str:
    """What it answers to a line; empty: it has ended."""
    if child.stdin is None or child.stdout is None:
        return ""
    child.stdin.write(line + "\n")
    child.stdin.flush()
    return child.stdout.readline()
