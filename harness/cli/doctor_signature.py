"""`golive doctor signature`: why the signature of one recorded message does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import StringIO
from itertools import zip_longest
from pathlib import Path

import click
from cryptography import x509

from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.plain_text import plain
from harness.core.terminal_language import terminal_language
from harness.core.texts import read_texts
from harness.settings.env_file import EnvFile
from harness.settings.signing_keys import keyring_of, keys_in
from harness.signing.diagnosis.claim import Unsigned
from harness.signing.diagnosis.diagnose import diagnose
from harness.signing.diagnosis.http_file import LARGEST, message_in
from harness.signing.diagnosis.keyring import Keyring, NamedKey
from harness.signing.diagnosis.message import Kind, Message
from harness.signing.diagnosis.result import Diagnosis, State
from harness.signing.keys import load_private_key, load_public_key

_WORDS = read_texts(Path(__file__).with_suffix(".yaml"))["lines"]
_EXIT = {State.HOLDS: 0, State.NAMED: 1, State.UNKNOWN: 2}


@click.command("signature", short_help="Why the signature of a recorded request or callback does not hold.")
@click.argument("request_file", metavar="REQUEST.http", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key",
    "key_files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="What must have signed it: certificate, public or private key. Repeatable.",
)
@click.option("--serial", metavar="SERIAL", help="How messages name that key, where no certificate says so.")
@click.option(
    "--env-file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take the keys, right and wrong ones, from a settings file.",
)
@click.option("--at", "moment", metavar="TIME", help="When it arrived (ISO 8601), to judge its timestamp.")
@language_option
@click.option("--json", "machine_readable", is_flag=True, help="For programs, in both languages.")
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    request_file: Path,
    key_files: tuple[Path, ...],
    serial: str | None,
    env_file: Path | None,
    moment: str | None,
    lang: Language | None,
    machine_readable: bool,
) -> None:
    """Say why the signature of one recorded request, callback or answer does not hold. Offline.

    REQUEST.http holds the message as it was on the wire, the body byte by byte:

    \b
      POST /v3/pay/transactions/native HTTP/1.1
      Host: api.mch.weixin.qq.com
      Authorization: WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",…
      Content-Length: 216
                                             (an empty line, then the body)
      {"appid":"wx…","mchid":"…",…}

    Read as well: curl -v, http.client's debug lines (Python), OkHttp's and Apache's logs, an entry of a HAR.

    The kind of signature is read off the message: WeChat Pay API v3, Alipay (gateway, notify, V3), envelope.
    A cause is named where the signature proves it; two mistakes at once are unknown. With it come the exact
    string to sign and the one that was signed.

    \b
    Example:
      $ golive doctor signature refused.http --env-file .env.local
      $ golive doctor signature callback.http --key pub_key.pem --serial PUB_KEY_ID_01…

    Exit code: 0 it holds · 1 the cause is named · 2 it is unknown · 4 no such file, signature or key.
    """
    if serial is not None and len(key_files) != 1:
        raise UsageError(
            "a serial belongs to one key", where="--serial", remedy="name that key with --key, and no other"
        )
    message = message_in(_read(request_file), str(request_file))
    named = tuple(_named(file, serial) for file in key_files)
    rest = () if env_file is None else keys_in(EnvFile.read(env_file))
    if not (named or rest):
        raise UsageError(
            "no key is named to try it with",
            where="--key",
            remedy="name the certificate or key of whoever signed it, or the app's settings with --env-file",
        )
    arrived = _arrived(message, moment)
    try:
        found, notes = _diagnosed(message, lambda kind: _ring(kind, named, rest), arrived)
    except Unsigned:
        raise UsageError(
            "nothing in it is a signature of WeChat Pay, Alipay or the envelope dialect",
            where=str(request_file),
            remedy="keep Authorization, Wechatpay-*, sign or signature as they were sent",
        ) from None
    if machine_readable:
        document = {"schema": 1, "file": str(request_file), "age_judged": arrived is not None}
        print_document(json.dumps({**document, **found.as_document()}, ensure_ascii=False, indent=2))
    else:
        for line in _told(found, lang or terminal_language(), notes):
            click.echo(line)
    context.exit(_EXIT[found.state])


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}", where=str(file), remedy="name a file that is there"
        ) from error
    if len(raw) > LARGEST:
        raise UsageError(
            f"it is larger than {LARGEST // 1024} KiB", where=str(file), remedy="keep one message in a file"
        )
    return raw


def _named(file: Path, serial: str | None) -> NamedKey:
    """A key of the command line: of a certificate, its serial as well."""
    raw, source = _read(file), str(file)
    private = b"PRIVATE KEY" in raw
    key = (
        load_private_key(source, name=source).public_key()
        if private
        else load_public_key(source, name=source)
    )
    return NamedKey(Text.same(file.name), key, (serial or _serial(raw)).upper())


def _serial(raw: bytes) -> str:
    """Of a certificate; empty where it is none."""
    for read in (x509.load_pem_x509_certificate, x509.load_der_x509_certificate):
        with suppress(ValueError):
            return f"{read(raw).serial_number:040X}"
    return ""


def _ring(kind: Kind, named: tuple[NamedKey, ...], rest: tuple[NamedKey, ...]) -> Keyring:
    """Keys of the command line are right for whatever comes; those of a file by what each is for."""
    if not rest:
        return Keyring(named)
    ring = keyring_of(kind, rest)
    return Keyring(named, (*ring.right, *ring.others), ring.other_serials) if named else ring


def _arrived(message: Message, moment: str | None) -> float | None:
    """Unix seconds; an answer tells it in `Date`."""
    if moment is not None:
        try:
            read = datetime.fromisoformat(moment)
            return (read if read.tzinfo else read.astimezone(UTC)).timestamp()
        except (ValueError, OverflowError):  # of the years 1 and 9999 some hours are in no other zone
            raise UsageError(
                f"{moment!r} is no moment", where="--at", remedy="write e.g. 2026-11-30T09:30:00+08:00"
            ) from None
    try:
        return parsedate_to_datetime(message.header("date")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _diagnosed(
    message: Message, keys: Callable[[Kind], Keyring], arrived: float | None
) -> tuple[Diagnosis, list[str]]:
    """The diagnosis, and by names of sentences what the file leaves open.

    Whether a line end after the body was sent or is an editor's, only `Content-Length` tells. Without that,
    what is found without the line end counts, and where everything turns on it nothing is named.

    Raises:
        Unsigned: it carries no signature that is known here.
    """
    notes = ["age"] if arrived is None else []
    found = diagnose(message, keys, now=arrived)
    if found.state is State.HOLDS or message.header("content-length") or not message.body.endswith(b"\n"):
        return found, notes
    bare = replace(message, body=message.body.removesuffix(b"\n").removesuffix(b"\r"))
    without = diagnose(bare, keys, now=arrived)
    if without.state is State.HOLDS:
        return replace(found, state=State.UNKNOWN, cause=None, sentence=_WORDS["line_end_decides"]), notes
    if without.state is State.NAMED and without.cause != found.cause:
        return without, ["line_end_taken_off", *notes]
    return found, ["line_end", *notes]


def _told(found: Diagnosis, language: Language, notes: Iterable[str]) -> Iterator[str]:
    yield _WORDS[found.state.value].filled(cause=found.cause).spoken(language)
    if found.state is not State.HOLDS:
        yield f"  {found.sentence.spoken(language)}"
    for fact in found.certain:
        yield f"  · {fact.spoken(language)}"
    for note in notes:
        yield f"  · {_WORDS[note].spoken(language)}"
    if found.expected:
        yield _WORDS["expected"].filled(bytes=len(found.expected.encode())).spoken(language)
        yield from (f"    {line}" for line in _lines(found.expected))
    if found.signed is not None and found.signed != found.expected:
        yield _WORDS["signed"].filled(bytes=len(found.signed.encode())).spoken(language)
        for wanted, was in zip_longest(_lines(found.expected), _lines(found.signed)):
            yield f"  {' ' if wanted == was else '≠'} {was or ''}"


def _lines(text: str) -> list[str]:
    """Its lines, each with the mark of its end, and nothing that a terminal obeys; only LF ends one."""
    return [plain(line.replace("\ufeff", "\\ufeff")).replace("\n", "↵") for line in StringIO(text)]
