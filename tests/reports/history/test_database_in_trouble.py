"""A history that cannot be used is told from one that can, and nothing in it is lost by that."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from harness.core.errors import ConfigurationError, EnvironmentUnreachable, UsageError
from reports.history import connection, patient, tables
from reports.history.connection import NoHistory
from reports.history.database import append, open_history
from reports.history.nights import ELSEWHERE, listed
from reports.history.place import Place
from tests.reports.history.postgresql_server import QUOTED, Server
from tests.reports.history.test_database import APPEND, PROJECT
from tests.reports.sample_run import START, sample_run

DAY = timedelta(days=1)


def count(place: str | Path) -> int:
    with open_history(place) as history:
        return len(history.runs())


def set_version(place: str, version: int) -> None:
    """As another golive would have left it."""
    database = connection.open_database(Place.of(place), create=False)
    with database.writing() as writing:
        writing.execute(text(f"UPDATE golive_history SET version = {version}"))  # noqa: S608
    database.close()


def test_where_nobody_kept_a_run_that_is_said_and_nothing_is_made(place: str, tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match=r"no history here yet.*golive history import"), open_history(place):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_newer_version_is_refused_and_left_alone(runs: Path, place: str) -> None:
    append(place, sample_run(runs).folder)
    set_version(place, 99)
    with pytest.raises(UsageError, match="of version 99, and this golive knows versions up to 1") as refused:
        append(place, sample_run(runs, "later", start=START + DAY).folder)
    assert refused.value.exit_code == 4
    with pytest.raises(UsageError, match="version 99"), open_history(place):
        pass


def test_an_older_version_is_brought_up_with_all_that_is_in_it(
    runs: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(place, sample_run(runs).folder)

    def add_a_column(writing: Connection) -> None:
        writing.execute(text("ALTER TABLE golive_runs ADD COLUMN remark TEXT NOT NULL DEFAULT 'none'"))

    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, add_a_column))
    assert count(place) == 1
    append(place, sample_run(runs, "later", start=START + DAY).folder)
    assert count(place) == 2
    database = connection.open_database(Place.of(place), create=False)
    with database.reading() as reading:
        assert reading.execute(text("SELECT remark FROM golive_runs")).scalars().all() == ["none", "none"]
        assert reading.execute(text("SELECT version FROM golive_history")).scalars().all() == [2]
    database.close()


def test_a_step_that_breaks_halfway_leaves_the_older_version(
    runs: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(place, sample_run(runs).folder)

    def breaks(writing: Connection) -> None:
        writing.execute(text("ALTER TABLE golive_runs ADD COLUMN remark TEXT"))
        writing.execute(text("SELECT nothing FROM nowhere"))

    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, breaks))
    with pytest.raises(UsageError, match="the history is damaged"), open_history(place):
        pass
    monkeypatch.undo()
    assert count(place) == 1


def test_a_change_that_breaks_halfway_leaves_nothing_of_itself(
    runs: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(place, sample_run(runs).folder)
    monkeypatch.setattr("reports.history.keeping._numbers_of", lambda *_: {})
    with pytest.raises(KeyError):
        append(place, sample_run(runs, "later", start=START + DAY).folder)
    monkeypatch.undo()
    assert count(place) == 1
    append(place, runs / "later")
    assert count(place) == 2


@pytest.mark.parametrize(
    "content",
    [b"this is no database, and never was one " * 50, b"SQLite format 3\x00" + b"\xff" * 4000, None],
    ids=["text", "torn", "half"],
)
def test_a_damaged_file_is_refused_and_left_alone(runs: Path, tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "history.sqlite"
    record = sample_run(runs)
    if content is None:
        append(place, record.folder)
        content = place.read_bytes()[: place.stat().st_size // 2]
        content = content[:200] + b"\xff" * 5000 + content[5200:]
    place.write_bytes(content)
    with pytest.raises(UsageError, match="the history is damaged") as refused:
        append(place, sample_run(runs, "later", start=START + DAY).folder)
    assert "it was left as it is" in str(refused.value)
    assert place.read_bytes() == content


def test_another_programs_database_is_never_written_into(runs: Path, tmp_path: Path) -> None:
    place = tmp_path / "cookies.sqlite"
    other = sqlite3.connect(place)
    other.execute("CREATE TABLE cookies (name TEXT)")
    other.commit()
    other.close()
    before = place.read_bytes()
    with pytest.raises(UsageError, match="another program's database"):
        append(place, sample_run(runs).folder)
    assert place.read_bytes() == before


def test_a_file_that_a_killed_job_left_empty_begins_a_history(runs: Path, tmp_path: Path) -> None:
    place = tmp_path / "history.sqlite"
    place.touch()
    append(place, sample_run(runs).folder)
    assert count(place) == 1


@pytest.mark.parametrize("there", ["", "/dev/null", "a-pipe"])
def test_a_folder_or_a_device_in_its_place_is_told(tmp_path: Path, runs: Path, there: str) -> None:
    os.mkfifo(tmp_path / "a-pipe")
    with pytest.raises(UsageError, match="is a folder or a device"):
        append(tmp_path / there, sample_run(runs).folder)


@pytest.mark.parametrize(
    "edit",
    [
        "golive_runs SET details = '{'",
        "golive_runs SET ended = 'yesterday'",
        "golive_runs SET started = '2026-11-23T02:00:00'",
        "golive_outcomes SET outcome = 'splendid'",
        "golive_controls SET judged = 'splendid'",
    ],
)
def test_a_row_that_no_golive_wrote_is_damage_and_no_bug(runs: Path, place: str, edit: str) -> None:
    append(place, sample_run(runs).folder)
    database = connection.open_database(Place.of(place), create=False)
    with database.writing() as writing:
        writing.execute(text(f"UPDATE {edit}"))
    database.close()
    with pytest.raises(UsageError, match="a row cannot be read") as refused, open_history(place) as history:
        history.entry(history.runs()[0])
    assert "\n" not in str(refused.value)


def ask_one_that_freezes(database: connection.Database) -> None:
    """Ask the process that serves us who it is, stop it, and ask it again."""
    with database.reading() as reading:
        serving = reading.execute(text("SELECT pg_backend_pid()")).scalar_one()
        os.kill(serving, signal.SIGSTOP)
        try:
            reading.execute(text("SELECT 1"))
        finally:
            os.kill(serving, signal.SIGCONT)


def test_a_server_that_takes_a_connection_and_freezes_is_waited_for_only_so_long(
    runs: Path, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = postgresql.database()
    append(place, sample_run(runs).folder)
    monkeypatch.setattr(patient, "ANSWER_S", 0.3)
    database = connection.open_database(Place.of(place), create=False)
    with pytest.raises(
        EnvironmentUnreachable, match=r"not answered for 0\.3 s.*look whether the server runs"
    ):
        ask_one_that_freezes(database)
    database.close()
    assert count(place) == 1


def test_a_server_that_never_lets_anybody_in_is_waited_for_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "WAIT_S", 2)  # the least that PostgreSQL's library takes
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"postgresql://golive@127.0.0.1:{silent.getsockname()[1]}/history"
        with pytest.raises(EnvironmentUnreachable, match=r"cannot be used: .*timeout"), open_history(place):
            pass


@pytest.mark.parametrize("folder", ["/nowhere-on-this-machine", "/" + "x" * 300])
def test_a_record_that_nobody_here_can_look_at_is_listed_all_the_same(
    runs: Path, tmp_path: Path, folder: str
) -> None:
    place = tmp_path / "history.sqlite"
    append(place, sample_run(runs).folder)
    with sqlite3.connect(place) as other:
        other.execute("UPDATE golive_runs SET place = ?", (f"{folder}/runs/x",))
    with open_history(place) as history:
        assert [each.record for each in listed(history, history.runs())] == [ELSEWHERE]


def test_on_a_full_disk_what_was_kept_stays_and_the_next_append_succeeds(runs: Path, tmp_path: Path) -> None:
    """The system lets the process write no longer file, which SQLite cannot tell from a full disk."""
    place = tmp_path / "history.sqlite"
    append(place, sample_run(runs).folder)
    later = sample_run(runs, "later", start=START + DAY).folder
    most = place.stat().st_size // 4
    script = f"""import resource, signal, sys
