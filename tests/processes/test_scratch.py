"""What a process leaves in the temporary folder is gone when it is, or when the next one starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

MAKES = "from harness.processes.scratch import scratch, use_scratch; use_scratch(); "
KEEPS = "import sys; (scratch() / 'key.pem').write_text('secret'); print(scratch(), flush=True); "


def process(place: Path, then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAKES + KEEPS + then],
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def made(started: subprocess.Popen[str]) -> Path:
    assert started.stdout is not None
    return Path(started.stdout.readline().strip())


def test_it_is_private_and_gone_with_its_process(tmp_path: Path) -> None:
    with process(tmp_path, "sys.stdin.read()") as running:
        folder = made(running)
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_is_swept_by_the_next(tmp_path: Path) -> None:
    with process(tmp_path, "sys.stdin.read()") as killed:
        left = made(killed)
        killed.send_signal(signal.SIGKILL)
    assert (left / "key.pem").is_file()
    with process(tmp_path, "sys.stdin.read()") as following:
        assert made(following).is_dir()
        assert not left.exists()


def test_one_that_is_in_use_stays(tmp_path: Path) -> None:
    with process(tmp_path, "sys.stdin.read()") as running:
        used = made(running)
        with process(tmp_path, "") as other:
            made(other)
        assert (used / "key.pem").is_file()


def test_children_keep_theirs_in_it(tmp_path: Path) -> None:
    child = "import tempfile; print(tempfile.mkdtemp())"
    with process(
        tmp_path, f"import subprocess; subprocess.run([sys.executable, '-c', {child!r}])"
    ) as running:
        folder = made(running)
        assert made(running).parent == folder
