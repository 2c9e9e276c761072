"""The tables of a profile by which a merchant that was not written for us is driven and seen."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import jmespath
from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from harness.core.control import Model
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError
from harness.merchant.merchant_order import OrderState
from harness.merchant.rungs.placeholders import (
    ASKING,
    MOVING,
    ORDERING,
    RECONCILING,
    REFUNDING,
    RENEWING,
    TO_CARD,
    check,
    named_in,
)
from harness.merchant.rungs.steps import Step, parameters_of

OrderMember = Literal[
    "status", "amount", "paid_amount", "refunded_amount", "credits", "attention", "order_id"
]
_PLAIN = frozenset(
    {"accept", "accept-language", "content-type", "origin", "referer", "user-agent", "x-requested-with"}
)
"""Headers that let nobody in: their values stand in any record."""
_SCHEME = re.compile(r"^[A-Za-z]+ +")
YUAN = {
    "amount_yuan": "amount",
    "paid_amount_yuan": "paid_amount",
    "refunded_amount_yuan": "refunded_amount",
}
"""What may be told in yuan, and which member that is."""
MEMBERS = (*get_args(OrderMember), *YUAN)
RequestLine = Annotated[str, Field(pattern=r"^(GET|POST|PUT|PATCH|DELETE) /\S*$")]
"""`POST /orders`: method, and a path that may hold placeholders."""


PagePath = Annotated[str, Field(pattern=r"^(/\S*|\{order_url\})$")]
"""A path of the app, or the page that making the order led to."""


class AppRequest(Model):
    """One request to the app, as its own page sends it, or a command in place of it.

    With `page` that page is opened first, and the hidden fields of its form (a CSRF token) go along.
    """

    page: PagePath | None = None
    request: RequestLine | None = None
    """Left out: what the page's form does."""
    form: dict[str, str] | None = None
    members: dict[str, Any] | None = Field(default=None, alias="json")
    headers: dict[str, str] = Field(default_factory=dict)
    command: tuple[str, ...] | None = None
    """A program and its arguments, run where the profile lies."""

    @property
    def by_hand(self) -> bool:
        """Whether it is done by other means than a request of ours."""
        return self.command is not None

    @property
    def placeholders(self) -> set[str]:
        """Those that it names."""
        return named_in([self.page or "", self.request or "", self.form, self.members, self.command or ()])

    @model_validator(mode="after")
    def _one_rung(self) -> Self:
        by_request = self.page is not None or self.request is not None
        if (self.command is not None) == by_request:
            raise ValueError('name either a request ("POST /orders"), a page with a form, or a command')
        if self.form is not None and self.members is not None:
            raise ValueError("a body is either a form or json")
        return self


class KeyRotation(AppRequest):
    """How the app is given a new API certificate of the merchant account, without being stopped."""

    within_s: float = Field(default=2.0, gt=0, le=60)
    """Seconds after that within which it signs by the new key alone."""


class ReconcileRequest(AppRequest):
    """How the app is made to compare a day's bill with its books, and where what it found is read.

    `done` and `differences` are JMESPath, of what `shown` answers, or else of what the request answers.
    """

    shown: RequestLine | None = None
    """Tells how the day stands, without making the app do anything."""
    done: str
    """Finds true once the bill of that day was compared, or the day is known to be without trade."""
    differences: str
    """Finds the numbers of the payments (out_trade_no) and refunds (out_refund_no) that do not agree."""

    @property
    def placeholders(self) -> set[str]:
        """Those that it names."""
        return super().placeholders | named_in(self.shown or "")


