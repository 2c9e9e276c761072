"""Who may sign: persons by name and by key, and a list that is damaged in every way."""

from __future__ import annotations

import struct
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import UsageError
from reports.people.public_keys import PublicKey, of_ed25519, read_public_key
from reports.people.roster import LARGEST, Roster, read_roster
from tests.reports.people.signed import APPROVER, AUTHOR, OTHER, Office

KEYS = [of_ed25519(Ed25519PrivateKey.generate().public_key()) for _ in range(6)]


def test_names_that_share_no_key_are_persons_of_their_own(office: Office) -> None:
    roster = read_roster(office.folder)
    assert [each.names for each in roster.people] == [(AUTHOR,), (APPROVER,), (OTHER,)]
    assert roster.keys(AUTHOR) == (office.public(AUTHOR),)
    assert roster.keys("nobody") == ()
    assert roster.person("nobody") is None


def test_two_names_with_one_key_are_one_person_also_by_way_of_a_third() -> None:
    first, second, third, alone = KEYS[:4]
    roster = Roster({"a": (first,), "b": (second,), "x": (alone,), "c": (first, third), "d": (third, second)})
    assert [(each.id, each.names) for each in roster.people] == [("a", ("a", "b", "c", "d")), ("x", ("x",))]
    assert set(roster.keys("b")) == {first, second, third}


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from(KEYS), max_size=3).map(tuple)))
def test_persons_share_no_name_and_no_key(keys_of: dict[str, tuple[PublicKey, ...]]) -> None:
    roster = Roster(keys_of)
    names = [name for each in roster.people for name in each.names]
    keys = [key for each in roster.people for key in each.public_keys]
    assert sorted(names) == sorted(keys_of)
    assert len(keys) == len(set(keys))
    for name, held in keys_of.items():
        for other, theirs in keys_of.items():
            if set(held) & set(theirs):
                assert roster.person(name) == roster.person(other)


def packed(kind: str, *parts: bytes) -> PublicKey:
    """A key as SSH packs it: its kind, then the parts."""
    blob = b"".join(struct.pack(">I", len(each)) + each for each in (kind.encode(), *parts))
    return read_public_key(f"{kind} {b64encode(blob).decode()}")


RAW = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
POINT = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
MODULUS = b"\0" + rsa.generate_private_key(65537, 2048).public_key().public_numbers().n.to_bytes(256)
ONE_SECRET = {
    "Ed25519, said to live in hardware": [
        packed("ssh-ed25519", RAW),
        packed("sk-ssh-ed25519@openssh.com", RAW, b"ssh:"),
        packed("sk-ssh-ed25519@openssh.com", RAW, b"ssh:another"),
    ],
    "ECDSA, said to live in hardware": [
        packed("ecdsa-sha2-nistp256", b"nistp256", POINT),
        packed("sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", POINT, b"ssh:"),
    ],
    "RSA with zeros before it, or another exponent": [
        packed("ssh-rsa", b"\1\0\1", MODULUS),
        packed("ssh-rsa", b"\0\1\0\1", b"\0" + MODULUS),
        packed("ssh-rsa", b"\3", MODULUS),
    ],
}


@pytest.mark.parametrize("forms", ONE_SECRET.values(), ids=ONE_SECRET)
def test_one_secret_makes_one_person_however_its_key_was_packed(forms: list[PublicKey]) -> None:
    roster = Roster({f"name {number}": (key,) for number, key in enumerate(forms)})
    assert len(set(forms)) == len(forms)
    assert len(roster.people) == 1
    assert set(roster.keys("name 0")) == set(forms)


@pytest.mark.parametrize(
    ("kind", "parts", "why"),
    [
        ("ecdsa-sha2-nistp256", (b"nistp256", bytes([2 + POINT[-1] % 2]) + POINT[1:33]), "not taken"),
        ("ssh-rsa", (b"\1\0\1", b"\x7f" + bytes(2999)), "larger than any"),
        ("ssh-rsa", (b"\1\0\1", b"\x7f" + bytes(99_999)), "longer than any"),
    ],
    ids=["a compressed point", "RSA of 24,000 bits", "RSA of 800,000 bits"],
)
def test_a_key_that_ssh_never_makes_is_refused(kind: str, parts: tuple[bytes, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        packed(kind, *parts)


def test_names_that_are_shown_alike_are_refused(office: Office) -> None:
    office.enrol({"\u202elead": [office.public(AUTHOR).line], "\\u202elead": [office.public(OTHER).line]})
    with pytest.raises(UsageError, match="shown alike"):
        read_roster(office.folder)


def test_a_list_that_an_editor_of_windows_saved_is_read(office: Office) -> None:
    path = office.folder / "people.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_roster(office.folder).people) == 3


def test_a_comment_behind_a_key_makes_no_other_key(office: Office) -> None:
    line = office.public(AUTHOR).line
    office.enrol({AUTHOR: [f"{line} lead@laptop"], APPROVER: [f"  {line}  "]})
    assert [each.names for each in read_roster(office.folder).people] == [(AUTHOR, APPROVER)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"\xff", "decode"),
        (b"[people", "Expected"),
        (b"schema = 2", "schema"),
        (b"[persons]", "persons"),
        (b"people = 1", "no table"),
        (b"[people]\na = 1", "a has no list of keys"),
        (b'[people]\n" " = []', "has no list of keys"),
        (b"[people]\na = [1]", "a key of a"),
        (b'[people]\na = ["ssh-ed25519 AAAA"]', "a key of a"),
        (b'[people]\na = ["-----BEGIN PUBLIC KEY-----"]', "a key of a"),
        (b'[people]\na = ["\\ud83d"]', "Escaped|surrogate|Unicode|unicode|scalar"),
        (b"a = " + b"[" * 5000, "."),
        (b"#" * (LARGEST + 1), "larger than 1 MiB"),
    ],
    ids=[
        "bytes",
        "cut",
        "newer",
        "stranger",
        "number",
        "no list",
        "blank",
        "no text",
        "no key",
        "no pem",
        "half an emoji",
        "deep",
        "huge",
    ],
)
def test_a_damaged_list_is_told_with_its_file(tmp_path: Path, text: bytes, why: str) -> None:
    (tmp_path / "people.toml").write_bytes(text)
    with pytest.raises(UsageError, match=f"the list of persons cannot be read: .*({why})") as told:
        read_roster(tmp_path)
    assert told.value.where == str(tmp_path / "people.toml")


def test_a_name_that_a_terminal_would_obey_is_kept_as_its_escape(tmp_path: Path, office: Office) -> None:
    office.enrol({"\x1b[2Jlead": [office.public(AUTHOR).line]})
    (person,) = read_roster(office.folder).people
    assert person.names == ("\\x1b[2Jlead",)


def test_a_list_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "people.toml").mkdir()
    with pytest.raises(UsageError, match="the list of persons cannot be read"):
        read_roster(tmp_path)
