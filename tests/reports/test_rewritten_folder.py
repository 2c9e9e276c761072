"""Generated files replace those of the report before, and nothing outside their folder."""

from __future__ import annotations

from pathlib import Path

from reports.exports.rewritten_folder import RewrittenFolder


def test_a_shorter_text_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    for text in ("a long text", "short", "支付"):
        folder = RewrittenFolder(tmp_path / "made")
        folder.write("one.json", text)
        folder.remove_the_rest()
        assert (tmp_path / "made" / "one.json").read_text("utf-8") == text


def test_what_is_not_written_again_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "made"
    (place / "inside").mkdir(parents=True)
    (place / "inside" / "old.json").write_text("old")
    (place / "old.json").write_text("old")
    folder = RewrittenFolder(place)
    folder.write("new.json", "new")
    folder.remove_the_rest()
    assert [path.name for path in place.iterdir()] == ["new.json"]


def test_no_link_is_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    place = tmp_path / "made"
    place.mkdir()
    (place / "soft").symlink_to(outside)
    (place / "hard").hardlink_to(outside)
    folder = RewrittenFolder(place)
    folder.write("soft", "new")
    folder.write("hard", "new")
    assert (outside.read_text(), (place / "soft").read_text(), (place / "hard").read_text()) == (
        "untouched",
        "new",
        "new",
    )


def test_a_link_in_the_folders_place_is_replaced(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "made").symlink_to(elsewhere, target_is_directory=True)
    RewrittenFolder(tmp_path / "made").write("one", "1")
    assert list(elsewhere.iterdir()) == []
