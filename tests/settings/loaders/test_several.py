"""Several files, as each framework reads them: which win, and what is filled in from which."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.settings.loaders.several import Framework, names_read, read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text("HOST=pay.example.com\nURL=https://$HOST/n\nMCP_TIMEOUT=30000 # ms\n")
    (tmp_path / ".env.local").write_text("MCP_TIMEOUT=15000\nHOST=local.example.com\n")
    (tmp_path / ".env.production").write_text("HOST=prod.example.com\n")
    return tmp_path


def seen(folder: Path, name: str, mode: str = "production") -> dict[Framework, tuple[str, str] | None]:
    return {framework: values.get(name) for framework, values in read_folder(folder, mode).items()}


def test_next_prefers_local_files_and_vite_those_of_the_mode(folder: Path) -> None:
    host = seen(folder, "HOST")
    assert host[Framework.NEXT] == ("local.example.com", ".env.local")
    assert host[Framework.VITE] == ("prod.example.com", ".env.production")
    assert host[Framework.DOTENV] == ("pay.example.com", ".env")
    assert host[Framework.DOCKER] == ("prod.example.com", ".env.production")


def test_a_reference_is_filled_in_across_files_by_those_who_expand(folder: Path) -> None:
    url = seen(folder, "URL")
    assert url[Framework.NEXT] == ("https://local.example.com/n", ".env")
    assert url[Framework.DOTENV] == ("https://$HOST/n", ".env")
    assert url[Framework.PYTHON] == ("https://$HOST/n", ".env")


def test_each_reads_a_line_in_its_own_dialect(folder: Path) -> None:
    timeout = seen(folder, "MCP_TIMEOUT")
    assert timeout[Framework.NEXT] == ("15000", ".env.local")
    assert timeout[Framework.PYTHON] == ("30000", ".env")
    assert timeout[Framework.DOCKER] == ("30000 # ms", ".env")


def test_local_files_are_left_out_in_mode_test() -> None:
    assert ".env.local" not in names_read(Framework.NEXT, "test")
    assert names_read(Framework.NEXT, "development")[:2] == (".env.development.local", ".env.local")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read_folder(tmp_path, "production")
