"""`golive pay` against a target that nobody plays, with a test in the place of whoever holds the phone."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from harness.core.control import Check, Outcome
from harness.simulator.account.env_text import environment_text
from tests.plugin.target.tls_endpoint import NOTIFY_URL
from tests.scenarios.phones import ANSWERS, Acts, Place, cancels, environment, looks_away, pays, place
from tests.scenarios.running import PROJECT, Rehearsed

ONCE = "PAY-02"
NOBODY = ("--wait=3",)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A target that speaks the classic API alone, so that one code is paid."""
    with place(tmp_path_factory.mktemp("attended")) as made:
        yield made


@pytest.fixture(scope="module")
def paid(real: Place) -> Rehearsed:
    """One payment by QR that all goes well with, and is given back."""
    return real.attended("paid", real.answers(), "--refund")


def lines(run: Rehearsed, name: str) -> list[dict[str, object]]:
    """The lines of one of a record's artifacts."""
    return [json.loads(line) for line in (run.folder / "artifacts" / name).read_text("utf-8").splitlines()]


def attended(run: Rehearsed, control: str = ONCE) -> Check:
    """The check that a person took part in."""
    (found,) = [
        each
        for each in run.checks
        if each.control == control and "attended" in each.scenario and each.dialect == "apiv3"
    ]
    return found


def test_a_payment_that_the_person_saw_passes(paid: Rehearsed) -> None:
    assert paid.code == 0, paid.output
    check = attended(paid)
    assert check.outcome is Outcome.PASS, check.message
    assert check.exercised > 3


def test_what_was_seen_is_kept_as_it_happened(paid: Rehearsed) -> None:
    events = lines(paid, "payments.ndjson")
    kinds = [each["event"] for each in events]
    assert kinds[0] == "ordered"
    assert {"paid", "answer", "refund"} <= set(kinds)
    (payment,) = [each for each in events if each["event"] == "paid"]
    assert payment["total_fen"] == 1
    assert str(payment["transaction_id"]).startswith("42")
    answers = [each for each in events if each["event"] == "answer"]
    assert {(each["by"], each["answer"], each["how"]) for each in answers} == {
        ("release manager", "yes", "file")
    }
    assert all(each["asked"]["zh"] and each["asked"]["en"] and each["at"] for each in answers)  # type: ignore[index]


def test_the_code_and_the_page_are_kept_as_pictures(paid: Rehearsed) -> None:
    kinds = [each.kind for each in attended(paid).artifacts]
    assert kinds == ["qr", "screenshot"]
    for each in attended(paid).artifacts:
        assert (paid.folder / each.path).read_bytes().startswith(b"\x89PNG")


def test_the_refund_is_followed_to_its_end(paid: Rehearsed) -> None:
    refunds = [each["state"] for each in lines(paid, "payments.ndjson") if each["event"] == "refund"]
    assert (refunds[0], refunds[-1]) == ("PROCESSING", "SUCCESS")
    (order,) = lines(paid, "orders.ndjson")
    assert (order["amount"], order["state"]) == (1, "paid, and given back")
    assert "none is open" in paid.output


def test_it_judges_gates_like_any_run_and_leaves_the_rest_to_others(paid: Rehearsed) -> None:
    assert "REHEARSAL NOT YET" in paid.output
    left = [each for each in paid.checks if each.lacks == "unattended"]
    assert {each.control for each in left} >= {"PAY-01", "PAY-02", "PAY-03"}
    phones = [each for each in paid.checks if each.lacks == "phone"]
    assert {each.outcome for each in phones} == {Outcome.NEEDS_HUMAN}
    assert "--scenario h5" in " ".join(each.message for each in phones)


def test_nobody_pays(real: Place) -> None:
    run = real.attended("nobody", real.answers(), *NOBODY, person=looks_away)
    assert run.code == 2, run.output
    check = attended(run)
    assert check.outcome is Outcome.NEEDS_HUMAN
    assert "nobody paid within 3 s" in check.message
    assert real.state(real.took[-1]) == "CLOSED"
    (order,) = lines(run, "orders.ndjson")
    assert order["state"] == "closed"


