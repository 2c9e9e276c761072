"""Says why a signature does not hold. The one way in for the simulator, its console and the command line.

A signature differs from a right one in one or more respects: how it was written down, which key made it,
which digest, over which text, and what goes with it (time, serial number, form). Each is found out by itself,
and proven by the signature. A cause is named only where there is exactly one; two at once are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from harness.core.control import Text
from harness.signing.diagnosis import of_alipay, of_envelope, of_wechat
from harness.signing.diagnosis.base64_forms import forms, is_hash
from harness.signing.diagnosis.claim import Claim, Unreadable, Unsigned
from harness.signing.diagnosis.keyring import Keyring, NamedKey
from harness.signing.diagnosis.message import Kind, Message
from harness.signing.diagnosis.mistake import Search
from harness.signing.diagnosis.opened import BARE, SHA_1, SHA_256, Opened, is_pss, open_signature
from harness.signing.diagnosis.result import (
    MISTAKES,
    Diagnosis,
    State,
    certain,
    sentence_of,
    shown,
    without_key,
)

_KINDS: tuple[Callable[[Message], Claim | None], ...] = (
    of_wechat.request_claim,
    of_alipay.v3_request_claim,
    of_wechat.message_claim,
    of_alipay.v3_answer_claim,
    of_envelope.claim_of,
    of_alipay.answer_claim,
    of_alipay.form_claim,
)
_DIGESTS = {BARE: "digest-unnamed", SHA_1: "sha-1"}


def claim_of(message: Message) -> Claim:
    """The message taken apart.

    Raises:
        Unsigned: it carries no signature that is known here.
        Unreadable: it carries one in a form that is none.
    """
    for read in _KINDS:
        if (claim := read(message)) is not None:
            return claim
    raise Unsigned("nothing in it is a signature of WeChat Pay, Alipay or the envelope dialect")


def diagnose(
    message: Message,
    keys: Callable[[Kind], Keyring],
    *,
    now: float | None = None,
    besides: tuple[str, ...] = (),
) -> Diagnosis:
    """Why the signature of a message does not hold, or that it does.

    Costs at most a hundred uses of a key, mostly one, and `MOST_TEXTS` hashes of `MOST_BYTES` together.

    Args:
        keys: who may have signed a message of a kind.
        now: Unix seconds of its arrival; None: nobody knows, so that its age is not judged.
        besides: mistakes, by name, that whoever asks knows of already.

    Raises:
        Unsigned: it carries no signature that is known here.
    """
    try:
        claim = claim_of(message)
    except Unreadable as unreadable:
        return without_key(State.NAMED, str(unreadable))
    return _Case(claim, keys(Kind(claim.kind)), now, besides).closed()


@dataclass(slots=True)
class _Case:
    claim: Claim
    ring: Keyring
    now: float | None
    besides: tuple[str, ...]
    keys_tried: int = 0
    texts_tried: int = 0
    signed: bytes | None = None
    facts: list[Text] = field(default_factory=list)
    unexplained: bool = False
    """Whether something is wrong of which only that much is known."""

    def closed(self) -> Diagnosis:
        """The diagnosis."""
        faults = dict.fromkeys([*self.besides, *self.claim.of_form, *self._of_time(), *self._of_signature()])
        if self.unexplained or len(faults) > 1:
            if faults:
                named = [MISTAKES[each] for each in faults]
                self.facts += named
            state, cause = State.UNKNOWN, None
        elif faults:
            state, cause = State.NAMED, next(iter(faults))
        else:
            state, cause = State.HOLDS, None
        return Diagnosis(
            state=state,
            kind=self.claim.kind,
            cause=cause,
            sentence=sentence_of(state, cause),
            certain=tuple(self.facts),
            expected=shown(self.claim.expected),
            signed=None if self.signed is None else shown(self.signed),
            texts_tried=self.texts_tried,
            keys_tried=self.keys_tried,
        )

    def _of_time(self) -> Iterator[str]:
        if self.claim.moment is None:
            return
        faults, ahead = self.claim.moment.faults(self.now)
        yield from faults
        if "stale-clock" in faults:
            self.facts.append(certain("clock", seconds=f"{ahead:+d}"))

    def _of_signature(self) -> Iterator[str]:
        if not self.claim.signature.strip():
            yield "signature-missing"
            return
        if "probe" in self.claim.of_form:  # wrong on purpose, whatever follows the prefix
            return
        read = list(forms(self.claim.signature))
        for form, signature in read:
            for key in self.ring.in_turn(self.claim.serial):
                self.keys_tried += 1
                opened = open_signature(key.key, signature)
                if opened is not None:
                    yield from self._of_opened(form, key, opened)
                    return
        for form, signature in read:
            for key in self.ring.right[:2]:
                self.keys_tried += 1
                if is_pss(key.key, signature, self.claim.expected):
                    self.signed = self.claim.expected
                    self.facts.append(certain("signed_by", key=key.name))
                    yield from filter(None, (form, "pss", *self._of_key(key)))
                    if self.claim.says_sha_1:
                        yield "sign-type-says-sha-1"
                    return
        if is_hash(self.claim.signature):
            yield "hash-for-signature"
            return
        self.unexplained = True
        self._unopened([signature for _, signature in read])

    def _unopened(self, read: list[bytes]) -> None:
        if not read:
            self.facts.append(certain("not_base64"))
        sizes = {(each.key.key_size + 7) // 8 for each in (*self.ring.right, *self.ring.others)}
        if read and sizes and not {len(each) for each in read} & sizes:
            self.facts.append(certain("size", given=len(read[0]), wanted=max(sizes)))
        self.facts.append(certain("no_key", count=len(self.ring.in_turn(self.claim.serial))))

    def _of_opened(self, form: str, key: NamedKey, opened: Opened) -> Iterator[str]:
        self.facts.append(certain("signed_by", key=key.name))
        if form:
            yield form
        yield from self._of_key(key)
        if not opened.algorithm and opened.digest == self.claim.expected:
            self.signed = self.claim.expected
            yield "text-not-hashed"
            return
        if opened.algorithm and opened.algorithm != SHA_256:
            if opened.algorithm != BARE:
                self.facts.append(certain("digest", algorithm=opened.algorithm))
            yield _DIGESTS.get(opened.algorithm, "digest-other")
        if self.claim.says_sha_1 and opened.algorithm != SHA_1:
            yield "sign-type-says-sha-1"
        if opened.is_of(self.claim.expected):
            self.signed = self.claim.expected
            self.facts.append(certain("text_right"))
            return
        search = Search(opened, self.claim.expected)
        found = search.first(self.claim.mistakes())
        self.texts_tried = search.tried
        if found is not None:
            self.signed = found[1]
            yield found[0]
            return
        self.unexplained = True
        self.facts.append(certain("too_large" if search.exhausted else "text_unknown", tried=search.tried))

    def _of_key(self, key: NamedKey) -> Iterator[str]:
        """Whether it is the key that the message names, or else the kind of mistake."""
        given = self.claim.serial
        if key not in self.ring.right:
            yield "wrong-key"
            # A key of something else may come with a serial that is none of ours: that is the second mistake.
            wanted = next((each.serial for each in self.ring.right if each.serial), "")
            known = self.ring.under(given) is not None
        else:
            wanted, known = key.serial, key.serial == given.upper()
        if not self.claim.names_key or not wanted or known:
            return
        self.facts.append(certain("serial", given=given or "-", wanted=wanted))
        yield self._of_serial(given, wanted)

    def _of_serial(self, given: str, wanted: str) -> str:
        bare = given.upper().replace(":", "").replace(" ", "").removeprefix("0X").lstrip("0")
        decimal = str(int(wanted, 16)) if all(each in "0123456789ABCDEF" for each in wanted) else ""
        if given and (bare == wanted.lstrip("0") or given == decimal):
            return "serial-written-otherwise"
        return "serial-of-the-platform" if given.upper() in self.ring.other_serials else "wrong-serial"
