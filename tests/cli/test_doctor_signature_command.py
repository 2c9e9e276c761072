"""`golive doctor signature`: offline, about one recorded message, in two languages and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import doctor
from harness.core.errors import ConfigurationError, UsageError
from harness.signing import keys
from harness.signing.diagnosis.message import Message
from tests.signing.diagnosis.planted import BODY, GET, KEY, MCP, POST, QUERY, SERIAL, STRANGER, signature
from tests.signing.diagnosis.planted_members import ASKED, asked, canonical, envelope, text
from tests.signing.diagnosis.planted_messages import RAW, callback

LF, CRLF = "\n", "\r\n"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A settings file: one key in it, one beside it, one of another interface."""
    (tmp_path / "app.pem").write_text(keys.private_pem(KEY), "utf-8")
    file = tmp_path / ".env"
    lines = {
        "WECHAT_PAY_PRIVATE_KEY": keys.bare_private(KEY),
        "WECHAT_PAY_CERT_SERIAL": SERIAL,
        "WECHAT_MCP_PRIVATE_KEY": keys.bare_private(MCP),
        "WECHAT_PAY_PUBLIC_KEY": keys.bare_public(KEY.public_key()),
        "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_01",
        "ALIPAY_PRIVATE_KEY": "app.pem",
    }
    file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
    return file


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The public key alone."""
    file = tmp_path / "pub.pem"
    file.write_text(keys.public_pem(KEY.public_key()), "utf-8")
    return file


def kept(folder: Path, message: Message, *, end: str = CRLF, before: str = "", after: bytes = b"") -> Path:
    """A message as a file."""
    first = f"{message.method} {message.target} HTTP/1.1" if message.method else "HTTP/1.1 200 OK"
    head = end.join([first, *(f"{name}: {value}" for name, value in message.headers)])
    file = folder / "message.http"
    file.write_bytes(f"{before}{head}{end}{end}".encode() + message.body + after)
    return file


def looked_at(file: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(
        doctor.command, ["signature", str(file), *map(str, arguments)], env={"LC_ALL": "C"}
    )


def test_a_named_cause_ends_with_1_and_shows_both_texts(tmp_path: Path, settings: Path) -> None:
    file = kept(tmp_path, GET.signing(target=QUERY.partition("?")[0]))
    told = looked_at(file, "--env-file", settings, "--lang", "en")
    path = QUERY.partition("?")[0]
    assert told.exit_code == 1
    lines = told.output.splitlines()
    assert lines[0] == "✗ query-left-out"
    assert f"    {QUERY}↵" in lines
    assert f"  ≠ {path}↵" in lines
    chinese = looked_at(file, "--env-file", settings, "--lang", "zh").output
    assert "签名时漏掉了查询串" in chinese
    assert "应签文本" in chinese


def test_one_that_holds_ends_with_0_and_one_that_nobody_explains_with_2(tmp_path: Path, public: Path) -> None:
    assert looked_at(kept(tmp_path, POST.signing()), "--key", public).exit_code == 0
    unknown = looked_at(kept(tmp_path, POST.sent(signature(POST.text(), key=STRANGER))), "--key", public)
    assert unknown.exit_code == 2
    assert "none of the 1 keys that are known here opens it" in unknown.output


@pytest.mark.parametrize("end", [LF, CRLF], ids=["LF", "CRLF"])
@pytest.mark.parametrize("before", ["", "\n# a note\n### another\n", "\ufeff"], ids=["", "notes", "BOM"])
def test_a_file_of_an_editor_is_read_as_what_was_sent(
    tmp_path: Path, public: Path, end: str, before: str
) -> None:
    message = POST.signing()
    sized = Message(
        # In UTF-8 its last byte is a line end of Unicode's, and of nobody's who speaks HTTP.
        headers=(("X-Shop", "关"), *message.headers, ("Content-Length", str(len(message.body)))),
        body=message.body,
        method="POST",
        target=f"https://pay.example.com{message.target}",
    )
    for sent in (sized, GET.signing()):
        file = kept(tmp_path, sent, end=end, before=before, after=b"\n")
        assert looked_at(file, "--key", public).exit_code == 0


def test_a_line_end_that_an_editor_may_have_added_is_told_of(tmp_path: Path, public: Path) -> None:
    message = POST.signing()
    added = looked_at(kept(tmp_path, message, after=b"\n"), "--key", public, "--lang", "en")
    assert added.exit_code == 2
    assert "Take it off if an editor put it there; if it was sent" in added.output
    wrong = looked_at(kept(tmp_path, POST.signing(method="post"), after=b"\n"), "--key", public)
    assert (wrong.exit_code, wrong.output.splitlines()[0]) == (1, "✗ method-lower-case")
    assert "found without the line end after the body" in wrong.output
    sent = replace(POST, body=BODY + b"\n").signing(method="post")
    assert looked_at(kept(tmp_path, sent), "--key", public).output.splitlines()[0] == "✗ method-lower-case"
    stranger = POST.sent(signature(POST.text(), key=STRANGER))
    unknown = looked_at(kept(tmp_path, stranger, after=b"\n"), "--key", public)
    assert "take it off if an editor put it there" in unknown.output
    assert "an editor" not in looked_at(kept(tmp_path, message), "--key", public, "--lang", "en").output


@pytest.mark.parametrize(
    ("head", "before"),
    [
        (":method: GET\n:authority: pay.example.com\n:path: {target}\n", ""),
        (
            "> GET {target} HTTP/2\n> Host: pay.example.com\n* a word of curl's\n",
            "* Trying 127.0.0.1:443...\n",
        ),
    ],
    ids=["HTTP/2", "curl -v"],
)
def test_a_head_is_read_as_others_write_it(tmp_path: Path, public: Path, head: str, before: str) -> None:
    message = GET.signing()
    mark = "> " if before else ""
    file = tmp_path / "message.http"
    lines = "".join(f"{mark}{name}: {value}\n" for name, value in message.headers if name != "Host")
    first, _, rest = head.partition("* ")
    end = f"{mark}\n< HTTP/2 401\n< content-type: application/json\n\n{{}}" if before else "\n"
    file.write_text(before + first.format(target=message.target) + lines + end, "utf-8")
    assert rest or not before
    assert looked_at(file, "--key", public).exit_code == 0


def test_a_body_that_is_not_the_one_that_was_sent_is_not_diagnosed(tmp_path: Path, public: Path) -> None:
    """Else what an editor or a cut log did would be laid to whoever signed."""
    message = POST.signing()
    for size in (0, 1, len(message.body) - 1, len(message.body) + 1):
        sized = Message(
            headers=(*message.headers, ("Content-Length", str(size))),
            body=message.body,
            method="POST",
            target=message.target,
        )
        told = looked_at(kept(tmp_path, sized), "--key", public)
        assert isinstance(told.exception, UsageError)
        assert f"its body has {len(message.body)} bytes, and Content-Length says {size}" in str(
            told.exception
        )


def test_programs_get_both_languages_and_the_exact_texts(tmp_path: Path, settings: Path) -> None:
    told = looked_at(kept(tmp_path, asked(text(ASKED, "sign_type"))), "--env-file", settings, "--json")
    report = json.loads(told.output)
    assert told.exit_code == 1
    assert (report["schema"], report["state"], report["cause"]) == (1, "named", "sign-type-dropped")
    assert report["kind"] == "alipay-request"
    assert report["expected"] == text(ASKED)
    assert report["signed"] == text(ASKED, "sign_type")
    assert report["sentence"]["zh"].startswith("签名时去掉了 sign_type")


def test_keys_of_a_settings_file_are_known_by_what_each_is_for(tmp_path: Path, settings: Path) -> None:
    def cause(message: Message) -> object:
        told = looked_at(kept(tmp_path, message), "--env-file", settings, "--json")
        return json.loads(told.output)["cause"]

    assert cause(POST.sent(signature(POST.text(), key=MCP))) == "wrong-key"
    assert cause(envelope(canonical())) == "wrong-key"
    late = callback(RAW + b"\r\n", serial="PUB_KEY_ID_01")
    length = ("Content-Length", str(len(RAW) + 2))
    assert cause(replace(late, headers=(*late.headers, length))) == "body-trimmed"
    assert cause(callback(RAW, serial="PUB_KEY_ID_02")) == "wrong-serial"


def test_age_is_judged_where_the_moment_of_arrival_is_known(tmp_path: Path, public: Path) -> None:
    file = kept(tmp_path, POST.signing())
    assert "its age is not judged" in looked_at(file, "--key", public).output
    late = looked_at(file, "--key", public, "--at", "2020-01-01T00:00:00+08:00")
    assert (late.exit_code, late.output.splitlines()[0]) == (1, "✗ stale-clock")


@pytest.mark.parametrize(
    ("written", "arguments", "why"),
    [
        (b"", ("--key", "pub.pem"), "neither a request line nor a status line"),
        (b"POST / HTTP/1.1\nno header\n\n", ("--key", "pub.pem"), "a line that is no header"),
        (b"POST / HTTP/1.1\nContent-Encoding: br\n\n\xff", ("--key", "pub.pem"), "packed (br)"),
        (b"POST / HTTP/1.1\nHost: a\n\n{}", ("--key", "pub.pem"), "nothing in it is a signature"),
        (b"POST / HTTP/1.1\n\n", (), "no key is named"),
        (b"POST / HTTP/1.1\n\n", ("--key", "none.pem"), "cannot be read"),
        (b"POST / HTTP/1.1\n\n", ("--key", "message.http"), "base64 nor the path of a file"),
        (b"POST / HTTP/1.1\n\n", ("--serial", "1"), "a serial belongs to one key"),
        (b"POST / HTTP/1.1\n\n", ("--env-file", "none.env"), "there is no such file"),
        (b"POST / HTTP/1.1\n\n", ("--env-file", "empty.env"), "it holds no key"),
        (b"GET / HTTP/1.1\nX: 1\n\n", ("--key", "pub.pem", "--at", "soon"), "is no moment"),
        (b"GET / HTTP/1.1\nX: 1\n\n", ("--key", "pub.pem", "--at", "0001-01-01"), "is no moment"),
        (b"x" * 1_100_000, ("--key", "pub.pem"), "larger than 1024 KiB"),
    ],
)
def test_what_cannot_be_looked_into_says_why(
    tmp_path: Path, public: Path, written: bytes, arguments: tuple[str, ...], why: str
) -> None:
    file = tmp_path / "message.http"
    file.write_bytes(written)
    (tmp_path / "empty.env").write_text("A=1\n", "utf-8")
    placed = [str(tmp_path / each) if "." in each else each for each in arguments]
    told = looked_at(file, *placed)
    assert isinstance(told.exception, UsageError | ConfigurationError)
    assert why in str(told.exception)
    assert told.exception.exit_code == 4