def test_a_payer_who_turns_back_leaves_a_closed_order(real: Place) -> None:
    run = real.attended("cancelled", real.answers(), *NOBODY, person=cancels)
    assert (run.code, attended(run).outcome) == (2, Outcome.NEEDS_HUMAN), run.output
    assert real.state(real.took[-1]) == "CLOSED"


def test_an_answer_of_no_fails_and_a_question_left_open_needs_somebody(real: Place) -> None:
    wrong = real.attended(
        "no", real.answers(ANSWERS.replace('"PAY-02 opened" = true', '"PAY-02 opened" = false'))
    )
    assert wrong.code == 1, wrong.output
    assert "release manager answered no: After scanning" in attended(wrong).message
    silent = real.attended("silent", real.answers(ANSWERS.replace('"PAY-02 told" = true', "")))
    assert (silent.code, attended(silent).outcome) == (2, Outcome.NEEDS_HUMAN), silent.output
    nameless = real.attended("nameless", real.answers(ANSWERS.replace('by = "release manager"', "")))
    assert (nameless.code, attended(nameless).outcome) == (2, Outcome.NEEDS_HUMAN), nameless.output


def test_without_a_terminal_nothing_is_ordered_and_it_does_not_hang(real: Place) -> None:
    before = real.levers.orders()
    run = real.attended("ci", "--wait=3600")
    assert run.code == 2, run.output
    assert "nobody is here to pay: the input is no terminal" in attended(run).message
    assert real.levers.orders() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--amount=60", "--budget-fen=59"], "1 payments of 60 fen do not fit into the budget of 59 fen"),
        (["--target=https://pay.example.com"], "does not allow"),
        (["--budget-fen="], "no budget was given"),
        (["--scenario=jsapi", "--provider=alipay"], "no payment of that kind"),
    ],
    ids=["budget", "host", "no budget", "alipay jsapi"],
)
def test_what_cannot_be_is_refused_before_anything_is_ordered(
    change: list[str], words: str, real: Place, tmp_path: Path
) -> None:
    before = real.levers.orders()
    run = real.attended(f"refused-{tmp_path.name}", *change, real.answers())
    assert run.code == 4, run.output
    assert words in run.output
    assert "Traceback" not in run.output
    assert real.levers.orders() == before
    assert not run.folder.exists(), "a refused run left a record"


def test_a_refund_that_does_not_end_is_not_done(real: Place) -> None:
    real.refunds_end = False
    try:
        run = real.attended("unsettled", real.answers(), "--refund", "--wait=3")
    finally:
        real.refunds_end = True
    assert (run.code, attended(run).outcome) == (2, Outcome.PASS), run.output
    (order,) = lines(run, "orders.ndjson")
    assert order["state"] == f"PAID: refund it by hand; refund {order['out_trade_no']}R is PROCESSING"


def test_a_simulator_that_is_played_needs_no_phone(real: Place, tmp_path: Path) -> None:
    address = real.simulator.base_url
    values = real.simulator.environment(notify_url=NOTIFY_URL)
    (tmp_path / ".env.played").write_text(environment_text(values), "utf-8")
    run = real.attended(
        "played", f"--target={address}", f"--env-file={tmp_path / '.env.played'}", real.answers()
    )
    assert run.code == 4, run.output
    assert "is played by its levers, and nobody with a phone can pay there" in run.output


def test_told_to_end_it_closes_the_order_and_keeps_what_was_seen(real: Place, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    typed = [*real.arguments("--wait=600", real.answers()), f"--out={folder}"]
    before = set(real.levers.orders())
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *typed],
        cwd=PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as command:
        wait_for(lambda: set(real.levers.orders()) - before)
        (number,) = set(real.levers.orders()) - before
        wait_for(lambda: "NOTPAY" in (folder / "artifacts" / "payments.ndjson").read_text("utf-8"))
        command.send_signal(signal.SIGINT)
        output, _ = command.communicate(timeout=60)
    assert command.returncode == 2, output
    assert "Traceback" not in output
    assert real.state(number) == "CLOSED"
    run = Rehearsed(folder, command.returncode, output, "")
    assert lines(run, "payments.ndjson")[0]["event"] == "ordered"
    (order,) = lines(run, "orders.ndjson")
    assert (order["out_trade_no"], order["state"]) == (number, "closed")
    meta = json.loads((folder / "run.json").read_text("utf-8"))
    assert meta["interrupted"] is True


