"""The harness's own key: made once, readable by its owner only, and never in the way of a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.evidence import seal_key
from harness.evidence.seal_key import KEY_FILE, own_key, public_text


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with nothing in it."""
    for name in (KEY_FILE, "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def again() -> str:
    seal_key._key.cache_clear()
    return public_text(own_key())


def test_it_is_made_at_first_use_and_kept_for_its_owner_only(home: Path) -> None:
    made = again()
    file = home / ".config" / "golive" / "seal.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert again() == made
    assert [path.name for path in file.parent.iterdir()] == ["seal.key"]


def test_two_first_uses_at_once_come_to_one_key(tmp_path: Path) -> None:
    place = tmp_path / "golive" / "seal.key"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: seal_key._key.__wrapped__(str(place), "", ""), range(8)))
    assert len({public_text(key) for key in keys}) == 1


def test_a_home_that_cannot_hold_a_key_stops_no_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("HOME", str(home / "file"))
    seal_key._key.cache_clear()
    assert public_text(own_key()) == public_text(own_key())


def test_a_named_place_that_cannot_hold_one_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv(KEY_FILE, str(home / "file" / "seal.key"))
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        own_key()


def test_what_is_no_key_and_what_others_may_read_is_refused(home: Path) -> None:
    file = home / ".config" / "golive" / "seal.key"
    again()
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="others may read"):
        again()
    file.chmod(0o600)
    file.write_text("nonsense")
    with pytest.raises(ConfigurationError, match="no Ed25519 key"):
        again()
