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
    """Carry bytes both ways until either side has gone, which the other hears by its connection.

    Args:
        to: host and port.
        first: what was read of the connection before.
        opened: what its owner is told once somebody is there.

    Raises:
        OSError: nobody is there; nothing was carried yet.
    """
    answers, behind = await asyncio.open_connection(*to)
    try:
        writer.write(opened)
        behind.write(first)
        ways = [asyncio.create_task(_pump(*each)) for each in ((reader, behind), (answers, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (writer, behind):
            each.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(PIECE):
            sink.write(piece)
            await sink.drain()
    except OSError:
        pass  # either side has gone
