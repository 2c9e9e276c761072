"""The forms of a page as a browser sees them: where they lead, what they hold, which tokens go along."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TOKEN = ("csrf", "xsrf", "authenticity_token", "requestverificationtoken")
_UNREAD = ("script", "style", "title")


@dataclass(slots=True)
class Form:
    """One form."""

    action: str
    """As written; empty: the page itself."""
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """Every named field with the value it holds, hidden ones included."""
    asks_password: bool = False
    words: list[str] = field(default_factory=list)
    """What is written in it, its buttons included."""


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.token = ""
        self.pictures: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self._unread = 0
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._open = Form(given.get("action", ""), (given.get("method") or "get").upper())
            self.forms.append(self._open)
        elif tag == "meta" and is_token(name):
            self.token = given.get("content", "")
        elif tag == "img":
            self.pictures.append(given.get("src", ""))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag in _UNREAD:
            self._unread += 1
            if tag == "script" and given.get("src"):
                self.scripts.append(given["src"])
        elif self._open is not None and tag == "select":
            self._select = name
        elif self._open is not None and tag == "option" and self._select:
            if "selected" in given or self._select not in self._open.fields:
                self._open.fields[self._select] = given.get("value", "")
        elif self._open is not None and name and tag in ("input", "button", "textarea"):
            self._field(self._open, name, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag in _UNREAD:
            self._unread -= 1

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._unread:
            self.texts.append(words)
            if self._open is not None:
                self._open.words.append(words)

    @staticmethod
    def _field(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower()
        form.asks_password |= kind == "password"
        if kind in ("submit", "button"):
            form.words.append(given.get("value", ""))
        if kind in ("radio", "checkbox") and "checked" not in given:
            form.fields.setdefault(name, "")
            return
        form.fields[name] = given.get("value", "")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What matters of a page."""

    forms: tuple[Form, ...]
    pictures: tuple[str, ...]
    """The sources of its pictures, as written."""
    csrf: str
    """The token that its `<meta>` or one of its hidden fields holds; empty where there is none."""
    links: tuple[str, ...] = ()
    """Where its links lead, as written."""
    texts: tuple[str, ...] = ()
    """What a person reads of it, piece by piece."""
    scripts: tuple[str, ...] = ()
    """The sources of its scripts, as written."""

    def form_with(self, names: Collection[str], action: str = "") -> Form | None:
        """The form that leads to an action, or else the one that holds most of these fields."""
        led = [form for form in self.forms if action and form.action.split("?")[0].endswith(action)]
        held = sorted(led or self.forms, key=lambda form: -len(form.fields.keys() & set(names)))
        return held[0] if held else None


def read_html(text: str) -> HtmlPage:
    """Read a page; whatever is no HTML has no forms."""
    parser = _Parser()
    parser.feed(text)
    hidden = [value for form in parser.forms for name, value in form.fields.items() if is_token(name)]
    return HtmlPage(
        tuple(parser.forms),
        tuple(parser.pictures),
        parser.token or next(iter(hidden), ""),
        tuple(parser.links),
        tuple(parser.texts),
        tuple(parser.scripts),
    )


def is_token(name: str) -> bool:
    """Whether a field of that name proves that its form was served to this session."""
    plain = name.lower().replace("-", "_").lstrip("_")
    inmost = name.lower().rstrip("]").rpartition("[")[2]
    return inmost == "_token" or any(each in plain for each in _TOKEN)
