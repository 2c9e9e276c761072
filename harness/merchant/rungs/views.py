"""One order as each rung of an observer shows it: rows of SQL, a mapped answer, the text of a page."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, get_args

import jmespath
from pydantic import ValidationError

from harness.core.did_you_mean import did_you_mean
from harness.core.money import Fen
from harness.merchant.answers import Answered
from harness.merchant.gap import ProfileGap, place
from harness.merchant.merchant_order import MerchantOrder
from harness.merchant.rungs.described import MEMBERS, YUAN, OrderMember
from harness.merchant.rungs.observed import Observed
from harness.merchant.rungs.placeholders import fill
from harness.merchant.rungs.shopper import ShopperSession

BUSY_S = 5.0
"""How long a database that is being written to is waited for."""


class View(Protocol):
    """Shows one order."""

    @property
    def tells_money(self) -> bool:
        """Whether it may tell what came in."""

    def find(self, out_trade_no: str) -> MerchantOrder | None:
        """One order; None where the merchant has none of that number."""

    def order(self, out_trade_no: str) -> MerchantOrder:
        """One order that the merchant must have."""


def view_of(observed: Observed, session: ShopperSession) -> View | None:
    """How a profile's observer looks; None: at our JSON's records, or not at all."""
    if observed.rung == "sql":
        return SqlView(observed, session)
    if observed.rung in ("request", "command"):
        return AnswerView(observed, session)
    if observed.rung == "fixture":
        return OwnCodeView(observed, session)
    return PageView(observed, session) if observed.rung == "page" else None


@dataclass(slots=True)
class _Told:
    """Turns what an app tells into an order."""

    observed: Observed
    session: ShopperSession

    def where(self, member: str) -> str:
        return place(self.session.lines, f"observer.{member}")

    def made_of(self, out_trade_no: str, told: Mapping[str, object], member: str) -> MerchantOrder:
        """The order, its state in our words and its amounts in fen.

        Raises:
            ProfileGap: a member of the wrong kind.
        """
        said = {name: value for name, value in told.items() if value is not None}
        for yuan, fen in YUAN.items():
            if yuan in said:
                said[fen] = self._fen(said.pop(yuan), yuan)
        word = said.pop("status", None)
        state = None if word is None else self.observed.state_of(str(word))
        if word is not None and state is None:
            near = self.observed.nearest_word(str(word))
            said.update(other_word=str(word), words_at=self.where("words"), unlocks=near)
        elif state is not None:
            said["status"] = state
        for name in ("order_id", "attention"):
            if name in said:
                said[name] = str(said[name])
        absent = [each for each in get_args(OrderMember) if each not in said]
        try:
            return MerchantOrder.model_validate(
                {"unlocks": self._unlocks(absent), **said, "out_trade_no": out_trade_no}
            )
        except ValidationError as error:
            wrong = ", ".join(f"{each['loc'][0]} is {each['input']!r}" for each in error.errors())
            raise ProfileGap(
                f"the order is not told in our terms: {wrong}",
                where=self.where(member),
                remedy="amounts are whole fen (or amount_yuan, paid_amount_yuan), credits a number",
            ) from None

    def _fen(self, value: object, member: str) -> Fen:
        try:
            return Fen.from_yuan(f"{value:.2f}" if isinstance(value, float) else str(value))
        except ValueError:
            raise ProfileGap(
                f"{member} is {value!r}, which is no sum in yuan", where=self.where(member)
            ) from None

    def _unlocks(self, absent: list[str]) -> str:
        if self.observed.rung == "sql":
            return f"select more columns in observer.sql, named {', '.join(absent)}"
        if self.observed.rung == "page":
            return "a page tells the state alone; sql, request or command in [observer] can tell the rest"
        return f"map more of them in [observer] answer: {', '.join(absent)}"


@dataclass(slots=True)
class SqlView(_Told):
    """A SQLite database, opened read-only for each look."""

    tells_money: bool = True

    @property
    def _file(self) -> Path:
        return self.session.folder / str(self.observed.database).removeprefix("sqlite:///")

    def order(self, out_trade_no: str) -> MerchantOrder:
        """The row of one order that must be there."""
        found = self.find(out_trade_no)
        if found is None:
            raise ProfileGap(
                f"the query finds no order {out_trade_no}, which the platform was asked for",
                where=self.where("sql"),
                remedy="compare :out_trade_no with the column that holds the number the platform is told. "
                f"There is {_tables_of(self._file)}",
            )
        return found

    def find(self, out_trade_no: str) -> MerchantOrder | None:
        """The row of one order."""
        file = self._file
        if not file.is_file():
            raise ProfileGap(
                f"there is no database {file}",
                where=self.where("database"),
                remedy="the path is from where the profile lies",
            )
        try:
            with closing(_opened(file)) as opened:
                opened.row_factory = sqlite3.Row
                rows = opened.execute(str(self.observed.sql), {"out_trade_no": out_trade_no}).fetchmany(2)
        except sqlite3.Error as error:
            raise ProfileGap(
                f"the database does not answer: {error}",
                where=self.where("sql"),
                remedy=_nearest(str(error), _tables_of(file)),
            ) from None
        if not rows:
            return None
        if len(rows) > 1:
            raise ProfileGap(
                f"the query finds more than one row of order {out_trade_no}",
                where=self.where("sql"),
                remedy="let it answer one, e.g. by count(…) and group by",
            )
        told = dict(rows[0])
        for column in told:
            if column not in MEMBERS:
                raise ProfileGap(
                    f"the query answers a column {column!r}",
                    where=self.where("sql"),
                    remedy=f"name it with `as`: {did_you_mean(column, MEMBERS)}",
                )
        return self.made_of(out_trade_no, told, "sql")


def _tables(opened: sqlite3.Connection) -> str:
    """The tables and their columns, as a person would look them up."""
    names = [row[0] for row in opened.execute("select name from sqlite_master where type = 'table'")]
    columns = {name: opened.execute("select name from pragma_table_info(?)", (name,)) for name in names}
    return "; ".join(f"{name}({', '.join(row[0] for row in rows)})" for name, rows in columns.items())


def _nearest(said: str, there: str) -> str:
    """What a name that does not exist could have been."""
    near = did_you_mean(said.rpartition(" ")[2], re.findall(r"\w+", there), otherwise="compare:")
    return f"{near} there is {there}"


def _tables_of(file: Path) -> str:
    try:
        with closing(_opened(file)) as opened:
            return _tables(opened)
    except sqlite3.Error as error:
        return f"nothing to be read: {error}"


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)


@dataclass(slots=True)
class AnswerView(_Told):
    """JSON that a request or a command answers, or one word of a command."""

    @property
    def tells_money(self) -> bool:
        """Whether an amount is mapped; without a map the answer is taken as it is."""
        return not self.observed.answer or bool(
            {"paid_amount", "paid_amount_yuan"} & self.observed.answer.keys()
        )

    def find(self, out_trade_no: str) -> MerchantOrder | None:
        """What is answered about one order; None where it is not found."""
        answered = self._ask(out_trade_no)
        return None if answered.status == 404 else self._told_by(answered, out_trade_no)

    def order(self, out_trade_no: str) -> MerchantOrder:
        """What is answered about one order."""
        return self._told_by(self._ask(out_trade_no), out_trade_no)

    def _ask(self, out_trade_no: str) -> Answered:
        return self.session.ask(
            self.observed.asked,
            self.session.known_of(out_trade_no),
            "observe",
            "observer",
            out_trade_no=out_trade_no,
        )

    def _told_by(self, answered: Answered, out_trade_no: str) -> MerchantOrder:
        if answered.status >= 400:
            raise ProfileGap(
                f"the app does not show the order: {answered.said}",
                where=self.where(self.observed.rung),
                remedy="correct the path, or sign in as the shopper who ordered",
            )
        return self.made_of(out_trade_no, self._mapped(answered), "answer")

    def _mapped(self, answered: Answered) -> dict[str, object]:
        try:
            read = json.loads(answered.text)
        except (ValueError, RecursionError):
            if self.observed.command is not None:
                return {"status": answered.text.strip()}
            raise ProfileGap(
                f"no JSON: {answered.said}", where=self.where("request"), remedy="use page for a page"
            ) from None
        if not self.observed.answer:
            return {name: read[name] for name in MEMBERS if isinstance(read, dict) and name in read}
        found = {name: jmespath.search(path, read) for name, path in self.observed.answer.items()}
        if found.get("status", "") is None:
            there = ", ".join(read) if isinstance(read, dict) else type(read).__name__
            raise ProfileGap(
                f"answer.status = {self.observed.answer['status']!r} finds nothing: the answer holds {there}",
                where=self.where("answer.status"),
                remedy=did_you_mean(self.observed.answer["status"], read if isinstance(read, dict) else ()),
            )
        return found


@dataclass(slots=True)
class PageView(_Told):
    """The words on a page that the shopper sees: a state, and nothing more."""

    tells_money: bool = False

    def find(self, out_trade_no: str) -> MerchantOrder | None:
        """The same: money is never compared by it."""
        return self.order(out_trade_no)

    def order(self, out_trade_no: str) -> MerchantOrder:
        """The state that the page shows."""
        known = self.session.known_of(out_trade_no)
        self.session.know_where(str(self.observed.page), known, "observer.page")
        path = fill(str(self.observed.page), known)
        answered = self.session.open(path, "observe", listeners=self.session.listeners)
        if answered.status >= 400:
            raise ProfileGap(
                f"the page does not show the order: {answered.said}",
                where=self.where("page"),
                remedy="correct the path, or sign in as the shopper who ordered",
            )
        return self.made_of(out_trade_no, {"status": self._word(answered)}, "page")

    def _word(self, answered: Answered) -> str:
        if self.observed.text is not None:
            found = re.search(self.observed.text, answered.text)
            words = [found[1].strip()] if found else []
        else:
            words = [word for each in self.observed.words.values() for word in each if word in answered.plain]
            # A longer word holds a shorter one: 未支付 is not 支付.
            words = [each for each in words if not any(each != other and each in other for other in words)]
        if len({self.observed.state_of(word) for word in words}) != 1:
            raise ProfileGap(
                f"the page shows {' and '.join(words) or 'none of the words'}: {answered.said}",
                where=self.where("text" if self.observed.text else "words"),
                remedy="say where the state stands with text = '…(…)…', or correct words",
            )
        return words[0]


@dataclass(slots=True)
class OwnCodeView(_Told):
    """What the user's own conftest.py tells: a word, or a mapping of our members; None: no such order."""

    tells_money: bool = True

    def order(self, out_trade_no: str) -> MerchantOrder:
        """One order that must be there."""
        found = self.find(out_trade_no)
        if found is None:
            raise ProfileGap(
                f"merchant_state tells nothing of order {out_trade_no}, which the platform was asked for",
                where=self.where("fixture"),
            )
        return found

    def find(self, out_trade_no: str) -> MerchantOrder | None:
        """One order."""
        known = self.session.known_of(out_trade_no)
        told = self.session.own_code.call("merchant_state", known, self.where("fixture"))
        if told is None:
            return None
        members = dict(told) if isinstance(told, Mapping) else {"status": str(told)}
        for name in members:
            if name not in MEMBERS:
                raise ProfileGap(
                    f"merchant_state tells a member {name!r}",
                    where=self.where("fixture"),
                    remedy=did_you_mean(str(name), MEMBERS),
                )
        return self.made_of(out_trade_no, members, "fixture")
