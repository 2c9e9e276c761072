"""A file that cannot be used is named with the reason; what could not be written is told to nobody."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.account.identity import Identity
from harness.simulator.kept.database import Database, NotKept
from harness.simulator.kept.held import NOT_KEPT
from harness.simulator.kept.restore import kept_accounts
from harness.simulator.server import Simulator
from tests.simulator.console.console_side import ConsoleSide
from tests.simulator.merchant_side import MerchantSide

Leave = Callable[[Path], object]


def no_database(file: Path) -> None:
    file.write_bytes(b"GoLive\n" * 1000)


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def below_no_folder(file: Path) -> None:
    file.symlink_to(file.parent / "nowhere" / "golive.db")


def another_programs(file: Path) -> None:
    sql(file, "CREATE TABLE notes (text)")


def newer(file: Path) -> None:
    Database(file).close()
    sql(file, "PRAGMA user_version = 2")


def older(file: Path) -> None:
    Database(file).close()
    sql(file, "PRAGMA user_version = 0")


def cut_short(file: Path) -> None:
    database = Database(file)
    database.write({"ledger": [(number, "x" * 500) for number in range(100)]})
    database.close()
    with file.open("r+b") as opened:
        opened.truncate(8192)


def without_keys(file: Path) -> None:
    database = Database(file)
    database.write({"accounts": [(1, b'{"appid": "wx"}')]})
    database.close()


def read(file: Path) -> None:
    with closing(Database(file)) as opened:
        opened.rows("ledger")
        kept_accounts(opened)


def sql(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("leave", "said"),
    [
        (no_database, "is not a SQLite database"),
        (a_folder, "cannot be opened: it is no file"),
        (a_pipe, "cannot be opened: it is no file"),
        (below_no_folder, "cannot be opened: unable to open"),
        (another_programs, "is the database of another program"),
        (newer, "is of version 2, and this GoLive reads version 1"),
        (older, "is of version 0, and this GoLive reads version 1"),
        (cut_short, "is damaged"),
        (without_keys, "is damaged: row 1 of accounts cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_as_it_is(tmp_path: Path, leave: Leave, said: str) -> None:
    file = tmp_path / "golive.db"
    leave(file)
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(UsageError, match=re.escape(f"{file} {said}")) as refused:
        read(file)
    assert refused.value.remedy
    assert before is None or file.read_bytes() == before


def test_two_simulators_never_share_a_file_and_it_is_its_users_alone(tmp_path: Path) -> None:
    file = tmp_path / "golive.db"
    first = Database(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="is in use by another simulator"):
        Database(file)
    first.close()
    file.chmod(0o644)  # as a copy of it may be
    Database(file).close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["golive.db"]


def test_a_file_is_a_file_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(":memory:")
    first = Database(file)
    first.write({"facts": [("a", "b")]})
    first.close()
    again = Database(file)
    assert again.rows("facts") == [("a", "b")]
    again.close()


def test_a_file_that_may_not_be_written_is_told_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "golive.db")
    database._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(NotKept, match="is read-only"):
        database.write({"facts": [("a", "b")]})
    database.close()


def moved(file: Path) -> None:
    file.rename(file.with_name("away.db"))


def replaced(file: Path) -> None:
    moved(file)
    Database(file).close()


@pytest.mark.parametrize("done", [Path.unlink, moved, replaced])
def test_what_would_be_written_to_a_file_without_a_name_is_not_acknowledged(
    tmp_path: Path, done: Leave
) -> None:
    file = tmp_path / "golive.db"
    database = Database(file)
    database.write({"facts": [("a", "b")]})
    done(file)
    with pytest.raises(NotKept, match="is no more the file that was opened"):
        database.write({"facts": [("c", "d")]})
    if done is moved:
        (tmp_path / "away.db").rename(file)
        database.write({"facts": [("e", "f")]})
        assert database.rows("facts") == [("a", "b"), ("e", "f")]
    database.close()


def test_a_bug_of_ours_in_a_commit_hangs_nobody(identity: Identity, tmp_path: Path) -> None:
    database = Database(tmp_path / "golive.db")
    keeper = Simulator(identity=identity, database=database).keeper
    assert keeper is not None

    def trouble() -> Iterable[bytes]:
        raise KeyError

    keeper.accounts = trouble
    keeper.account()

    async def waits() -> None:
        async with asyncio.timeout(5):
            await keeper.kept()

    with pytest.raises(KeyError):
        asyncio.run(waits())
    database.close()


@pytest.fixture
def full(identity: Identity, tmp_path: Path) -> Iterator[MerchantSide]:
    """The merchant of a simulator whose file has no room for another page."""
    database = Database(tmp_path / "golive.db")
    simulator = Simulator(identity=identity, experience=False, console=True, database=database)
    database._connection.execute("PRAGMA max_page_count = 1")
    with asyncio.Runner() as runner:
        yield MerchantSide(simulator, runner)
    database.close()


def test_on_a_full_disk_nothing_is_acknowledged_and_all_is_kept_when_there_is_room(
    full: MerchantSide,
) -> None:
    database = full.simulator.keeper.database  # type: ignore[union-attr]
    numbers = [f"order-full-{number}" for number in range(60)]
    answers = {number: full.create(out_trade_no=number, attach="x" * 120) for number in numbers}
    acknowledged = [number for number, answer in answers.items() if answer.status == 200]
    refused = [answer for answer in answers.values() if answer.status != 200]
    assert {answer.status for answer in refused} == {NOT_KEPT}
    assert refused[-1].code == "SYSTEM_ERROR"
    assert "has no room left" in refused[-1].json["message"]
    assert not any(answer.signed for answer in refused)
    kept = {row[1] for row in database.rows("orders")}
    assert all(any(number.encode() in text for text in kept) for number in acknowledged)
    assert len(kept) == len(acknowledged)
    # The console shows what left, and why.
    console = ConsoleSide(full)
    shown = [each["status"] for each in console.seen("/requests")["rows"]]
    assert shown[::-1] == [answer.status for answer in answers.values()]
    assert "has no room left" in console.seen("/now")["unkept"]
    pressed = console.post("advance", {"seconds": 1})
    assert (pressed.status, pressed.json["reason"]) == (NOT_KEPT, "not-kept")
    # Nobody is told by a callback either.
    full.pay(numbers[0])
    told = full.runner.run(full.simulator.notifier.keeper.why_not_kept())
    assert str(told).startswith("not sent:")
    database._connection.execute("PRAGMA max_page_count = 100000")
    assert full.query(numbers[-1]).status == 200
    assert len(database.rows("orders")) == len(numbers)
    assert len(database.rows("ledger")) == 2
    assert console.seen("/now")["unkept"] == ""