from pathlib import Path
from harness.core.errors import EnvironmentUnreachable
from reports.history.database import append
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
try:
    append(sys.argv[1], Path(sys.argv[2]))
except EnvironmentUnreachable as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, place, later],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "the history cannot be written" in done.stdout
    assert "golive history import" in done.stdout
    assert count(place) == 1
    append(place, later)
    assert count(place) == 2


def test_a_job_that_is_killed_while_it_appends_leaves_a_whole_history(runs: Path, tmp_path: Path) -> None:
    place = tmp_path / "history.sqlite"
    append(place, sample_run(runs).folder)
    records = [sample_run(runs, f"later-{day}", start=START + day * DAY).folder for day in range(1, 4)]
    words = [sys.executable, "-c", f"{APPEND}\nfor each in sys.argv[2:]: append(sys.argv[1], Path(each))"]
    job = subprocess.Popen([*words, str(place), *map(str, records)], cwd=PROJECT)
    until = time.monotonic() + 60
    while count(place) < 2 and time.monotonic() < until:
        time.sleep(0.002)
    job.send_signal(signal.SIGKILL)
    job.wait(10)
    assert 2 <= count(place) <= 4
    for folder in records:
        append(place, folder)
    assert count(place) == 4


def test_in_a_folder_that_cannot_be_written_the_history_can_be_read_and_an_append_says_so(
    runs: Path, tmp_path: Path
) -> None:
    """As nobody, since root may write everywhere; from a copy of the project's room that nobody may enter."""
    shared = Path(shutil.copytree(runs if runs.exists() else _runs_with_one(runs), tmp_path / "shared"))
    place = shared / "history.sqlite"
    append(place, shared / "only")
    place.chmod(0o444)
    shared.chmod(0o555)
    try:
        if os.geteuid() != 0:
            assert count(place) == 1
            with pytest.raises(EnvironmentUnreachable, match="cannot be"):
                append(place, sample_run(runs, "later", start=START + DAY).folder)
        else:
            _as_nobody(place)
    finally:
        shared.chmod(0o755)


