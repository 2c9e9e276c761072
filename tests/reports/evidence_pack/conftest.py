"""One pack for all tests of a module, and what verifies it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.evidence.seal_key import own_key, public_text
from reports.evidence_pack.verify import Verified, verify_pack
from tests.reports.evidence_pack.packed_run import Pack, packed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The pack of a run that is GO."""
    return packed(tmp_path_factory.mktemp("packed"))


@pytest.fixture
def pack(made: bytes, tmp_path: Path) -> Pack:
    """It, with a place to tamper in."""
    place = tmp_path / "work"
    place.mkdir()
    return Pack(made, place)


@pytest.fixture
def verified(tmp_path: Path) -> Callable[[bytes], Verified]:
    """Verifies bytes with the key of these tests pinned, and no other."""

    def verify(data: bytes) -> Verified:
        path = tmp_path / "given.zip"
        path.write_bytes(data)
        return verify_pack(path, {public_text(own_key())})

    return verify
