"""Debian's PostgreSQL, started for the tests alone: on a free port of loopback, as a user without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from setup.postgresql import DEBIANS, PROGRAM

PASSWORD = "p@ss/word?&%"
"""With everything that an address has to escape."""
QUOTED = "p%40ss%2Fword%3F%26%25"
_NUMBERS = count(1)
_BEGINS_WITHIN_S = 30


def programs() -> Path:
    """The folder of the newest server there is."""
    if found := shutil.which(PROGRAM):
        return Path(found).resolve().parent
    there = sorted(DEBIANS.glob(f"*/bin/{PROGRAM}"), key=lambda path: float(path.parts[-3]))
    if not there:
        pytest.fail(
            "PostgreSQL is not installed, and the history of several machines is tested with it → "
            "make setup installs it; by hand: apt-get install postgresql"
        )
    return there[-1].parent


class Server:
    """A server that runs."""

    def __init__(self, port: int) -> None:
        self.port = port

    def database(self) -> str:
        """The URL of a fresh database, with a password that has to be escaped."""
        name = f"history{next(_NUMBERS)}"
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="golive",
            password=PASSWORD,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://golive:{QUOTED}@127.0.0.1:{self.port}/{name}"


@contextmanager
def server() -> Iterator[Server]:
    """Make a cluster, start it, and take both away again."""
    found = programs()
    place = Path(tempfile.mkdtemp(prefix="golive-postgresql-", dir="/tmp"))
    try:
        (place / "password").write_text(PASSWORD)
        who = _unprivileged(place)
        data = place / "data"
        made = [
            found / "initdb",
            *("-D", data, "-U", "golive", "-A", "scram-sha-256", f"--pwfile={place / 'password'}"),
            *("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ]
        subprocess.run(list(map(str, made)), check=True, capture_output=True, cwd=place, user=who, group=who)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": place,
            "fsync": "off",
        }
        started = [found / "postgres", "-D", data]
        started += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(
                list(map(str, started)), stdout=log, stderr=log, cwd=place, user=who, group=who
            )
        try:
            _wait(process, port, place / "log")
            yield Server(port)
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _unprivileged(place: Path) -> int | None:
    """The server refuses to run as root: then it runs as nobody, whose folder this becomes."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody").pw_uid
    for each in (place, *place.iterdir()):
        os.chown(each, nobody, nobody)
    return nobody


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _BEGINS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="golive", password=PASSWORD, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
