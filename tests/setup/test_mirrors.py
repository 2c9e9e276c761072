"""Mirrors, proxies and certificates known to one tool are told to all, and none of the user's changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from setup.mirrors import pip_configuration, program_environment, with_loopback, with_mirrors

MIRROR = "https://mirror.example.com/simple"


def test_pips_mirror_becomes_uvs(tmp_path: Path) -> None:
    told = with_mirrors(program_environment({}, tmp_path), {"index-url": MIRROR})
    assert told["UV_DEFAULT_INDEX"] == MIRROR


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uvs_own_mirror_is_never_changed(name: str, tmp_path: Path) -> None:
    own = program_environment({name: "https://own.example.com/simple"}, tmp_path)
    told = with_mirrors(own, {"index-url": MIRROR})
    assert {told.get("UV_DEFAULT_INDEX"), told.get("UV_INDEX_URL")} == {
        "https://own.example.com/simple",
        None,
    }


def test_pips_variables_win_over_its_files() -> None:
    listing = ":env:.index-url='https://env.example.com'\nglobal.index-url='https://file.example.com'\n"
    assert pip_configuration(listing)["index-url"] == "https://env.example.com"
    assert (
        pip_configuration("\n".join(reversed(listing.splitlines())))["index-url"] == "https://env.example.com"
    )


def test_pips_files_are_read_and_other_commands_settings_are_not() -> None:
    listing = "global.index-url='https://file.example.com/a=b'\ndownload.index-url='https://no.example.com'\nnoise\n"
    assert pip_configuration(listing) == {"index-url": "https://file.example.com/a=b"}


def test_pips_time_limit_becomes_uvs(tmp_path: Path) -> None:
    assert with_mirrors({}, {"default-timeout": "180"})["UV_HTTP_TIMEOUT"] == "180"
    assert with_mirrors({"UV_HTTP_TIMEOUT": "5"}, {"timeout": "180"})["UV_HTTP_TIMEOUT"] == "5"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_known_to_one_are_told_to_all(name: str, tmp_path: Path) -> None:
    bundle = tmp_path / "company.pem"
    bundle.touch()
    told = with_mirrors({name: str(bundle)}, {})
    assert told["SSL_CERT_FILE"] == told["NODE_EXTRA_CA_CERTS"] == str(bundle)


def test_pips_certificates_count_and_a_bundle_that_is_not_there_does_not(tmp_path: Path) -> None:
    bundle = tmp_path / "company.pem"
    bundle.touch()
    told = with_mirrors({"REQUESTS_CA_BUNDLE": "/absent.pem"}, {"cert": str(bundle)})
    assert told["SSL_CERT_FILE"] == str(bundle)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "localhost,127.0.0.1,::1"),
        ("example.com, localhost", "example.com,localhost,127.0.0.1,::1"),
        ("*", "*"),
    ],
)
def test_loopback_never_goes_through_a_proxy(given: str, told: str) -> None:
    assert with_loopback(given) == told


def test_either_spelling_of_no_proxy_is_told_in_both(tmp_path: Path) -> None:
    told = program_environment({"no_proxy": "a.example.com"}, tmp_path)
    assert told["NO_PROXY"] == told["no_proxy"] == "a.example.com,localhost,127.0.0.1,::1"


def test_everything_is_kept_inside_the_project_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    told = program_environment({}, tmp_path)
    for name in ("UV_CACHE_DIR", "PLAYWRIGHT_BROWSERS_PATH", "HOME"):
        assert Path(told[name]).is_relative_to(tmp_path)
    wishes = {
        "UV_CACHE_DIR": "/c",
        "PLAYWRIGHT_BROWSERS_PATH": "/b",
        "HOME": "/h",
        "HTTPS_PROXY": "http://p:1",
    }
    assert wishes.items() <= program_environment(wishes, tmp_path).items()


def test_an_active_environment_does_not_leak_in(tmp_path: Path) -> None:
    told = program_environment({"VIRTUAL_ENV": "/other", "PYTHONPATH": "/other", "PIP_USER": "1"}, tmp_path)
    assert "VIRTUAL_ENV" not in told
    assert "PYTHONPATH" not in told
    assert told["PIP_USER"] == "0"
