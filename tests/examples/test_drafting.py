"""A profile drafted by looking at an app: at its pages, its database, or no more than its scripts."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.processes.child import golive_command
from tests.examples.print_shop_side import print_shop
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import tea_house

ACCOUNT = ("--field", "username=li", "--field", "password=spring-water")


def golive(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        golive_command("merchant", *arguments, "--lang", "en"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def init(shop: RunningApp, out: str, *further: str) -> subprocess.CompletedProcess[str]:
    return golive("init", shop.base_url, f"--env-file={env(shop)}", f"--out={shop.folder / out}", *further)


def env(shop: RunningApp) -> Path:
    return shop.folder / ".env.simulator"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with tea_house(tmp_path_factory.mktemp("tea")) as running:
        yield running


def test_a_draft_with_an_account_knows_prices_ordering_and_both_words(shop: RunningApp) -> None:
    done = init(shop, "page.toml", *ACCOUNT)
    assert done.returncode == 0, done.stdout
    drafted = tomllib.loads((shop.folder / "page.toml").read_text("utf-8"))
    assert drafted["products"] == {"longjing": "88.00", "tieguanyin": "45.50"}
    assert drafted["order"]["qr"] == {"page": "/tea/{product}"}
    assert drafted["confirm"] == {"page": "{order_url}"}
    assert drafted["observer"]["words"] == {"pending": ["待付款"], "paid": ["已付款"]}
    assert "login" in drafted["capabilities"]


def test_with_the_database_it_finds_the_columns_that_a_payment_changed(shop: RunningApp) -> None:
    done = init(shop, "sql.toml", *ACCOUNT, f"--database={shop.folder / 'tea.db'}")
    assert done.returncode == 0, done.stdout
    seen = tomllib.loads((shop.folder / "sql.toml").read_text("utf-8"))["observer"]
    assert seen["database"] == "tea.db"
    for column in ("state as status", "received as paid_amount", "parcels as credits", "price as amount"):
        assert column in seen["sql"]
    assert seen["sql"].endswith("from orders where number = :out_trade_no")
    tried = golive("check", str(shop.folder / "sql.toml"), f"--env-file={env(shop)}")
    assert tried.returncode == 0, tried.stdout
    assert "paid, 8800 fen, credited 1×" in tried.stdout


def test_without_an_account_it_says_which_fields_are_asked_for(shop: RunningApp) -> None:
    done = init(shop, "nobody.toml")
    assert "/login: _csrf, username, password" in done.stdout
    assert "# /login asks for an account" in (shop.folder / "nobody.toml").read_text("utf-8")


def test_a_draft_without_a_way_to_order_does_not_fit(shop: RunningApp) -> None:
    init(shop, "empty.toml")
    tried = golive("check", str(shop.folder / "empty.toml"), f"--env-file={env(shop)}")
    assert tried.returncode == 4, tried.stdout
    assert "names no way to order" in tried.stdout
    assert "fits" not in tried.stdout


@pytest.mark.parametrize(
    ("further", "said"),
    [
        (("--field", "user=li"), "no 'user'"),
        (("--field", "username=li", "--field", "password=wrong"), "did not sign the shopper in"),
        (("--field", "username"), "no NAME=VALUE"),
        ((*ACCOUNT, "--database=/dev/null/tea.db"), "database cannot be read"),
    ],
    ids=["field", "password", "no value", "database"],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    shop: RunningApp, further: tuple[str, ...], said: str
) -> None:
    done = init(shop, "wrong.toml", *further)
    assert done.returncode == 4, done.stdout
    assert said in done.stdout
    assert not (shop.folder / "wrong.toml").exists()


@pytest.mark.parametrize(
    ("url", "out", "said"),
    [
        ("127.0.0.1:5000", "merchant.toml", "is no address of an app"),
        ("http://127.0.0.1:5000/shop", "merchant.toml", "is no address of an app"),
        ("http://127.0.0.1:5000", "nowhere/merchant.toml", "cannot be written below"),
    ],
    ids=["no scheme", "path", "folder"],
)
def test_a_draft_that_cannot_be_made_is_refused_before_anything_is_ordered(
    tmp_path: Path, url: str, out: str, said: str
) -> None:
    done = golive("init", url, f"--out={tmp_path / out}", f"--env-file={tmp_path / 'none'}")
    assert done.returncode == 4, done.stdout
    assert said in done.stdout


def test_a_file_that_is_there_stays_as_it_is(shop: RunningApp) -> None:
    (shop.folder / "mine.toml").write_text("# mine", "utf-8")
    assert init(shop, "mine.toml").returncode == 4
    assert (shop.folder / "mine.toml").read_text("utf-8") == "# mine"


def test_of_an_app_of_scripts_it_names_the_paths_that_they_call(tmp_path: Path) -> None:
    with print_shop(tmp_path) as prints:
        done = golive(
            "init", prints.base_url, f"--env-file={prints.env_file}", f"--out={tmp_path / 'draft.toml'}"
        )
    assert done.returncode == 0, done.stdout
    assert "No form was found" in done.stdout
    assert '# request = "POST /api/orders"' in (tmp_path / "draft.toml").read_text("utf-8")
