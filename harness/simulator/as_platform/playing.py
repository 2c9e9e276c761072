"""Plays the platforms' hosts for as long as a simulator runs: TLS door, proxy, and the files of `trust`.

On a thread of its own beside the simulator, which knows nothing of it: to it these are clients like others.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from harness.core.errors import EnvironmentUnreachable
from harness.processes.scratch import scratch
from harness.processes.serving import START_S, base_url, listen
from harness.simulator.as_platform.found import Playing
from harness.simulator.as_platform.names import FOLDER
from harness.simulator.as_platform.proxy import HEAD_BYTES, Proxy
from harness.simulator.as_platform.routes import PLAYED, Routes
from harness.simulator.as_platform.trust import write_trust
from harness.simulator.https_door import HttpsDoor


@contextmanager
def playing_platforms(
    behind: socket.socket, *, allowed: Collection[str] = (), refused: Callable[[str], None]
) -> Iterator[Playing]:
    """Be the platforms until the block ends, and yield what programs are told of it.

    Args:
        behind: the listener of the simulator, on this machine and without TLS.
        allowed: hosts elsewhere that may be reached.
        refused: told of each host that led nowhere, with the reason; the same reason once.

    Raises:
        UnsafeRequest: a platform's own host is to be allowed.
        UsageError: what is to be allowed is no name of a host.
        EnvironmentUnreachable: no port is free.
    """
    said: set[str] = set()

    def tell(why: str) -> None:
        if why not in said:
            said.add(why)
            refused(why)

    plainly = behind.getsockname()[:2]
    with ExitStack() as stack:
        inner, outer = (stack.enter_context(listen()) for _ in range(2))
        routes = Routes(over_tls=inner.getsockname()[:2], plainly=plainly, allowed=allowed)
        door = HttpsDoor(inner, plainly[1], PLAYED, tell)
        folder = Path(mkdtemp(prefix=FOLDER, dir=scratch()))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        playing = Playing(folder, base_url(outer), base_url(behind))
        write_trust(playing, door.ca_pem)
        running = _Running(outer, door, Proxy(routes, tell))
        stack.callback(running.stop)
        running.start()
        yield playing


class _Running:
    """A thread with the loop in which proxy and door live."""

    def __init__(self, listener: socket.socket, door: HttpsDoor, proxy: Proxy) -> None:
        self._listener = listener
        self._door = door
        self._proxy = proxy
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="as-platform", daemon=True)

    def start(self) -> None:
        """Return when connections are taken.

        Raises:
            EnvironmentUnreachable: they are not, within the time that any server of ours has.
        """
        self._thread.start()
        if not self._ready.wait(START_S):
            raise EnvironmentUnreachable(
                "the server did not start", where=base_url(self._listener), remedy="see the log lines above"
            )

    def stop(self) -> None:
        """Cut every connection, and return when the thread has ended."""
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._door)
            server = await asyncio.start_server(self._proxy.serve, sock=self._listener, limit=HEAD_BYTES)
            stack.callback(server.close)
            self._ready.set()
            await self._over.wait()
