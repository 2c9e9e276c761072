"""What the kill matrix says of its own (words.yaml); defects and checklist bring the rest."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Text
from harness.core.texts import read_texts
from harness.evidence.kill_matrix import KillMatrix
from reports.kill_matrix.view import Cell

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
WORDS, SIDES = _TEXTS["words"], _TEXTS["sides"]

_STATE_SIGNS = {
    "killed": ("✓", "go"),
    "survived": ("✕", "no"),
    "error": ("⚙", "wait"),
    "silent": ("✓", "go"),
    "alarm": ("✕", "no"),
}
STATES = {state: (sign, _TEXTS["states"][state], colour) for state, (sign, colour) in _STATE_SIGNS.items()}
"""Symbol, word and colour of what became of a run: never colour alone."""

_CELL_SIGNS = dict(zip(Cell, ("✓", "✕", "●", "⚙", "·", ""), strict=True))
CELLS = {cell: (sign, _TEXTS["cells"][cell]) for cell, sign in _CELL_SIGNS.items()}
"""Symbol and meaning of a cell."""


def answer(matrix: KillMatrix) -> tuple[Text, str]:
    """The page's answer and its colour."""
    states, soak = matrix.states, matrix.mode == "soak"
    if "survived" in states:
        key, colour = "survived", "no"
    elif "alarm" in states:
        key, colour = "soak_alarm" if soak else "alarm", "no"
    elif "error" in states or matrix.interrupted or not states:
        key, colour = "undecided", "wait"
    else:
        key, colour = "soak_silent" if soak else "caught", "go"
    return _TEXTS["answers"][key], colour


def lede(matrix: KillMatrix) -> Text:
    """One sentence below the answer."""
    runs, alarms = len(matrix.correct), len(matrix.alarms)
    sentence = _TEXTS["sentences"]["correct_shop"].filled(
        runs=runs,
        checks=sum(run.checks for run in matrix.correct),
        alarms=alarms,
        times="once" if runs == 1 else f"{runs} times",
        heard=f"{alarms or 'no'} false alarm{'' if alarms == 1 else 's'}",
    )
    if matrix.mode == "soak":
        return sentence
    killed, total = sum(each.killed for each in matrix.defects), len(matrix.defects)
    return _TEXTS["sentences"]["defects"].filled(total=total, killed=killed, rest=sentence)