def _runs_with_one(runs: Path) -> Path:
    sample_run(runs, "only")
    return runs


def _as_nobody(place: Path) -> None:
    """What a process without rights is told by SQLite in that folder; everything was imported before."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            for folder in place.parents:
                if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o001:
                    folder.chmod(folder.stat().st_mode | 0o011)
            os.setgid(65534)
            os.setuid(65534)
            with open_history(place) as history:
                found = len(history.runs())
            try:
                database = connection.open_database(Place.of(place), create=True)
                with database.writing() as writing:
                    writing.execute(text("UPDATE golive_history SET version = 1"))
            except EnvironmentUnreachable as error:
                code = 0 if found == 1 and "cannot be kept" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_somebody_who_writes_for_long_is_waited_for_and_then_named(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "history.sqlite"
    append(place, sample_run(runs).folder)
    monkeypatch.setattr(connection, "WAIT_S", 0.2)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert count(place) == 1  # a reader waits for nobody
    with pytest.raises(EnvironmentUnreachable, match="somebody else writes the history"):
        append(place, sample_run(runs, "later", start=START + DAY).folder)
    other.execute("ROLLBACK")
    other.close()
    append(place, runs / "later")


def test_a_server_that_is_not_there_is_told_without_its_password(runs: Path) -> None:
    with pytest.raises(EnvironmentUnreachable) as told:
        append(f"postgresql://golive:{QUOTED}@127.0.0.1:1/golive", sample_run(runs).folder)
    assert "postgresql://127.0.0.1:1/golive" in str(told.value)
    assert "p@ss" not in str(told.value)
    assert "p%40ss" not in str(told.value)


def test_a_server_that_does_not_let_us_in_is_told_without_the_password(
    runs: Path, postgresql: Server
) -> None:
    url = postgresql.database().replace(QUOTED, "wrong-secret") + "?application_name=canary-of-the-query"
    with pytest.raises(EnvironmentUnreachable, match="password authentication failed") as told:
        append(url, sample_run(runs).folder)
    assert "wrong-secret" not in str(told.value)
    assert "canary-of-the-query" not in str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://golive:s3cret@db:port/golive",
        "://s3cret",
        "nosuchdatabase://golive:s3cret@db/golive",
        "mysql://golive:s3cret@127.0.0.1/golive",
        "postgresql+asyncpg://golive:s3cret@127.0.0.1/golive",
        "sqlite+pysqlcipher://:s3cret@/runs/history.sqlite",
        "sqlite:///runs/history.sqlite?key=s3cret",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_of_no_database_is_refused_without_a_secret(runs: Path, address: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        append(address, sample_run(runs).folder)
    assert "s3cret" not in str(told.value)
    assert told.value.exit_code == 4


def test_a_driver_that_is_not_installed_is_told_with_what_installs_it(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"psycopg, which is not installed.*golive\[postgresql\]"):
        append("postgresql://golive@127.0.0.1/golive", sample_run(runs).folder)
