"""The memory of a merchant is watched beside a load: of processes that we started, and by its own page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from harness.core.errors import MerchantFailure
from harness.evidence.watched import Watched
from harness.merchant.profile import MerchantProfile
from load.memory_page import MemoryPage
from load.watching import UNTOLD, Processes, memory_of, watching

LEAKING = (
    "import sys\nkept = []\nfor line in sys.stdin:\n    kept.append(b'x' * 50_000)\n    print(flush=True)\n"
)
"""Answers every line, and keeps 50 kB of each."""
PAGE = "process_resident_memory_bytes {}\nprocess_start_time_seconds {}\n"


def seen(run: Path) -> Watched:
    told = Watched.read(run)
    assert told is not None
    return told


def test_a_server_that_keeps_fifty_kilobytes_a_request_is_seen_to_grow_by_as_much(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", LEAKING], stdin=-1, stdout=-1, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        memory = Processes(server.pid)
        with watching(tmp_path, memory, seconds=0.5):
            had: list[float] = []
            for asked in range(500):
                if asked % 400 == 100:  # it is up by then
                    had.append(memory.look()[0])
                print(file=server.stdin, flush=True)
                server.stdout.readline()
            after, taken_s = memory.look()
        server.stdin.close()
        while psutil.Process(server.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        with pytest.raises(LookupError, match="the merchant's process ended"):
            memory.look()  # nobody has asked for it yet, and it has no memory
    told = seen(tmp_path)
    assert after - had[0] == pytest.approx(20, abs=3)
    assert taken_s is not None
    assert (told.what, told.why_not, told.memory_mb[0] is not None) == ("the merchant's processes", "", True)
    with watching(tmp_path, memory, seconds=0.5):
        pass
    assert seen(tmp_path).why_not == "the merchant's process ended"


def test_who_tells_no_memory_is_told_how_to(tmp_path: Path) -> None:
    with watching(
        tmp_path, memory_of(None, MerchantProfile.load("shop", base_url="http://127.0.0.1:9")), seconds=1
    ):
        pass
    told = seen(tmp_path)
    assert (told.what, told.why_not, told.memory_mb) == ("", UNTOLD, (None,) * len(told.at_s))


def test_a_machine_that_tells_nothing_of_itself_leaves_how_busy_it_was_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden() -> None:
        raise PermissionError("/proc/stat")

    monkeypatch.setattr(psutil, "cpu_times", hidden)
    with watching(tmp_path, None, seconds=1):
        pass
    assert set(seen(tmp_path).others) == {None}


def test_another_merchant_s_own_page_tells_and_a_new_start_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'base_url = "http://127.0.0.1:9"\nbuild = "1"\ncapabilities = []\n[metrics]\n'
        'memory_bytes = "process_resident_memory_bytes"\n'
    )
    memory = memory_of(None, MerchantProfile.load(str(profile)))
    assert isinstance(memory, MemoryPage)
    began = 100.0
    monkeypatch.setattr(
        memory._pages, "ask", lambda address: httpx.Response(200, text=PAGE.format(91_000_000, began))
    )
    assert memory.look() == (91.0, None)
    for untold in ("NaN", "0"):
        answer = httpx.Response(200, text=PAGE.format(untold, began))
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(memory._pages, "ask", lambda address, answer=answer: answer)
            with pytest.raises(MerchantFailure):
                memory.look()
    with watching(tmp_path, memory, seconds=60):
        pass
    assert set(seen(tmp_path).memory_mb) == {91.0}
    began = 200.0
    with watching(tmp_path, memory, seconds=60):
        pass
    assert seen(tmp_path).why_not == "the merchant was started anew during the load"