class Trigger(AppRequest):
    """An order, also by what neither a request nor a command is: steps in a browser, or a person."""

    steps: str | tuple[Step, ...] | None = None
    """A file that Playwright's recorder wrote, or a list."""
    person: str | None = None
    """What somebody at the terminal is asked to do."""
    fixture: Literal["merchant_order"] | None = None
    """The user's own conftest.py orders."""
    _parameters: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def placeholders(self) -> set[str]:
        """Those that it names; of a file, what its function wants to be told."""
        listed = [] if isinstance(self.steps, str | None) else [each.model_dump() for each in self.steps]
        return super().placeholders | named_in([*listed, self.person or ""]) | self._parameters

    @property
    def by_hand(self) -> bool:
        """Whether the order is made by other means than a request of ours."""
        return any(each is not None for each in (self.command, self.steps, self.person, self.fixture))

    def read_steps(self, folder: Path, where: str) -> None:
        """Note what the file of its steps wants to be told.

        Raises:
            ConfigurationError: it cannot be played.
        """
        if isinstance(self.steps, str):
            self._parameters = parameters_of(folder / self.steps, where)

    @model_validator(mode="after")
    def _one_rung(self) -> Self:
        ways = (self.page or self.request, self.command, self.steps, self.person, self.fixture)
        if sum(bool(each) for each in ways) != 1:
            raise ValueError(
                'name either a request ("POST /orders"), a page with a form, steps, a person, or a command'
            )
        if self.form is not None and self.members is not None:
            raise ValueError("a body is either a form or json")
        return self


def _for_ordering(trigger: Trigger) -> Trigger:
    _known(trigger.placeholders, ORDERING)
    return trigger


def _for_asking(asked: AppRequest) -> AppRequest:
    _known(asked.placeholders, ASKING)
    return asked


def _for_refunding(asked: AppRequest) -> AppRequest:
    _known(asked.placeholders, REFUNDING)
    if not asked.placeholders & {"amount_yuan", "amount_fen"}:
        raise ValueError("say how much comes back with {amount_yuan} or {amount_fen}")
    return asked


def _for_card(asked: AppRequest) -> AppRequest:
    _known(asked.placeholders, TO_CARD)
    if not {"bank_account", "real_name"} <= asked.placeholders:
        raise ValueError("say whose card it is with {bank_account} and {real_name}")
    return asked


def _for_moving(moved: AppRequest) -> AppRequest:
    _known(moved.placeholders, MOVING)
    if not moved.placeholders:
        raise ValueError("say by how much with {seconds}, or to which moment with {now}")
    return moved


def _for_renewing(given: KeyRotation) -> KeyRotation:
    _known(given.placeholders, RENEWING)
    if "key_file" not in given.placeholders:
        raise ValueError("say where the new key lies with {key_file}")
    return given


def _for_reconciling(asked: ReconcileRequest) -> ReconcileRequest:
    _known(asked.placeholders, RECONCILING)
    if "date" not in asked.placeholders:
        raise ValueError("say which day with {date}")
    for name in ("done", "differences"):
        compiled(name, getattr(asked, name))
    return asked


def _for_nothing(job: AppRequest) -> AppRequest:
    _known(job.placeholders, ())
    return job


def _known(names: set[str], known: tuple[str, ...]) -> None:
    check([f"{{{name}}}" for name in sorted(names)], known)


OrderTrigger = Annotated[Trigger, AfterValidator(_for_ordering)]
OrderRequest = Annotated[AppRequest, AfterValidator(_for_asking)]
RefundRequest = Annotated[AppRequest, AfterValidator(_for_refunding)]
CardRequest = Annotated[AppRequest, AfterValidator(_for_card)]
TimeRequest = Annotated[AppRequest, AfterValidator(_for_moving)]
KeyRequest = Annotated[KeyRotation, AfterValidator(_for_renewing)]
Reconciled = Annotated[ReconcileRequest, AfterValidator(_for_reconciling)]
JobRequest = Annotated[AppRequest, AfterValidator(_for_nothing)]


class OrderTriggers(Model):
    """How an order is made for each way of paying."""

    qr: OrderTrigger | None = None
    h5: OrderTrigger | None = None
    jsapi: OrderTrigger | None = None


