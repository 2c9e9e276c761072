"""Photos of a phone are kept small, upright, and without what a camera adds; what is no photo is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from harness.core.errors import UsageError
from harness.plugin.attended.photos import read_photo

PLACE = "31.2304 N 121.4737 E"


def photo(path: Path, size: tuple[int, int] = (2000, 1000), *, form: str = "JPEG", turned: int = 1) -> Path:
    picture, exif = Image.new("RGB", size, (200, 30, 30)), Image.Exif()
    exif[0x0112], exif[0x010E] = turned, PLACE
    picture.save(path, form, exif=exif, comment=PLACE)
    return path


def test_a_photo_is_made_small_and_forgets_place_and_camera(tmp_path: Path) -> None:
    path = photo(tmp_path / "phone.jpg")
    assert PLACE.encode() in path.read_bytes()
    kept = read_photo(path)
    assert PLACE.encode() not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert (opened.format, opened.size) == ("PNG", (1600, 800))
        assert not opened.getexif()


def test_a_turned_photo_is_turned_upright(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(read_photo(photo(tmp_path / "a.jpg", (400, 200), turned=6)))) as opened:
        assert opened.size == (200, 400)


def test_a_screenshot_is_taken_too(tmp_path: Path) -> None:
    assert read_photo(photo(tmp_path / "a.png", (30, 60), form="PNG")).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("text.jpg", b"no picture", "no whole PNG or JPEG"),
        ("page.svg", b"<svg onload='alert(1)'/>", "no whole PNG or JPEG"),
        ("empty.png", b"", "no whole PNG or JPEG"),
        ("torn.jpg", None, "no whole PNG or JPEG"),
        ("large.jpg", b"\xff" * (20 * 1024 * 1024 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_photo_is_refused(tmp_path: Path, name: str, data: bytes | None, why: str) -> None:
    path = photo(tmp_path / name) if data is None else tmp_path / name
    path.write_bytes(path.read_bytes()[:800] if data is None else data)
    with pytest.raises(UsageError, match=why):
        read_photo(path)


@pytest.mark.parametrize("size", [(9000, 7000), (12_000, 12_000), (20_000, 20_000)])
def test_a_picture_that_would_unfold_without_end_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", size).save(path)
    with pytest.raises(UsageError, match=r"60 million pixels|no whole PNG"):
        read_photo(path)


def test_a_photo_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path, Path("nul\0byte")):
        with pytest.raises(UsageError, match="the photo cannot be used"):
            read_photo(path)
