"""Payments of one run that a person attends: ordered, shown, waited for, asked about, and given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.clock import wire_now
from harness.core.dialects import dialect as row_of
from harness.core.errors import GoLiveError, NotAnswered, UsageError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.gateways.order_cleanup import CLOSED, KEPT, REFUNDED
from harness.gateways.protocol import PaymentGateway, RefundGateway
from harness.plugin.attended.desk import Answer, Desk
from harness.plugin.attended.ordering import Ordered, Orderer
from harness.plugin.attended.pay_page import page_of, served, write_page
from harness.plugin.attended.payment import PAYMENTS, PhonePayment, questions_of
from harness.plugin.attended.photos import read_photo
from harness.plugin.attended.qr_text import picture
from harness.plugin.attended.refunding import Refunding, give_back
from harness.plugin.attended.watching import Watch, Watched, paid_members
from harness.plugin.options import Options
from harness.plugin.session.journal import Journal
from harness.plugin.session.rehearsal import Rehearsal

Photograph = Callable[[str], bytes | None]
"""Takes a picture of the page at an address; None where there is no browser."""
RefundOf = Callable[[Provider], tuple[RefundGateway, str]]
"""What gives a provider's money back, and where it is to say so."""


@dataclass(slots=True)
class PhonePayments:
    """What a person pays in one run. Scenarios on the same wire share what was paid there."""

    options: Options
    rehearsal: Rehearsal
    desk: Desk
    orderer_of: Callable[[str], Orderer]
    """Whoever orders on a wire."""
    refund_of: RefundOf
    photograph: Photograph
    made: list[PhonePayment] = field(default_factory=list)
    _photos: list[Path] | None = None
    _in_hand: str = ""
    """The order that is being waited for."""

    def pay(
        self, way: str, gateway: PaymentGateway, classic: PaymentGateway, journal: Journal
    ) -> PhonePayment:
        """Order, show, and wait for the payer; an order that nobody pays is closed.

        Raises:
            NotAnswered: nobody paid.
            UnsafeRequest: it does not fit into the budget; nothing was ordered.
            GoLiveError: it could not be ordered, or the platform does not answer any more.
        """
        dialect = gateway.dialect
        provider = Provider(row_of(dialect).provider)
        orderer = self.orderer_of(dialect)
        with journal.step(f"{way} order over {dialect}"):
            ordered = orderer.order(way, provider, self.options.amount or Fen(1), gateway)
        self._in_hand = ordered.number
        self._note(ordered.number, "ordered", _ordered_members(ordered, way, provider, dialect))
        journal.observe(
            f"{ordered.number} over {ordered.amount} fen was ordered "
            f"{'by the merchant' if ordered.by_merchant else 'at the endpoint'}"
        )
        payment = PhonePayment(way, provider, dialect, ordered, Watched())
        try:
            with self._shown(payment, journal), journal.step("the payer is waited for"):
                payment.watched = self._watched(payment, gateway, orderer)
            self._settle(payment, gateway, gateway if gateway.can_close else classic)
        except Exception:
            self._in_hand = ""  # it ended by itself: nobody interrupted it
            raise
        self.made.append(payment)
        self._in_hand = ""
        self._tell(payment, journal)
        return payment

    def paid_on(self, dialect: str) -> PhonePayment:
        """What was paid on a wire, whichever way.

        Raises:
            NotAnswered: nothing was.
        """
        found = [each for each in self.made if each.dialect == dialect and each.watched.paid]
        if not found:
            raise NotAnswered(
                "nothing was paid on this wire, so there is nothing to look at",
                where="golive pay",
                remedy="pay one order over it: --scenario qr",
            )
        return found[-1]

    def ask(self, control: str, payment: PhonePayment, journal: Journal) -> list[Answer]:
        """Ask the person what they saw, question by question, and keep each answer with name and time."""
        given: list[Answer] = []
        by = self.desk.name()
        for name, text in questions_of(control, payment).items():
            answer = self.desk.yes(control, name, text, by=by)
            self._note(payment.ordered.number, "answer", answer.members())
            if answer.said is not None:
                said = "yes" if answer.said else "no"
                journal.observe(f"{answer.by} answered {said} at {answer.at:%H:%M:%S} UTC: {text.en}")
            given.append(answer)
        payment.answers += given
        return given

    def finish(self) -> None:
        """Give back what was paid, if that was asked for; the run itself closes what is in hand still."""
        interrupted = bool(self._in_hand)
        for payment in self.made:
            if self.options.refund and payment.watched.paid and payment.refunding is None:
                payment.refunding = self._given_back(
                    payment, wait_s=0 if interrupted else self.options.wait_s
                )

    @property
    def _pause_s(self) -> float:
        return self.rehearsal.policy.guard.pause_s

    def _watched(self, payment: PhonePayment, gateway: PaymentGateway, orderer: Orderer) -> Watched:
        number = payment.ordered.number
        seconds = f"{self.options.wait_s:.0f}"
        self.desk.say("give_up" if self.desk.types else "waits", seconds=seconds)
        watch = Watch(
            payment.ordered,
            gateway,
            orderer.seen,
            self.desk,
            self.options.wait_s,
            self._pause_s,
            lambda kind, members: self._note(number, kind, members),
        )
        return watch.until_decided()

    @contextmanager
    def _shown(self, payment: PhonePayment, journal: Journal) -> Iterator[None]:
        """The code at the terminal, and the page on loopback, until the block ends."""
        ordered, desk = payment.ordered, self.desk
        desk.say(
            "begins", way=payment.way, wire=payment.dialect, yuan=ordered.amount.yuan, number=ordered.number
        )
        with ExitStack() as stack:
            if ordered.scan or ordered.jsapi is not None:
                saying = _saying(payment)
                html = page_of(
                    language=self.options.language,
                    number=ordered.number,
                    yuan=ordered.amount.yuan,
                    seconds=self.options.wait_s,
                    scan=ordered.scan,
                    link=ordered.link,
                    jsapi=ordered.jsapi,
                    saying=saying,
                )
                desk.say(saying)
                if ordered.link:
                    desk.tell(ordered.link)
                if ordered.scan:
                    desk.show_code(ordered.scan)
                    code = picture(ordered.scan)
                    journal.keep(code, zh="给手机扫的码", en="The code for the phone", kind="qr")
                url = stack.enter_context(served(html))
                desk.say("page", url=url)
                self._write_page(html)
                if (seen := self.photograph(url)) is not None:
                    journal.keep(seen, zh="付款人打开的页面", en="The page that the payer started from")
            yield

    def _write_page(self, html: str) -> None:
        if (path := self.options.pay_page) is None:
            return
        try:
            write_page(path, html)
        except OSError as error:  # the order is there: it goes on with the page that is served
            self.desk.say("page_lost", path=path, why=error.strerror)
        else:
            self.desk.say("page_file", path=path)

    def _settle(self, payment: PhonePayment, gateway: PaymentGateway, closer: PaymentGateway) -> None:
        """Close what nobody paid. A payment in the last moment is found by asking once more."""
        number, watched = payment.ordered.number, payment.watched
        if not watched.paid and watched.state != "CLOSED":
            try:
                closer.close(number)
            except GoLiveError as error:
                payment.left_open = error.what
            try:
                found = gateway.query(number)
            except GoLiveError as error:
                payment.left_open = payment.left_open or error.what
            else:
                watched.state = found.trade_state
                if found.money_taken:
                    watched.transaction, watched.paid_s = found, watched.waited_s
                    self._note(number, "paid", paid_members(found, watched.waited_s))
                if found.money_taken or found.trade_state == "CLOSED":
                    payment.left_open = ""
        cleanup = self.rehearsal.order_cleanup
        if cleanup is not None and not payment.left_open:
            cleanup.settle(number, KEPT if watched.paid else CLOSED)

    def _tell(self, payment: PhonePayment, journal: Journal) -> None:
        watched, desk = payment.watched, self.desk
        if watched.paid and watched.transaction is not None:
            transaction = watched.transaction.transaction_id or "-"
            desk.say(
                "paid", yuan=payment.taken.yuan, gone=f"{watched.paid_s or 0:.0f}", transaction=transaction
            )
            journal.observe(
                f"paid {payment.taken} fen after {watched.paid_s or 0:.1f} s, transaction {transaction}, "
                f"asked {watched.queries} times"
            )
            self._keep_photos(journal)
            return
        desk.say("unpaid_open" if payment.left_open else "unpaid", why=payment.left_open)
        self._note(
            payment.ordered.number, "unpaid", {"platform": watched.state, "left_open": payment.left_open}
        )
        journal.observe(
            f"not paid within {watched.waited_s:.1f} s, the platform says {watched.state or 'nothing'}"
        )

    def _keep_photos(self, journal: Journal) -> None:
        """What was handed in, once; else what the person names now."""
        if self._photos is None:
            self._photos = list(self.options.photos)
        while self._photos:
            self._keep_photo(self._photos.pop(0), journal)
        if self.desk.types and (named := self.desk.text("photo", "photo")):
            try:
                self._keep_photo(Path(named.strip("'\"")).expanduser(), journal)
            except UsageError as error:
                self.desk.say("photo_bad", why=error.what)

    @staticmethod
    def _keep_photo(path: Path, journal: Journal) -> None:
        journal.keep(read_photo(path), zh="手机照片", en="A photo of the phone")

    def _given_back(self, payment: PhonePayment, *, wait_s: float) -> Refunding:
        number = payment.ordered.number
        gateway, notify_url = self.refund_of(payment.provider)
        refunding = give_back(
            number,
            payment.taken,
            gateway,
            notify_url=notify_url,
            desk=self.desk,
            wait_s=wait_s,
            pause_s=self._pause_s,
            note=lambda kind, members: self._note(number, kind, members),
        )
        if not refunding.done:
            self.desk.unsettled.append(refunding.number)
        if self.rehearsal.order_cleanup is not None:
            state = REFUNDED if refunding.done else f"{KEPT}; refund {refunding.number} is {refunding.state}"
            self.rehearsal.order_cleanup.settle(number, state)
        return refunding

    def _note(self, number: str, kind: str, members: dict[str, object]) -> None:
        """On disk when this returns: whoever ends this run leaves what was seen until then."""
        line = {"at": wire_now().isoformat(), "out_trade_no": number, "event": kind, **members}
        self.rehearsal.record.append_line(PAYMENTS, self.rehearsal.record.redactor.members(line))


def _saying(payment: PhonePayment) -> str:
    if payment.ordered.jsapi is not None:
        return "jsapi"
    if payment.ordered.link:
        return "open_link"
    return "scan_alipay" if payment.provider is Provider.ALIPAY else "scan_wechat"


def _ordered_members(ordered: Ordered, way: str, provider: Provider, dialect: str) -> dict[str, object]:
    return {
        "way": way,
        "provider": provider.value,
        "dialect": dialect,
        "amount_fen": int(ordered.amount),
        "ordered_by": "merchant" if ordered.by_merchant else "endpoint",
    }