class SignIn(Model):
    """How a shopper signs in. A value `$NAME` is read from the environment."""

    other: SignIn | None = None
    """A second shopper, who may see and do nothing of what is the first one's; on the same page, where none
    is named."""
    page: Annotated[str, Field(pattern=r"^/\S*$")] | None = None
    """The page with the form."""
    fields: dict[str, str] = Field(default_factory=dict, repr=False)
    """What a person types there, by field name."""
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    cookies: dict[str, str] = Field(default_factory=dict, repr=False)
    state: str | None = None
    """A file in which Playwright saved a browser that had signed in (`storage_state`)."""

    @model_validator(mode="after")
    def _one_rung(self) -> Self:
        if (self.page is None) != (not self.fields):
            raise ValueError("a form wants both: its page, and the fields that a person fills in")
        if not (self.page or self.headers or self.cookies or self.state):
            raise ValueError("name page and fields, headers or cookies, or state")
        if self.other is not None and self.other.other is not None:
            raise ValueError("two shoppers are enough: leave out other.other")
        if self.other is not None and self.other.model_dump() == {**self.model_dump(), "other": None}:
            raise ValueError("[sign_in.other] signs the same shopper in: name another account")
        return self

    @model_validator(mode="before")
    @classmethod
    def _on_the_same_page(cls, given: Any) -> Any:
        other = given.get("other") if isinstance(given, Mapping) else None
        if not isinstance(other, Mapping) or "page" in other or "fields" not in other or "page" not in given:
            return given
        return {**given, "other": {"page": given["page"], **other}}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be written down."""
        typed = {name: value for name, value in self.fields.items() if "pass" in name.lower()}
        written = (*revealed(typed).values(), *revealed(self.cookies).values())
        others = self.other.secrets if self.other is not None else ()
        return (*written, *secrets_of(self.headers, "sign_in"), *others)

    def kept_cookies(self, folder: Path) -> tuple[str, ...]:
        """The values of the cookies in its state; signing in says what is wrong with the file."""
        try:
            read = json.loads((folder / self.state).read_text("utf-8")) if self.state is not None else {}
            mine = tuple(str(each["value"]) for each in read.get("cookies", ()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            mine = ()
        return (*mine, *self.other.kept_cookies(folder)) if self.other is not None else mine


def revealed(values: Mapping[str, str], table: str = "sign_in") -> dict[str, str]:
    """The values, those of environment variables read.

    Args:
        table: in which they stand.

    Raises:
        ConfigurationError: a variable that is not set.
    """
    found = {}
    for name, value in values.items():
        word = value.rpartition(" ")[2]
        if word.startswith("$") and word[1:].isidentifier():
            if word[1:] not in os.environ:
                raise ConfigurationError(
                    f"the environment variable {word[1:]} is not set",
                    where=f"{table}: {name}",
                    remedy=f"export {word[1:]}=… before the run",
                )
            found[name] = value.removesuffix(word) + os.environ[word[1:]]
        else:
            found[name] = value
    return found


def secrets_of(headers: Mapping[str, str], table: str) -> tuple[str, ...]:
    """Values of headers that must not be written down, without the scheme before them.

    Args:
        table: in which they stand.

    Raises:
        ConfigurationError: a variable that is not set.
    """
    revealing = {name: headers[name] for name in letting_in(headers)}
    return tuple(_SCHEME.sub("", value) for value in revealed(revealing, table).values())


def letting_in(headers: Mapping[str, str]) -> frozenset[str]:
    """The headers that may let somebody in: neither plain ones, nor what a placeholder fills."""
    return frozenset(
        name for name, value in headers.items() if name.lower() not in _PLAIN and not named_in([value])
    )


def mapped(mapping: dict[str, str]) -> dict[str, str]:
    """JMESPath expressions by member, each of which can be read.

    Raises:
        ValueError: which one cannot, and why.
    """
    for member, expression in mapping.items():
        if member not in MEMBERS:
            raise ValueError(f"{member}: {did_you_mean(member, MEMBERS)}")
        compiled(member, expression)
    return mapping


def compiled(member: str, expression: str) -> None:
    """Whether an expression can be read.

    Raises:
        ValueError: it cannot, and why.
    """
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        said = " ".join(str(error).split())
        raise ValueError(f"{member} = {expression!r} is no JMESPath: {said}") from None


Mapped = Annotated[dict[str, str], AfterValidator(mapped)]
Words = dict[OrderState, tuple[str, ...]]
"""The app's own words for each of our states."""
