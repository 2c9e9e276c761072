"""A pack without any code of ours: unzipped by Info-ZIP, its statement read and verified by two libraries."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf.json_format import Parse
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from harness.evidence.pack import envelope
from harness.evidence.pack.refusal import PackRefused
from harness.evidence.pack.statement import MEMBER, PREDICATE
from harness.evidence.seal_key import own_key, public_text
from tests.reports.evidence_pack.packed_run import HOME, packed


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a pack, as `unzip` lays them out."""
    place = tmp_path_factory.mktemp("interop")
    (place / "given.zip").write_bytes(packed(place / "made"))
    done = subprocess.run(
        ["unzip", "-q", "given.zip", "-d", "out"], cwd=place, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return place / "out"


def their_key() -> SSlibKey:
    """Our key as securesystemslib knows one, made of its raw 32 bytes."""
    raw = own_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SSlibKey(public_text(own_key()), "ed25519", "ed25519", {"public": raw.hex()})


def theirs(unzipped: Path) -> Envelope:
    return Envelope.from_dict(json.loads((unzipped / MEMBER).read_bytes()))


def test_securesystemslib_verifies_our_envelope(unzipped: Path) -> None:
    accepted = theirs(unzipped).verify([their_key()], 1)
    assert set(accepted) == {public_text(own_key())}


def test_securesystemslib_refuses_what_was_changed(unzipped: Path) -> None:
    changed = theirs(unzipped)
    changed.payload = changed.payload.replace(b'"NOT YET"', b'"GO"', 1)
    with pytest.raises(VerificationError):
        changed.verify([their_key()], 1)


def test_both_sign_the_same_bytes(unzipped: Path) -> None:
    read = theirs(unzipped)
    assert read.pae() == envelope.encoded(read.payload_type, read.payload)
    signer = CryptoSigner(own_key(), their_key())
    again = Envelope(read.payload, read.payload_type, {})
    assert again.sign(signer).signature == next(iter(read.signatures.values())).signature


def test_we_open_what_securesystemslib_signed() -> None:
    made = Envelope(b"{}", envelope.IN_TOTO, {})
    made.sign(CryptoSigner(own_key(), their_key()))
    data = json.dumps(made.to_dict()).encode() + b"\n"
    assert envelope.open_envelope(data, {public_text(own_key())}).payload == b"{}"
    with pytest.raises(PackRefused, match="not pinned"):
        envelope.open_envelope(data, set())


def test_in_totos_own_library_reads_the_statement(unzipped: Path) -> None:
    payload = b64decode(json.loads((unzipped / MEMBER).read_bytes())["payload"])
    read = Statement.copy_from_pb(Parse(payload, StatementMessage()))
    read.validate()
    assert read.pb.predicate_type == f"{PREDICATE}1"
    assert read.pb.predicate["verdicts"]["rehearsal"] == "GO"
    assert read.pb.predicate["run"] == HOME.rpartition("/")[2]


def test_its_subjects_are_the_files_that_unzip_laid_out(unzipped: Path) -> None:
    payload = json.loads(b64decode(json.loads((unzipped / MEMBER).read_bytes())["payload"]))
    stated = {each["name"]: each["digest"]["sha256"] for each in payload["subject"]}
    found = {
        path.relative_to(unzipped).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in unzipped.rglob("*")
        if path.is_file()
    }
    assert found.pop(MEMBER)
    assert stated == found
