"""The end of a load: its parts as one measurement on disk, what it came to in words, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping

from load import terminal
from load.judged import keep_set
from load.measurement import FILE, Measurement, merged, write
from load.options import Options


def conclude(parts: Mapping[int, Measurement], *, lost: int, options: Options) -> int:
    """Write the whole and say how it went.

    Args:
        parts: what each process measured, by its share.
        lost: workers that are gone with what they measured.

    Returns:
        The exit code: 0 measured, 2 nothing may be concluded, 3 nothing answered, 5 nothing ran.
    """
    if not parts:
        return terminal.NOTHING_RAN
    whole = merged(parts[index] for index in sorted(parts))
    if lost:
        terminal.say(f"{lost} workers were lost with what they measured")
        whole.interrupted = True
    if options.out is not None:
        write(whole, options.out / FILE)
        if options.played_set:
            keep_set(options.played_set, options.out)
    for line in terminal.lines(whole, options.generator):
        terminal.say(line)
    if whole.unreached:
        return terminal.NOTHING_ANSWERED
    return terminal.INCONCLUSIVE if terminal.why_inconclusive(whole, options.generator) else 0
