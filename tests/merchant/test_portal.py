"""A portal setting is confirmed by a picture that is there, unchanged, and not too old."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError, UsageError
from harness.merchant.portal import HOLDS, SETTINGS, Portal
from scenarios.configuration.test_portal import CONFIRMED

TODAY = date(2026, 11, 30)


@pytest.fixture
def confirmed(tmp_path: Path) -> Path:
    (tmp_path / "h5.PNG").write_bytes(b"a picture")
    Portal.read(tmp_path / "papers").confirm(
        "h5-domain", tmp_path / "h5.PNG", by="portal administrator", today=TODAY
    )
    return tmp_path / "papers"


def test_every_setting_has_its_scenario() -> None:
    assert tuple(each.id for each in SETTINGS) == CONFIRMED


def test_a_picture_confirms_one_setting_and_no_other(confirmed: Path) -> None:
    portal = Portal.read(confirmed)
    assert portal.trouble("h5-domain", TODAY) is None
    assert portal.trouble("apiv3-key", TODAY) == "nobody has confirmed it"


def test_it_counts_for_nothing_when_old_changed_gone_or_from_the_future(confirmed: Path) -> None:
    portal, picture = Portal.read(confirmed), confirmed / "documents" / "portal-h5-domain.png"
    assert "older than 180 days" in str(portal.trouble("h5-domain", TODAY + HOLDS + timedelta(days=1)))
    assert "later than today" in str(portal.trouble("h5-domain", TODAY - timedelta(days=1)))
    picture.write_bytes(b"another")
    assert "was changed" in str(portal.trouble("h5-domain", TODAY))
    picture.unlink()
    assert "is not there" in str(portal.trouble("h5-domain", TODAY))


def test_a_document_outside_of_the_folder_counts_for_nothing(confirmed: Path) -> None:
    path = confirmed / "portal.toml"
    path.write_text(path.read_text().replace("documents/portal-h5-domain.png", "../h5.PNG"))
    assert "outside" in str(Portal.read(confirmed).trouble("h5-domain", TODAY))


@pytest.mark.parametrize("text", ["[h5-domain", "[h5-domain]\nby = 'a'\n", "h5-domain = 3\n"])
def test_a_damaged_list_is_refused(confirmed: Path, text: str) -> None:
    (confirmed / "portal.toml").write_text(text)
    with pytest.raises(ConfigurationError, match="no list of confirmations"):
        Portal.read(confirmed)


@pytest.mark.parametrize(
    ("setting", "name", "by", "said"),
    [
        ("h5", "h5.PNG", "a", "no portal setting"),
        ("h5-domain", "absent.png", "a", "cannot be read"),
        ("h5-domain", "h5.PNG", " ", "nobody is named"),
        ("h5-domain", "h5.PNG", 'a"b', "nobody is named"),
    ],
)
def test_what_cannot_be_kept_is_refused(confirmed: Path, setting: str, name: str, by: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Portal.read(confirmed).confirm(setting, confirmed.parent / name, by=by, today=TODAY)
