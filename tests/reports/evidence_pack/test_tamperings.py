"""Whatever is done to a pack, verifying it ends with the reason, and with no verdict."""

from __future__ import annotations

import errno
import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.core.control import Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.pack import envelope, shape, statement
from harness.evidence.pack.refusal import PackRefused
from harness.evidence.seal import seal
from harness.evidence.seal_key import KEY_FILE, public_text
from reports.evidence_pack.make import make_pack
from reports.evidence_pack.reading import write_reading
from reports.evidence_pack.verify import Verified, verify_pack
from reports.judging import judge_record
from tests.reports.evidence_pack.packed_run import HOME, RESTED_ON, RUN, Pack, recorded, zipped
from tests.reports.sample_run import outcomes, sample_run

Tamper = Callable[[Pack], bytes]
RESULTS, PAGE, REPORT = f"{HOME}/results.ndjson", f"{HOME}/report.html", f"{HOME}/report.json"
CHECKLIST = f"{HOME}/snapshots/checklist.json"
PICTURE = f"{HOME}/artifacts/pay-02-1.png"
ODD = f"{HOME}/artifacts/"


def one_byte(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


def stranger() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def envelope_with(pack: Pack, **changed: object) -> bytes:
    told = json.loads(pack.members[statement.MEMBER]) | changed
    return pack.rewritten({statement.MEMBER: json.dumps(told).encode() + b"\n"})


def payload_of(pack: Pack, change: Callable[[Any], object]) -> bytes:
    """Another payload, signed by the pinned key."""
    told = json.loads(pack.stated.model_dump_json(by_alias=True))
    change(told)
    signed = envelope.sign(json.dumps(told).encode(), pack.key)
    return pack.rewritten({statement.MEMBER: signed})


def with_mode(pack: Pack, mode: int) -> bytes:
    _, entry = pack.header(PICTURE)
    return pack.patched((entry + 38, "<L", mode << 16))


def both_headers(pack: Pack, local_at: int, entry_at: int, form: str, number: int) -> bytes:
    local, entry = pack.header(PICTURE)
    return pack.patched((local + local_at, form, number), (entry + entry_at, form, number))


def renamed(pack: Pack, name: str) -> bytes:
    return zipped((name if each == PICTURE else each, data) for each, data in pack.members.items())


def added(pack: Pack, *names: str) -> bytes:
    return zipped([*pack.members.items(), *((name, b"x") for name in names)])


def bomb(pack: Pack) -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    return pack.resigned({f"{HOME}/artifacts/black.bin": bytes(100 << 20)})


def claims_little(pack: Pack) -> bytes:
    """More than its headers claim comes out of a member."""
    data = pack.rewritten({RESULTS: bytes(30 << 20)})
    larger = Pack(data, pack.place, pack.key)
    local, entry = larger.header(RESULTS)
    return larger.patched((local + 22, "<L", 10), (entry + 24, "<L", 10))


def zip64(pack: Pack) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in pack.members.items():
            with archive.open(zipfile.ZipInfo(name, shape.DATE), "w", force_zip64=True) as member:
                member.write(data)
    return made.getvalue()


def zip64_end(pack: Pack) -> bytes:
    locator = shape.ZIP64_SIGN + bytes(16)
    return pack.data[:-22] + locator + pack.data[-22:]


def hidden_between(pack: Pack) -> bytes:
    """A member that the directory does not name, before the directory."""
    start = int.from_bytes(pack.data[-6:-2], "little")
    moved = (start + 5).to_bytes(4, "little")
    return pack.data[:start] + b"PK\3\4!" + pack.data[start:-6] + moved + pack.data[-2:]


def other_statement(pack: Pack) -> bytes:
    runs = pack.place / "others"
    record = sample_run(runs, "another")
    other = make_pack(record.folder, pack.place / "other.zip").path
    with zipfile.ZipFile(other) as archive:
        return pack.rewritten({statement.MEMBER: archive.read(statement.MEMBER)})


def same_named_statement(pack: Pack) -> bytes:
    record = recorded(pack.place / "others" / "runs", host="127.0.0.1:9999")
    (pack.place / "others" / "papers").mkdir()
    for name in ("papers/ledger.ndjson", "papers/审批.txt"):
        (pack.place / "others" / name).write_bytes(pack.members[name])
    other = make_pack(record.folder, pack.place / "other.zip").path
    with zipfile.ZipFile(other) as archive:
        return pack.rewritten({statement.MEMBER: archive.read(statement.MEMBER)})


def other_name(pack: Pack) -> bytes:
    moved = {name: data for name, data in pack.members.items() if name.startswith(f"{HOME}/")}
    here = {name.replace(HOME, "runs/later"): data for name, data in moved.items()}
    return pack.resigned(here | dict.fromkeys(moved), run="later")


def older_seal(folder: Path) -> None:
    older = sample_run(folder.parent.parent / "older", RUN)
    (folder / "seal.json").write_bytes((older.folder / "seal.json").read_bytes())


def edited(folder: Path) -> None:
    path = folder / "results.ndjson"
    path.write_text(path.read_text("utf-8").replace('"exercised":3', '"exercised":9', 1), "utf-8")


def reordered(folder: Path) -> None:
    path = folder / "results.ndjson"
    path.write_text("".join(reversed(path.read_text("utf-8").splitlines(keepends=True))), "utf-8")


def sealed_by_a_stranger(folder: Path) -> None:
    edited(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, str(folder.parent.parent / "stranger.key"))
        seal(folder, RUN)


def laxer_checklist(folder: Path) -> None:
    path = folder / "snapshots" / "checklist.json"
    path.write_text(path.read_text("utf-8").replace('"severity": "F"', '"severity": "S"'), "utf-8")


def newer_record(folder: Path) -> None:
    told = json.loads((folder / "run.json").read_text("utf-8")) | {"schema": 2}
    (folder / "run.json").write_text(json.dumps(told), "utf-8")


def invented_history(folder: Path) -> None:
    """What an earlier run never found, sealed by the owner of the key."""
    path = folder / "snapshots" / "history.json"
    path.write_text(path.read_text("utf-8").replace('"exercised": 3', '"exercised": 7'), "utf-8")
    seal(folder, RUN)


def of_another_moment(folder: Path) -> None:
    record = RunRecord.open(folder)
    write_reading(record, judge_record(record, record.as_of + timedelta(days=1)), folder)


def page_of_another_moment(folder: Path) -> None:
    report = (folder / "report.json").read_bytes()
    of_another_moment(folder)
    (folder / "report.json").write_bytes(report)


def failing_record(pack: Pack) -> bytes:
    """The record of a NO-GO with a statement that says GO, both by the owner of the key."""
    record = recorded(pack.place / "bad" / "runs", registered=("CBK-02", RESTED_ON))
    bad = make_pack(record.folder, pack.place / "bad.zip").path
    return Pack(bad.read_bytes(), pack.place / "bad", pack.key).resigned(
        verdicts=pack.stated.predicate.verdicts
    )


TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "an unknown signer": (lambda p: p.resigned(key=stranger()), "unknown-signer"),
    "signed anew by another under the name of the pinned key": (
        lambda p: p.rewritten(
            {
                statement.MEMBER: p.members[statement.MEMBER].replace(
                    json.loads(p.members[statement.MEMBER])["signatures"][0]["sig"].encode(),
                    b"A" * 86 + b"==",
                )
            }
        ),
        "signature",
    ),
    "a statement with one letter changed": (
        lambda p: envelope_with(
            p, payload=json.loads(p.members[statement.MEMBER])["payload"].replace("a", "b", 1)
        ),
        "signature",
    ),
    "another payload type": (lambda p: envelope_with(p, payloadType="text/plain"), "payload-type"),
    "no signature": (lambda p: envelope_with(p, signatures=[]), "statement"),
    "two signatures": (
        lambda p: envelope_with(p, signatures=2 * json.loads(p.members[statement.MEMBER])["signatures"]),
        "statement",
    ),
    "something beside the signature": (lambda p: envelope_with(p, note="trust me"), "statement"),
    "a statement that is no JSON": (lambda p: p.rewritten({statement.MEMBER: b"{"}), "statement"),
    "no statement": (lambda p: p.rewritten({statement.MEMBER: None}), "no-statement"),
    "a statement about something else": (
        lambda p: payload_of(p, lambda told: told.update(predicateType="https://slsa.dev/provenance/v1")),
        "predicate-type",
    ),
    "a statement without subjects' digests": (
        lambda p: payload_of(p, lambda told: told.update(subject=[{"name": RESULTS}])),
        "statement",
    ),
    "a pack of a newer shape": (
        lambda p: payload_of(p, lambda told: told.update(predicateType=f"{statement.PREDICATE}2")),
        "too-new",
    ),
    "a record of a newer shape": (lambda p: p.with_record(newer_record), "too-new"),
    "a member added": (lambda p: added(p, f"{HOME}/artifacts/more.png"), "member-added"),
    "a member removed": (lambda p: p.rewritten({PICTURE: None}), "member-gone"),
    "a member renamed": (lambda p: renamed(p, f"{ODD}pay-02-9.png"), "member-added"),
    "a member twice": (lambda p: added(p, PICTURE), "name-twice"),
    "a member changed by one byte": (
        lambda p: p.rewritten({PICTURE: one_byte(p.members[PICTURE])}),
        "member-changed",
    ),
    "a byte changed in the zip itself": (
        lambda p: p.patched((p.header(PICTURE)[0] + 200, "<B", 7)),
        "member-damaged",
    ),
    "a member cut short": (lambda p: p.rewritten({RESULTS: p.members[RESULTS][:-40]}), "member-changed"),
    "the page replaced": (lambda p: p.rewritten({PAGE: b"<h1>GO</h1>"}), "member-changed"),
    "headers that differ in a name": (
        lambda p: p.patched((p.header(PICTURE)[0] + 30, "<B", ord("R"))),
        "header-mismatch",
    ),
    "headers that differ in a size": (
        lambda p: p.patched((p.header(PICTURE)[0] + 22, "<L", 5)),
        "header-mismatch",
    ),
    "an absolute path": (lambda p: added(p, "/etc/cron.d/x"), "name-absolute"),
    "a path with a drive": (lambda p: added(p, "C:/x"), "name-absolute"),
    "a path that leads out": (lambda p: added(p, "runs/../../x"), "name-outside"),
    "a path with backslashes": (lambda p: added(p, "runs\\..\\x"), "name-backslash"),
    "a name with NUL": (lambda p: zip_with_raw_name(p, b"a\x00b"), "name-control"),
    "a name with an escape": (lambda p: added(p, "a\x1b[2Kb"), "name-control"),
    "a name with a bidi mark": (lambda p: added(p, "a\u202egnp.exe"), "name-control"),
    "a name with a character that nobody sees": (lambda p: added(p, "papers/x\u200b"), "name-control"),
    "a stream of another file": (lambda p: added(p, "papers/ledger.ndjson::$DATA"), "name-odd"),
    "a device of Windows": (lambda p: added(p, "papers/nul.txt"), "name-odd"),
    "a name that is no UTF-8": (lambda p: zip_with_raw_name(p, b"a\xffb"), "name-odd"),
    "a name with an empty part": (lambda p: added(p, "runs//x"), "name-odd"),
    "a name that ends with a dot": (lambda p: added(p, "runs/x."), "name-odd"),
    "a name of a thousand letters": (lambda p: added(p, "a" * 1000), "name-long"),
    "names that differ in case": (lambda p: added(p, PICTURE.upper()), "name-twins"),
    "names that differ in composition": (
        lambda p: added(p, "papers/e\u0301", "papers/\u00e9"),
        "name-unnormal",
    ),
    "names that are compatible": (lambda p: added(p, "papers/\ufb01", "papers/fi"), "name-twins"),
    "a file that is a folder, too": (lambda p: added(p, f"{PICTURE}/x"), "name-folder"),
    "a symbolic link": (lambda p: with_mode(p, 0o120777), "link"),
    "a folder": (lambda p: with_mode(p, 0o040755), "folder"),
    "a folder by its name": (lambda p: zip_with_raw_name(p, b"runs/x/"), "folder"),
    "a device": (lambda p: with_mode(p, 0o020666), "header"),
    "a file to be run": (lambda p: with_mode(p, 0o100755), "header"),
    "a zip bomb": (bomb, "bomb"),
    "a member that holds more than it claims": (claims_little, "member-damaged"),
    "a size that stands elsewhere": (
        lambda p: both_headers(p, 22, 24, "<L", 0xFFFFFFFF),
        "zip64",
    ),
    "a zip64 without need": (zip64, "header"),
    "an end in zip64": (zip64_end, "zip64"),
    "encrypted": (lambda p: both_headers(p, 6, 8, "<H", 1), "encrypted"),
    "sizes after the data": (lambda p: both_headers(p, 6, 8, "<H", 8), "header"),
    "a wrong method": (lambda p: both_headers(p, 8, 10, "<H", 12), "method"),
    "packed said to be unpacked": (
        lambda p: Pack(p.data, p.place).patched(
            *((at, "<H", 0) for at in (p.header(RESULTS)[0] + 8, p.header(RESULTS)[1] + 10))
        ),
        "header",
    ),
    "another date": (lambda p: both_headers(p, 12, 14, "<H", 0x5A21), "header"),
    "data before the zip": (lambda p: b"#!/bin/sh\n" + p.data, "prepended"),
    "data after the zip": (lambda p: p.data + b"x", "appended"),
    "a second zip after the zip": (lambda p: p.data + p.data, "prepended"),
    "data between members and directory": (hidden_between, "bytes-between"),
    "a comment": (lambda p: p.data[:-2] + b"\x05\x00hello", "comment"),
    "a part of several": (lambda p: p.data[:-18] + b"\x01" + p.data[-17:], "split"),
    "a zip cut in half": (lambda p: p.data[: len(p.data) // 2], "truncated"),
    "a zip without its last byte": (lambda p: p.data[:-1], "truncated"),
    "an empty file": (lambda _: b"", "empty"),
    "an empty zip": (lambda _: zipped([]), "prepended"),
    "no zip": (lambda _: b"%PDF-1.7\n" * 100, "no-zip"),
    "a statement of another run": (other_statement, "member-added"),
    "a statement of another run of that name": (same_named_statement, "member-changed"),
    "an earlier run passed for the one": (lambda p: p.resigned(run="earlier"), "seal"),
    "a record under another name": (other_name, "other-run"),
    "a run that is not there": (lambda p: p.resigned(run="tomorrow"), "record"),
    "a run outside of the pack": (
        lambda p: payload_of(p, lambda told: told["predicate"].update(run="../../runs/now")),
        "statement",
    ),
    "an earlier run outside of the pack": (
        lambda p: payload_of(p, lambda told: told["predicate"]["earlier"][0].update(run="..")),
        "statement",
    ),
    "a member without a digest": (
        lambda p: payload_of(p, lambda told: told["subject"][0].update(digest={})),
        "statement",
    ),
    "an older seal": (lambda p: p.with_record(older_seal), "seal"),
    "an edited record": (lambda p: p.with_record(edited), "seal"),
    "an edited record, sealed by a stranger": (lambda p: p.with_record(sealed_by_a_stranger), "seal"),
    "results in another order": (lambda p: p.with_record(reordered), "seal"),
    "a laxer checklist": (lambda p: p.with_record(laxer_checklist), "seal"),
    "no seal": (lambda p: p.with_record(lambda folder: (folder / "seal.json").unlink()), "seal"),
    "another checklist in the statement": (lambda p: p.resigned(checklist_digest="0" * 64), "checklist"),
    "a report of another moment": (lambda p: p.with_record(of_another_moment), "report"),
    "a page of another moment": (lambda p: p.with_record(page_of_another_moment), "page"),
    "another moment in the statement": (
        lambda p: p.resigned(as_of=p.stated.predicate.as_of + timedelta(days=1)),
        "report",
    ),
    "a moment long after": (
        lambda p: p.resigned(as_of=p.stated.predicate.as_of + timedelta(days=60)),
        "verdict",
    ),
    "a moment before the run's end": (
        lambda p: p.resigned(as_of=p.stated.predicate.as_of - timedelta(seconds=5)),
        "as-of",
    ),
    "another verdict in the statement": (
        lambda p: p.resigned(verdicts=dict.fromkeys(p.stated.predicate.verdicts, "GO")),
        "verdict",
    ),
    "a record that gives another verdict": (failing_record, "verdict"),
    "another subject in the statement": (lambda p: p.resigned(subject="sha256:of another app"), "predicate"),
    "another grade in the statement": (lambda p: p.resigned(grade="production"), "predicate"),
    "an earlier run left out of the statement": (lambda p: p.resigned(earlier=()), "strange"),
    "an earlier run that found something else": (
        lambda p: p.with_record(invented_history, checklist_digest=sha256(p.members[CHECKLIST]).hexdigest()),
        "earlier",
    ),
    "an earlier run's results changed": (
        lambda p: p.resigned({"runs/earlier/results.ndjson": p.members["runs/earlier/results.ndjson"] * 2}),
        "earlier",
    ),
    "a folder that belongs to no pack": (lambda p: p.resigned({"more/x": b"x"}), "strange"),
    "a run that nobody rests on": (lambda p: p.resigned({"runs/x/run.json": b"{}"}), "strange"),
}


def zip_with_raw_name(pack: Pack, raw: bytes) -> bytes:
    """A member more, whose name `zipfile` would not write so."""
    placeholder = b"#" * len(raw)
    return added(pack, placeholder.decode()).replace(placeholder, raw)


def test_the_pack_itself_holds(pack: Pack, verified: Callable[[bytes], Verified]) -> None:
    found = verified(pack.data)
    assert found.predicate.run == RUN
    assert found.predicate.verdicts["rehearsal"] == "GO"
    assert found.judgement.gates["rehearsal"].verdict == "GO"
    assert found.notes == ()


def test_writing_it_anew_unchanged_gives_a_pack_that_holds(
    pack: Pack, verified: Callable[[bytes], Verified]
) -> None:
    assert pack.rewritten({}) == pack.data
    assert verified(pack.resigned()).notes == ()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_pack_is_refused_with_its_reason(
    name: str, pack: Pack, verified: Callable[[bytes], Verified]
) -> None:
    tamper, reason = TAMPERINGS[name]
    data = tamper(pack)
    assert data != pack.data
    with pytest.raises(PackRefused) as refused:
        verified(data)
    assert refused.value.reason == reason, str(refused.value)
    assert refused.value.exit_code == (2 if reason == "too-new" else 1)


def test_there_are_more_than_two_dozen_tamperings() -> None:
    assert len(TAMPERINGS) >= 24


@pytest.mark.parametrize("seed", range(40))
def test_no_flipped_bit_goes_unnoticed(seed: int, pack: Pack, verified: Callable[[bytes], Verified]) -> None:
    at = int(sha256(f"bit {seed}".encode()).hexdigest(), 16) % (8 * len(pack.data))
    data = bytearray(pack.data)
    data[at // 8] ^= 1 << at % 8
    with pytest.raises(PackRefused):
        verified(bytes(data))


def test_nothing_of_a_refused_pack_stays_on_the_disk(
    pack: Pack, verified: Callable[[bytes], Verified], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with suppress(PackRefused):
        verified(pack.rewritten({PAGE: b"x"}))
    verified(pack.data)
    assert list(scratch.iterdir()) == []


def test_without_room_to_unpack_it_says_where_room_is_wanted(
    pack: Pack, verified: Callable[[bytes], Verified], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("reports.evidence_pack.verify._unpack", full)
    with pytest.raises(UsageError, match=r"no room to work in: No space left on device.*TMPDIR"):
        verified(pack.data)


def test_a_bomb_is_refused_before_it_is_unpacked(
    pack: Pack, verified: Callable[[bytes], Verified], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bomb(pack)
    monkeypatch.setattr(zlib, "decompressobj", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(PackRefused, match="would unpack to"):
        verified(data)


def test_a_red_run_is_packed_and_verified_as_what_it_is(
    tmp_path: Path, verified: Callable[[bytes], Verified]
) -> None:
    record = sample_run(tmp_path / "runs", change=outcomes({"CBK-11": Outcome.FAIL}))
    made = make_pack(record.folder, tmp_path / "red.zip")
    assert verified(made.path.read_bytes()).predicate.verdicts["rehearsal"] == "NO-GO"


def test_a_record_that_a_colleague_sealed_wants_their_key_pinned_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verified: Callable[[bytes], Verified]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, str(tmp_path / "colleague.key"))
        record = sample_run(tmp_path / "runs")
    monkeypatch.setenv("GOLIVE_TRUSTED_KEYS", record.sealed_by)
    made = make_pack(record.folder, tmp_path / "theirs.zip")
    assert made.predicate.sealed_by == record.sealed_by != made.signed_by
    with pytest.raises(PackRefused, match="sealed with another key"):
        verified(made.path.read_bytes())


def test_the_machines_own_key_is_not_believed_unless_it_is_pinned(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "own.zip"
    path.write_bytes(pack.data)
    with pytest.raises(PackRefused, match="not pinned here"):
        verify_pack(path, {public_text(stranger())})
