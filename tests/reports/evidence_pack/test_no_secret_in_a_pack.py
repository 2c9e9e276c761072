"""No made-up secret of any kind is in a finished pack; one that redaction forgets, and there is no pack."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from harness.core.errors import HarnessError
from harness.evidence import Recorder, RunRecord, plant, redaction
from harness.evidence.hidden_forms import TooMuchInside, forms_of
from harness.evidence.pack.container import members_of
from harness.evidence.pack.leaks import leaks
from harness.evidence.recorder import EXCHANGES
from reports.evidence_pack.make import make_pack
from tests.evidence.test_record import SECRET
from tests.reports.sample_run import START, check, sample_run

CANARY = "canary-cookie-0123456789abcdef01234567"
END = START + timedelta(hours=1)
KIND = re.compile("canary-([a-z0-9-]+)-[0-9a-f]{24}")
Rules = Mapping[str, object]


def fields_without(name: str) -> Rules:
    return {"_HIDDEN_FIELDS": redaction._HIDDEN_FIELDS - {name}}


def headers_without(name: str) -> Rules:
    return {"_HIDDEN_HEADERS": redaction._HIDDEN_HEADERS - {name}}


def unmasked(name: str) -> Rules:
    return {"_MASKED_FIELDS": redaction._MASKED_FIELDS - {name}}


def signatures_without(name: str) -> Rules:
    return {"_OWN_SIGNATURES": redaction._OWN_SIGNATURES - {name}}


def bearer_shown() -> Rules:
    hidden = redaction._header
    return {"_header": lambda name, value: value if name == "Authorization" else hidden(name, value)}


OFF: dict[str, Rules] = {
    "api-key": fields_without("api_key"),
    "apiv3-key": fields_without("api_v3_key"),
    "bearer": bearer_shown(),
    "cookie": headers_without("cookie"),
    "header-key": headers_without("x-api-key"),
    "id-card": unmasked("id_card_number"),
    "openid": unmasked("openid"),
    "password": fields_without("password"),
    "pay-sign": signatures_without("pay_sign"),
    "phone": unmasked("phone"),
    "private-key": {**fields_without("private_key"), "_PEM": re.compile("(?!)")},
    "query-openid": unmasked("openid"),
    "query-token": fields_without("access_token"),
    "set-cookie": headers_without("set-cookie"),
    "signature": signatures_without("signature"),
    "token": fields_without("token"),
    "userinfo": {"_host": str},
}
"""By kind of secret, the rule that hides it, switched off."""
TOGETHER = {frozenset({"openid", "query-openid"})}
"""Kinds that one rule hides."""


def under_way(runs: Path) -> RunRecord:
    """A run that has not ended yet."""
    return sample_run(runs, finished=False)


def ended(record: RunRecord) -> RunRecord:
    record.finish(ended=END, interrupted=False)
    return record


def test_a_pack_holds_no_canary_of_any_kind(tmp_path: Path) -> None:
    record = under_way(tmp_path / "runs")
    planted = plant(Recorder(record))
    made = make_pack(ended(record).folder, tmp_path / "pack.zip", secrets=planted)
    with made.path.open("rb") as file:
        members = members_of(file)
        assert f"runs/{record.meta.id}/{EXCHANGES}" in [each.name for each in members]
        assert leaks(file, members, planted) == []


def test_every_kind_that_is_planted_has_its_rule_here() -> None:
    assert {KIND.fullmatch(each)[1] for each in plant(lambda _: None)} == OFF.keys()  # type: ignore[index]


@pytest.mark.parametrize("kind", OFF)
def test_there_is_no_pack_where_redaction_forgets_a_kind(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = under_way(tmp_path / "runs")
    for name, rule in OFF[kind].items():
        monkeypatch.setattr(redaction, name, rule)
    plant(Recorder(record))
    left = set(KIND.findall((record.folder / EXCHANGES).read_text("utf-8")))
    assert left == next((kinds for kinds in TOGETHER if kind in kinds), {kind})
    with pytest.raises(HarnessError, match=f"a secret stands in .*{EXCHANGES}"):
        make_pack(ended(record).folder, tmp_path / "pack.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def told_in_a_message(record: RunRecord) -> None:
    record.append(check("PAY-02", message=f"refused with {SECRET}", outcome="fail", blame="merchant"))


PLACES: dict[str, Callable[[RunRecord], object]] = {
    "a message": told_in_a_message,
    "a text that is kept": lambda record: record.add_artifact("page.html", f"<p>{SECRET}".encode()),
    "a text in base64": lambda record: record.add_artifact("page.txt", b64encode(SECRET.encode())),
    "a snapshot": lambda record: record.snapshot("more", {"said": SECRET}),
    "the line that was typed": lambda record: setattr(
        record, "meta", record.meta.model_copy(update={"command": f"golive run {SECRET}"})
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("swept", [True, False])
def test_a_known_secret_is_hidden_wherever_it_is_told(
    place: str, swept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = under_way(tmp_path / "runs")
    record.redactor.hide([SECRET])
    if not swept:
        monkeypatch.setattr(redaction._Known, "swept", lambda _, text: text)
    PLACES[place](record)
    ended(record)
    if swept:
        assert make_pack(record.folder, tmp_path / "pack.zip", secrets=[SECRET]).members > 5
        return
    with pytest.raises(HarnessError, match="a secret stands in"):
        make_pack(record.folder, tmp_path / "pack.zip", secrets=[SECRET])


def zipped(data: bytes, name: str = "trace.network") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def picture(text: str = "", *, packed: bool = False, international: bool = False) -> bytes:
    made, info = io.BytesIO(), PngInfo()
    if international:
        info.add_itxt("Comment", text, zip=packed)
    else:
        info.add_text("Comment", text, zip=packed)
    Image.new("RGB", (40, 40), "#07c160").save(made, "PNG", pnginfo=info)
    return made.getvalue()


def photograph() -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = CANARY
    Image.new("RGB", (40, 40)).save(made, "JPEG", exif=exif)
    return made.getvalue()


RAW = CANARY.encode()
FORMS: dict[str, tuple[str, bytes]] = {
    "plain": ("page.bin", b"\xff\x00" + RAW),
    "base64": ("page.bin", b'{"k":"' + b64encode(b"k=" + RAW) + b'"}'),
    "base64 for addresses": ("page.bin", b"?t=" + urlsafe_b64encode(b"\xff\xfe\xfd" + RAW)),
    "base64 behind other letters": ("page.bin", b"x" + b64encode(RAW)),
    "hexadecimal digits": ("page.bin", RAW.hex().encode()),
    "percent codes": ("page.bin", "".join(f"%{byte:02X}" for byte in RAW).encode()),
    "part of it in percent codes": ("page.bin", quote(CANARY).replace("-", "%2D").encode()),
    "gzip": ("body.gz", gzip.compress(b"{}" + RAW)),
    "gzip in the middle of a file": ("body.bin", b"HTTP/1.1 200 OK\r\n\r\n" + gzip.compress(RAW)),
    "zlib": ("body.bin", zlib.compress(RAW * 3)),
    "a packed text of a PDF": (
        "drill.pdf",
        b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>stream\r\n" + zlib.compress(b"(" + RAW + b") Tj", 9),
    ),
    "two bytes a character": ("note.txt", CANARY.encode("utf-16")),
    "two bytes a character, the other way": ("note.txt", CANARY.encode("utf-16-be")),
    "a trace of the browser": ("trace.zip", zipped(b'{"cookie":"' + RAW + b'"}\n' * 99)),
    "a name in a trace": ("trace.zip", zipped(b"", CANARY)),
    "a trace in a trace": ("trace.zip", zipped(zipped(gzip.compress(b64encode(RAW))))),
    "a picture's text": ("shot.png", picture(CANARY)),
    "a picture's packed text": ("shot.png", picture(CANARY, packed=True)),
    "a picture's text in any language": ("shot.png", picture(CANARY, international=True)),
    "a picture's packed text in any language": ("shot.png", picture(CANARY, packed=True, international=True)),
    "behind a picture": ("shot.png", picture() + RAW),
    "a photograph's description": ("shot.jpg", photograph()),
    "a picture within a page": ("page.html", b"<img src=data:image/png;base64," + b64encode(picture(CANARY))),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found_in_whatever_form_it_was_kept(form: str, tmp_path: Path) -> None:
    record = under_way(tmp_path / "runs")
    name, data = FORMS[form]
    record.add_artifact(name, data)
    with pytest.raises(HarnessError, match=f"a secret stands in .*artifacts/{name}"):
        make_pack(ended(record).folder, tmp_path / "pack.zip")
    assert not (tmp_path / "pack.zip").exists()


def test_a_canary_in_a_name_is_found(tmp_path: Path) -> None:
    record = under_way(tmp_path / "runs")
    record.add_artifact(f"{CANARY}.txt", b"")
    with pytest.raises(HarnessError, match="a secret stands in"):
        make_pack(ended(record).folder, tmp_path / "pack.zip")


def test_a_canary_in_a_paper_is_found(tmp_path: Path) -> None:
    record = ended(under_way(tmp_path / "runs"))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "form.docx").write_bytes(zipped(RAW, "word/document.xml"))
    with pytest.raises(HarnessError, match=r"papers/form\.docx"):
        make_pack(record.folder, tmp_path / "pack.zip")


@pytest.mark.parametrize("kind", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH])
def test_a_private_key_among_the_papers_is_never_handed_on(kind: PrivateFormat, tmp_path: Path) -> None:
    record = ended(under_way(tmp_path / "runs"))
    (tmp_path / "papers").mkdir()
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, kind, NoEncryption())
    (tmp_path / "papers" / "notes.json").write_text(json.dumps({"key": key.decode()}), "utf-8")
    with pytest.raises(HarnessError, match=r"papers/notes\.json.*take it out of the papers"):
        make_pack(record.folder, tmp_path / "pack.zip")


def test_one_in_the_middle_of_a_long_text_is_found_whole(tmp_path: Path) -> None:
    record = under_way(tmp_path / "runs")
    record.add_artifact("long.bin", b"\xff" + bytes((16 << 20) - 20) + RAW + bytes(1 << 20))
    with pytest.raises(HarnessError, match=r"long\.bin"):
        make_pack(ended(record).folder, tmp_path / "pack.zip")


def test_what_unpacks_to_more_than_is_searched_is_told_apart() -> None:
    bomb = gzip.compress(gzip.compress(bytes(300 << 20), 1), 1)
    with pytest.raises(TooMuchInside):
        list(forms_of(bomb))


def test_a_damaged_archive_is_searched_as_far_as_it_goes() -> None:
    assert any(RAW in form for form in forms_of(gzip.compress(RAW * 50)[:-20]))
    assert list(forms_of(zipped(RAW)[:40]))