def test_two_payments_at_once_are_two_orders_and_two_records(real: Place) -> None:
    given = real.answers()
    with real.somebody(pays), ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda name: real.alone(name, given), ("left", "right"))
    assert (first.code, second.code) == (0, 0), first.output + second.output
    numbers = {str(lines(run, "orders.ndjson")[0]["out_trade_no"]) for run in (first, second)}
    assert len(numbers) == 2
    assert {real.state(number) for number in numbers} == {"SUCCESS"}


def test_answers_may_be_piped_in_and_a_photo_handed_in(real: Place, tmp_path: Path) -> None:
    Image.new("RGB", (40, 80), (9, 99, 9)).save(tmp_path / "phone.jpg")
    folder = tmp_path / "run"
    more = [
        "--answers=-",
        f"--photo={tmp_path / 'phone.jpg'}",
        f"--page={tmp_path / 'pay.html'}",
        "--lang=en",
    ]
    with real.somebody(pays):
        done = subprocess.run(
            [sys.executable, "-m", "harness", *real.arguments(*more), f"--out={folder}"],
            cwd=PROJECT,
            env={**environment(), "PYTHONIOENCODING": "ascii"},
            input="release manager\ny\nn\n",
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.partition("\n✗ ")[0].isascii(), (
        "a terminal without UTF-8 was given more than it can show"
    )
    assert "Scan this code with WeChat" in done.stdout
    run = Rehearsed(folder, done.returncode, done.stdout, "")
    assert "release manager answered no: Did the phone say" in attended(run).message
    assert [each.kind for each in attended(run).artifacts] == ["qr", "screenshot", "screenshot"]
    assert "weixin://" not in (tmp_path / "pay.html").read_text("utf-8")
    assert "<svg" in (tmp_path / "pay.html").read_text("utf-8")


def wait_for(there: Callable[[], object], within_s: float = 60) -> None:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        with suppress(FileNotFoundError):
            if there():
                return
        time.sleep(0.1)
    raise AssertionError("it did not come to that in time")


def test_somebody_at_a_terminal_pays_answers_and_is_shown_the_code(real: Place, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    output = at_a_terminal(
        real, folder, "--lang=zh", saying={"看手机的是谁": "发布经理", "手机照片": "", "[y/n": "y"}
    )
    run = Rehearsed(folder, 0, output, "")
    assert attended(run).outcome is Outcome.PASS, output
    assert "\x1b[38;5;16;48;5;231m" in output, "the code is not drawn dark on light"
    answers = [each for each in lines(run, "payments.ndjson") if each["event"] == "answer"]
    assert {(each["by"], each["how"]) for each in answers} == {("发布经理", "terminal")}
    assert "✓ PAY-02" in output


def test_somebody_at_a_terminal_gives_up(real: Place, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    output = at_a_terminal(real, folder, "--wait=600", saying={"gives up": "q"}, person=looks_away)
    assert attended(Rehearsed(folder, 2, output, "")).outcome is Outcome.NEEDS_HUMAN
    assert real.state(real.took[-1]) == "CLOSED"


def at_a_terminal(real: Place, folder: Path, *more: str, saying: dict[str, str], person: Acts = pays) -> str:
    """What a terminal was shown; whenever it shows one of these words, the line beside it is typed."""
    ours, theirs = pty.openpty()
    with real.somebody(person):
        command = subprocess.Popen(
            [sys.executable, "-m", "harness", *real.arguments(*more), f"--out={folder}"],
            cwd=PROJECT,
            env={**environment(), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown, answered = b"", 0
        with suppress(OSError):  # how Linux says that the other side is gone
            while data := os.read(ours, 65536):
                shown += data
                text = shown[answered:].decode("utf-8", "replace")
                for words, line in saying.items():
                    if words in text:
                        os.write(ours, f"{line}\n".encode())
                        answered = len(shown)
                        break
        os.close(ours)
        command.wait(60)
    return shown.decode("utf-8", "replace")
