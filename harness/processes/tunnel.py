"""Hands a connection on to another place on this machine, or where its owner let it go, as it comes."""

from __future__ import annotations

import asyncio

PIECE = 64 * 1024


async def hand_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    to: tuple[str, int],
    first: bytes = b"",
    opened: bytes = b"",
) -> None:
    """Carry bytes both ways until nothing more is answered; whoever has said all is still answered.

    Args:
        to: host and port.
        first: what was read of the connection before.
        opened: what its owner is told once somebody is there.

    Raises:
        OSError: nobody is there; nothing was carried yet.
    """
    answers, behind = await asyncio.open_connection(*to)
    writer.write(opened)
    behind.write(first)
    asked = asyncio.create_task(_pump(reader, behind))
    try:
        await _pump(answers, writer)
    finally:
        asked.cancel()
        for each in (writer, behind):
            each.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(PIECE):
            sink.write(piece)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
    except OSError:
        pass  # either side has gone
