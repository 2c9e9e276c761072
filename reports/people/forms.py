"""The folder of papers as it is made: the list of persons to fill in, and a bilingual form for each paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.core.control import Control
from harness.verdict.papers import wants_paper, wants_subject, wants_two_persons
from reports.checklist import Checklist
from reports.people.plan import PlannedPaper, plan
from reports.people.roster import ROSTER

FORMS = "forms"
_ROSTER = """\
# 谁可以签字，用哪把公钥。一行一个人；同一把公钥的两个名字是同一个人。
# Who may sign, and with which public key. A line a person; two names with one key are one person.
#
# SSH 公钥即 ~/.ssh/id_ed25519.pub 中的那一行；也可以写 PEM 格式的 Ed25519 公钥。
# An SSH key is the line in ~/.ssh/id_ed25519.pub; an Ed25519 public key in PEM is taken, too.
#
# "release manager" = ["ssh-ed25519 AAAA…"]
# "operations lead" = ["ssh-ed25519 AAAA…", "ssh-rsa AAAA…"]

schema = 1

[people]
"""


def make_folder(folder: Path, checklist: Checklist) -> list[Path]:
    """Make what is missing of a folder of papers, and leave everything that is there as it is.

    Returns:
        The files that were made.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / FORMS).mkdir(parents=True, exist_ok=True)
    controls = {control.id: control for control in checklist.controls}
    texts = {folder / ROSTER: _ROSTER} | {
        folder / FORMS / f"{id_}.md": form(controls[id_], planned)
        for id_, planned in plan().papers.items()
        if id_ in controls
    }
    made = []
    for path, text in texts.items():
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        made.append(path)
    return made


def is_blank(file: Path, control: Control) -> bool:
    """Whether a file is the form of a control as it was made, with nothing filled in."""
    planned = plan().papers.get(control.id)
    if planned is None:
        return False
    blank = form(control, planned).encode()
    try:
        with file.open("rb") as stream:
            return stream.read(len(blank) + 1) == blank
    except OSError:
        return False  # whoever keeps the document says what is wrong with it


def form(control: Control, planned: PlannedPaper) -> str:
    """The form of one paper, in Markdown, both languages in it; it ends in a line feed."""
    return "\n".join(_lines(control, planned)) + "\n"


def _lines(control: Control, planned: PlannedPaper) -> Iterator[str]:
    yield from (f"# {control.id} {control.title.zh} · {control.title.en}", "")
    yield from (f"**判定标准** {control.criterion.zh}", "", f"**Criterion** {control.criterion.en}", "")
    yield f"通常由谁提交：{planned.who.zh} · 第 {planned.week} 周 · 出处 {control.source}<br>"
    yield f"Usually brought by: {planned.who.en} · week {planned.week} · source {control.source}"
    yield ""
    yield from ("| 内容 · What it holds | 在哪里 · Where | 有效期至 · Valid until |", "|---|---|---|")
    yield from (f"| {each.zh} · {each.en} |  |  |" for each in planned.holds)
    yield ""
    yield from ("声明 · Statement:", "", "")
    yield from ("填写人与日期 · Filled in by, on:", "", "")
    yield from ("## 提交 · Hand it in", "")
    if not wants_paper(control):
        yield "本项由测试判定，无需提交：`golive config check .env.local`。本表只留存来源。<br>"
        yield "A test judges it, nothing is handed in: `golive config check .env.local`. Keep this form."
        return
    file = f"papers/{FORMS}/{control.id}.md"
    yield "提交本表，或能证明它的文件（如 PDF、截图）· Hand in this form, or the file that proves it:"
    yield from ("", "```", f"golive attest {control.id} --by NAME --file {file} --valid-until 2027-06-30")
    if wants_two_persons(control):
        yield f"golive approve {control.id} --by ANOTHER"
    yield "```"
    if wants_subject(control):
        yield ""
        yield "本项针对应用的某一版本：换版本后须重新证明。<br>"
        yield "It is about one build of the app: another build wants another paper."
