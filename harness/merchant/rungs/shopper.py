"""A shopper's session with any app: signs in, opens pages, sends what their forms send, follows redirects."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import httpx

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import EnvironmentUnreachable, MerchantFailure
from harness.core.exchange import Listener
from harness.merchant.answers import Answered
from harness.merchant.gap import NoForm, ProfileGap
from harness.merchant.gap import place as place_of
from harness.merchant.http import MerchantHttp, send
from harness.merchant.rungs.described import AppRequest, SignIn, Trigger, revealed
from harness.merchant.rungs.html_forms import Form, HtmlPage, read_html
from harness.merchant.rungs.own_code import OwnCode
from harness.merchant.rungs.person import Person
from harness.merchant.rungs.placeholders import fill, fill_all
from harness.merchant.rungs.player import StepsPlayer, state_of, take_over
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.steps import Step

MOST_REDIRECTS = 10
COMMAND_S = 60.0


@dataclass(slots=True)
class ShopperSession:
    """One shopper at one app. What goes wrong because of the profile is a `ProfileGap` with its line."""

    http: MerchantHttp
    base_url: str
    folder: Path
    """Where the profile lies; commands run there."""
    lines: Mapping[str, int]
    listeners: Sequence[Listener] = ()
    headers: dict[str, str] = field(default_factory=dict)
    order_urls: dict[str, str] = field(default_factory=dict)
    """Where making each order led, by out_trade_no."""
    wanted: int = 0
    """How many scenarios of a run order something, for a person who does it; 0: nobody knows."""
    own_code: OwnCode = field(default_factory=OwnCode)
    """Of the user's conftest.py."""
    player: StepsPlayer = field(default_factory=StepsPlayer)
    played: bool = False
    """Whether the last order was made by steps in a browser."""
    _state: Mapping[str, Any] = field(default_factory=dict)
    """What a browser had saved of having signed in."""
    _person: Person | None = None

    def sign_in(self, how: SignIn, table: str = "sign_in") -> None:
        """Sign in, once; the session's cookies and headers stay.

        Args:
            table: of the profile, that says how.

        Raises:
            ProfileGap: no such form or field there, or the form came back.
            MerchantFailure: the app itself failed.
        """
        self.headers.update(revealed(how.headers))
        for name, value in revealed(how.cookies).items():
            self.http.cookies.set(name, value)
        if how.state is not None:
            self._state = self._saved(how.state, table)
            take_over(self.http, list(self._state["cookies"]), self.base_url)
        if how.page is None:
            return
        form = AppRequest(page=how.page, form=revealed(how.fields))
        answered = self.ask(form, {}, "login", table, heard=False)
        still = [each for each in read_html(answered.text).forms if each.asks_password]
        if answered.status >= 400 or still:
            said = "the form came back" if still and answered.status < 400 else f"HTTP {answered.status}"
            raise ProfileGap(
                f"the app did not sign the shopper in: {said}",
                where=self._place(f"{table}.fields"),
                remedy="check the fields' values by signing in by hand; is there such an account?",
            )

    def _saved(self, name: str, table: str) -> Mapping[str, Any]:
        """A browser's saved state."""
        try:
            read = json.loads((self.folder / name).read_text("utf-8"))
            if all({"name", "value", "domain", "path"} <= each.keys() for each in read["cookies"]):
                return dict(read)
            said = "a cookie in it lacks name, value, domain or path"
        except OSError as error:
            said = str(error.strerror)
        except (ValueError, KeyError, TypeError, AttributeError):
            said = "it is no saved state of a browser"
        near = ", ".join(sorted(each.name for each in self.folder.glob("*.json"))) or "no JSON file"
        raise self._gap(
            table,
            "state",
            f"{name} cannot be used: {said}; beside the profile lies {near}",
            f"save it anew: playwright codegen --save-storage={name} {self.base_url}",
        )

    def ask(
        self,
        asked: AppRequest,
        values: Mapping[str, str],
        operation: str,
        name: str,
        *,
        out_trade_no: str | None = None,
        heard: bool = True,
    ) -> Answered:
        """Send what the profile describes.

        Args:
            values: of the placeholders.
            operation: what it is called in the record.
            name: of the table in the profile.
            heard: whether it is written down.
        """
        if asked.by_hand:
            return self._by_hand(asked, values, name)
        prepared = self.prepare(asked, values, operation, name, heard=heard)
        return self.send(prepared, operation, out_trade_no=out_trade_no, heard=heard)

    def prepare(
        self, asked: AppRequest, values: Mapping[str, str], operation: str, name: str, *, heard: bool = True
    ) -> PreparedRequest:
        """The request that the profile describes, of a page that was opened for it where it names one.

        Raises:
            ProfileGap: no such page or form; or it is a command, whose request is its own.
        """
        if asked.by_hand:
            raise self._gap(
                name,
                "request",
                "no request of ours does this, so it cannot be sent as somebody else would send it",
                f"describe the request in [{name}] with page, or request",
            )
        page = self.base_url
        html: HtmlPage | None = None
        if asked.page is not None:
            self.know_where(asked.page, values, f"{name}.page")
            opened = self.open(
                fill(asked.page, values), f"{operation}-page", listeners=self.listeners if heard else ()
            )
            page, html = opened.url, read_html(opened.text)
            if opened.status >= 400:
                raise self._gap(
                    name, "page", f"{urlsplit(page).path} answered HTTP {opened.status}", "correct the path"
                )
        values = {**values, "csrf": html.csrf if html else ""}
        method, url, fields = self._aimed(asked, values, html, page, name)
        return PreparedRequest(
            method=method,
            url=url,
            headers={"Origin": self.base_url, "Referer": page, **self.headers}
            | {key: fill(value, values) for key, value in revealed(asked.headers, name).items()},
            fields=fields if asked.members is None else None,
            members=None if asked.members is None else fill_all(asked.members, values),
            of_page=frozenset(fields) - frozenset(asked.form or ()),
            csrf=values["csrf"],
        )

    def send(
        self,
        prepared: PreparedRequest,
        operation: str,
        *,
        out_trade_no: str | None = None,
        heard: bool = True,
    ) -> Answered:
        """Send it, and follow where the answer leads."""
        listeners = self.listeners if heard else ()
        response, taken = send(
            self.http,
            operation,
            prepared.method,
            prepared.address,
            headers=prepared.all_headers,
            content=prepared.content,
            listeners=listeners,
            out_trade_no=out_trade_no,
        )
        return self._followed(response, taken, listeners)

    def known_of(self, out_trade_no: str) -> dict[str, str]:
        """The placeholders of an order; `{order_key}` is the last part of the address that it led to."""
        url = self.order_urls.get(out_trade_no, "")
        return {
            "out_trade_no": out_trade_no,
            "order_url": url,
            "order_key": urlsplit(url).path.rstrip("/").rpartition("/")[2],
        }

    def open(self, path: str, operation: str, *, listeners: Sequence[Listener] = ()) -> Answered:
        """A page, wherever it redirects to within the app."""
        response, taken = send(self.http, operation, "GET", path, headers=self.headers, listeners=listeners)
        return self._followed(response, taken, listeners)

    def picture(self, address: str) -> bytes:
        """A picture of one of its pages."""
        response, _ = send(self.http, "picture", "GET", address, headers=self.headers)
        return response.content

    def _followed(self, response: httpx.Response, taken: float, listeners: Sequence[Listener]) -> Answered:
        """What a browser ends at. Whatever leads out of the app, as to a cashier, is not followed."""
        for _ in range(MOST_REDIRECTS):
            url = str(response.request.url)
            ahead = urljoin(url, response.headers.get("location", ""))
            if response.status_code not in (301, 302, 303, 307):
                return Answered(response.status_code, response.text, url, taken)
            if not self._own(ahead):
                return Answered(response.status_code, response.text, url, taken, leads_to=ahead)
            response, _ = send(
                self.http, "redirected", "GET", ahead, headers=self.headers, listeners=listeners
            )
        raise MerchantFailure(
            f"the app redirects for ever, {MOST_REDIRECTS} times and more",
            where=str(response.request.url),
            remedy="open the page in a browser",
        )

    def _own(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.base_url)[:2]

    def _aimed(
        self, asked: AppRequest, values: Mapping[str, str], html: HtmlPage | None, page: str, name: str
    ) -> tuple[str, str, dict[str, str]]:
        """Method, address and form fields of the request."""
        mine = {key: fill(value, values) for key, value in (asked.form or {}).items()}
        method, _, path = fill(asked.request or "", values).partition(" ")
        form = html.form_with(mine, path) if html else None
        if asked.request is not None:
            hidden = form.fields if form and asked.form is not None else {}
            return method, path, {**hidden, **mine}
        if form is None:
            raise NoForm(
                f"{page} shows no form",
                where=self._place(f"{name}.page"),
                remedy='name the request, e.g. "POST /orders"',
            )
        self._know(form, mine, name)
        return form.method, urljoin(page, form.action) or page, {**form.fields, **mine}

    def _know(self, form: Form, mine: Mapping[str, str], name: str) -> None:
        for key in mine:
            if key not in form.fields:
                there = ", ".join(form.fields) or "no fields"
                part = "fields" if name.startswith("sign_in") else "form"
                raise self._gap(
                    name,
                    f"{part}.{key}",
                    f"the form has {there}, and no {key!r}",
                    did_you_mean(key, form.fields),
                )

    def know_where(self, page: str, values: Mapping[str, str], name: str) -> None:
        """Make sure that a page which is named by where the order led can be found.

        Raises:
            ProfileGap: a person ordered, or a command.
        """
        if page == "{order_url}" and not values.get("order_url"):
            raise ProfileGap(
                "where the order led is not known, for no request or steps of ours made it",
                where=self._place(name),
                remedy="name the page by {out_trade_no}, or describe how to order otherwise",
            )

    def codes_drawn(self, issued: str) -> set[str]:
        """The codes on the page that steps led to, once this one is drawn or nothing more comes."""
        return set(self.player.ask({"codes": issued})["codes"]) if self.played else set()

    def close(self) -> None:
        """End the browser, if steps were played in one."""
        self.player.close()

    def _by_hand(self, asked: AppRequest, values: Mapping[str, str], name: str) -> Answered:
        if isinstance(asked, Trigger) and asked.steps is not None:
            return self._play(asked.steps, values, name)
        if isinstance(asked, Trigger) and asked.person is not None:
            self.person_of(name).ask(fill(asked.person, values))
            return Answered(200, "", "", 0.0)
        if isinstance(asked, Trigger) and asked.fixture is not None:
            return self._ordered(asked.fixture, values, name)
        return self.run(asked.command or (), values, f"{name}.command")

    def person_of(self, name: str) -> Person:
        """Whoever is asked to do what this table of the profile says."""
        if self._person is None:
            self._person = Person(self._place(f"{name}.person"), wanted=self.wanted)
        return self._person

    def _ordered(self, fixture: Literal["merchant_order"], values: Mapping[str, str], name: str) -> Answered:
        """What the user's own code answers: nothing, where the order led, or the answer of a client's."""
        begun = time.monotonic()
        kind = name.rpartition(".")[2]
        told = self.own_code.call(fixture, {**values, "payment_type": kind}, self._place(f"{name}.fixture"))
        took = time.monotonic() - begun
        if isinstance(told, str):
            return Answered(200, "", urljoin(self.base_url, told), took)
        status, text, url = (getattr(told, each, None) for each in ("status_code", "text", "url"))
        return Answered(status if isinstance(status, int) else 200, str(text or ""), str(url or ""), took)

    def _play(self, steps: str | Sequence[Step], values: Mapping[str, str], name: str) -> Answered:
        listed = [] if isinstance(steps, str) else [each.model_dump(exclude_none=True) for each in steps]
        played = self.player.ask(
            {
                "kind": name.rpartition(".")[2],
                "base_url": self.base_url,
                "headers": self.headers,
                "state": state_of(self.http, self.base_url, self._state),
                "values": dict(values),
                **({"file": str(self.folder / steps)} if isinstance(steps, str) else {}),
                "steps": [fill_all(each, values) for each in listed],
            }
        )
        self.played = True
        if played.get("failed") and played["status"] < 500:
            at = urlsplit(played.get("url", "")).path
            there = ", ".join(played["seen"][:8]) or "nothing to press or fill in"
            raise self._gap(
                name,
                "steps",
                f"{played['failed']} at {at}; there is {there}",
                did_you_mean(played["wanted"], played["seen"]) if played["wanted"] else "record it anew",
            )
        take_over(self.http, played["cookies"], self.base_url)
        return Answered(played["status"] or 200, played["html"], played["url"], played["duration_s"])

    def run(self, command: Sequence[str], values: Mapping[str, str], name: str) -> Answered:
        """What a command prints.

        Args:
            name: of the member in the profile.

        Raises:
            ProfileGap: it cannot be started, or fails.
            EnvironmentUnreachable: it does not end.
        """
        started = time.monotonic()
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command, without a shell
                [fill(each, values) for each in command],
                cwd=self.folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=COMMAND_S,
                check=False,
            )
        except OSError as error:
            raise ProfileGap(
                f"{command[0]} cannot be started: {error.strerror}",
                where=self._place(name),
                remedy=f"it is looked for from {self.folder}",
            ) from None
        except subprocess.TimeoutExpired:
            raise EnvironmentUnreachable(
                f"{command[0]} did not end within {COMMAND_S:g} s", where=self._place(name)
            ) from None
        if done.returncode:
            raise ProfileGap(
                f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}",
                where=self._place(name),
                remedy="run it by hand, where the profile lies",
            )
        return Answered(200, done.stdout, "", time.monotonic() - started)

    def _place(self, name: str) -> str:
        return place_of(self.lines, name)

    def _gap(self, name: str, member: str, what: str, remedy: str) -> ProfileGap:
        return ProfileGap(what, where=self._place(f"{name}.{member}"), remedy=remedy)
