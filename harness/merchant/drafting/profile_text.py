"""A drafted profile as TOML, with a comment where nothing was found."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Language
from harness.core.texts import read_texts
from harness.merchant.drafting.draft import Drafted

_COMMENTS = read_texts(Path(__file__).with_name("comments.yaml"))["comments"]


@dataclass(frozen=True, slots=True)
class ProfileText:
    """Writes a draft down: what was found was seen to work; what was not stands there as a comment."""

    drafted: Drafted
    build: str
    language: Language
    database: Path | None = None
    """As the profile names it, from where it lies."""

    def __str__(self) -> str:
        """The file's text."""
        capabilities = [self.drafted.kind, *(["login"] if self.drafted.sign_in else [])]
        lines = [
            self._comment("head"),
            f"base_url = {_text(self.drafted.base_url)}",
            f"build = {_text(self.build)}  {self._comment('build')}",
            f"capabilities = {json.dumps(capabilities)}",
            *self._prices(),
            *self._sign_in(),
            *self._order(),
            *self._observer(),
        ]
        return "\n".join(lines) + "\n"

    def _prices(self) -> list[str]:
        products = self.drafted.products
        if not products:
            return [self._comment("price", example='price_yuan = "88.00"')]
        if "" in products:
            return [f"price_yuan = {_text(products[''])}"]
        return [f"products = {_table(products)}"]

    def _sign_in(self) -> list[str]:
        entered, page = self.drafted.sign_in, self.drafted.asks_sign_in
        if entered is not None:
            return [
                "",
                "[sign_in]",
                f"page = {_text(entered.page or '')}",
                f"fields = {_table(entered.fields)}",
            ]
        return ["", self._comment("account", page=page)] if page else []

    def _order(self) -> list[str]:
        if self.drafted.order_page:
            made = ["", f"[order.{self.drafted.kind}]", f"page = {_text(self.drafted.order_page)}"]
            return [*made, "", "[confirm]", 'page = "{order_url}"'] if self.drafted.confirms else made
        called = self.drafted.called
        return [
            "",
            self._comment("scripts" if called else "order"),
            "# [order.qr]",
            *(f'# request = "POST {path}"' for path in called or ["/api/orders"]),
            f'# json = {{ amount = "{{amount_yuan}}" }}   {self._comment("sent")}',
        ]

    def _observer(self) -> list[str]:
        words = self.drafted.words
        if words is None:
            return ["", self._comment("observer"), "# [observer]", '# page = "{order_url}"']
        seen = ['page = "{order_url}"']
        if self.drafted.sql:
            seen = [f"database = {_text(str(self.database))}", f"sql = {_text(self.drafted.sql)}"]
        both = f"pending = [{_text(words.pending)}], paid = [{_text(words.paid)}]"
        return ["", "[observer]", *seen, self._comment("words"), f"words = {{ {both} }}"]

    def _comment(self, name: str, **values: str) -> str:
        return f"# {_COMMENTS[name].filled(**values).spoken(self.language)}"


def _table(members: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(name)} = {_text(value)}" for name, value in members.items()) + " }"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
