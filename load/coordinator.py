"""This process's place in a load, as Locust calls it: alone, the master, or a worker.

Alone, a process is a team of one. With workers, Locust's master knows the shares when the test starts, and
each worker asks for its own: Locust may start a worker's user before that worker has joined. Each hands in
its whole measurement once, when its last answer is in, so counts add exactly. Who has which share is told in
`shares`, how far a load is in `standing`, what ends it in `interruptions`.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from locust import runners

from harness.core.errors import GoLiveError, HarnessError
from load import terminal
from load.conclusion import conclude
from load.generator import Generator
from load.interruptions import Interruptions
from load.measurement import Measurement
from load.open_loop import GRACE_S
from load.options import Options
from load.progress import Progress
from load.request_log import RequestLog
from load.shares import Shares
from load.standing import Standing

ASK, SHARE, READY, GO, PART, STOP = (
    f"golive_{word}" for word in ("ask", "share", "ready", "go", "part", "stop")
)
START_S = 1.5
"""From the master's word to moment zero: time for it to reach every worker."""
_DEAL_S = 20.0
"""How long a worker's user waits for its share, in seconds."""
_FAREWELL_S = 0.5
"""What a second Ctrl-C leaves the workers to hand in what they have, in seconds."""
_LOOKS_EVERY_S = 0.1
_INTERRUPTED = 130


class Coordinator:
    """This process's place in a load: alone, the master, or a worker."""

    def __init__(self) -> None:
        self.over = False
        """Whether there is nothing more to wait for."""
        self._environment: Any = None
        self._options: Options | None = None
        self._generator: Generator | None = None
        self._index, self._of = 0, 1
        self._joined, self._dealt, self._go = Event(), Event(), Event()
        self._stopping = self._quitting = False
        self._start: int | None = None
        """When the schedule starts everywhere, µs since the epoch, as the master has it."""
        self._shares = Shares()
        self._progress: Progress | None = None
        self._request_log: RequestLog | None = None
        self._standing = Standing(lambda: None if self._generator is None else self._generator.told())
        self._error: GoLiveError | None = None
        self._begun = 0.0
        self._written = False
        self._exit_code = 0

    # What Locust calls

    def join(self, environment: Any) -> None:
        """Take our place, as soon as Locust knows its own."""
        self._environment = environment
        self._progress = Progress(environment)
        runner = environment.runner
        given = environment.parsed_options
        given.host = given.host or environment.host
        try:
            self._options = Options.read(given)
            if not self._is_worker:
                # Whatever would be refused is refused before anybody is started.
                Generator(self._options, index=0, of=max(given.expect_workers if self._is_master else 1, 1))
        except GoLiveError as error:
            self._give_up(error)
        environment.stop_timeout = self._patience_s
        Interruptions(ask=self._asked_to_stop, end=self._end_at_once).listen()
        self._show()
        environment.events.test_start.add_listener(self._starts)
        environment.events.test_stop.add_listener(self._stops)
        if self._is_master:
            runner.register_message(ASK, self._take_ask)
            runner.register_message(READY, self._take_ready)
            runner.register_message(PART, self._take_part)
            self._progress.take_from_workers()
        if self._is_worker:
            runners.WORKER_REPORT_INTERVAL = 1.0
            runner.register_message(SHARE, self._take_share)
            runner.register_message(GO, self._take_start)
            runner.register_message(STOP, lambda environment, msg, **more: self._stop())
            self._progress.give_to_master()
            environment.events.quitting.add_listener(self._quits)
        self._joined.set()

    def _show(self) -> None:
        """Let a Prometheus read how it goes, where somebody asked for it; a worker tells its master."""
        events = self._environment.events
        if self._is_worker:
            self._standing.give_to_master(events, wanted=self._metrics_wanted)
            return
        if self._is_master:
            self._standing.take_from_workers(events)
        try:
            if self._options is not None:
                self._standing.serve(self._options)
        except GoLiveError as error:
            self._give_up(error)

    def _metrics_wanted(self) -> bool:
        return self._options is not None and self._options.metrics is not None  # as the master has it

    def work(self) -> None:
        """Send our share; Locust's one user of this process calls it."""
        self._joined.wait()
        if self._is_worker and not self._asked_for_share():
            return  # came too late to be dealt a share: the others have it all
        try:
            options = self._options = self._my_options()
            self._request_log = RequestLog() if options.requests_file else None
            kept = tuple(each for each in (self._progress, self._request_log) if each is not None)
            self._generator = Generator(options, index=self._index, of=self._of, listeners=kept)
            if self._stopping:
                self._generator.stop()
            self._generator.run(ready=self._ready)
        except GoLiveError as error:
            self._error = error
        finally:
            self._hand_in()

    # Dealing out

    def _starts(self, **ignored: Any) -> None:
        """The test starts: the master deals; whoever is no worker begins to tell how it goes."""
        if self._is_worker:
            return
        self._begun = time.monotonic()
        if self._is_master:
            runner = self._environment.runner
            clients = [*runner.clients.ready, *runner.clients.spawning, *runner.clients.running]
            clients.sort(key=lambda client: int(runner.get_worker_index(client.id)))
            self._shares.deal([client.id for client in clients])
        gevent.spawn(self._tell)

    def _asked_for_share(self) -> bool:
        """Ask the master for our share; False if there is none, or we are told to end before it comes."""
        self._environment.runner.send_message(ASK)
        return bool(self._dealt.wait(_DEAL_S)) and not self._quitting

    def _take_ask(self, environment: Any, msg: Any, **ignored: Any) -> None:
        index = self._shares.of(msg.node_id)
        if index is not None:
            runner = self._environment.runner
            runner.send_message(SHARE, {"index": index, "of": self._shares.size}, msg.node_id)
            if self._stopping:
                runner.send_message(STOP, client_id=msg.node_id)

    def _take_share(self, environment: Any, msg: Any, **ignored: Any) -> None:
        self._index, self._of = int(msg.data["index"]), int(msg.data["of"])
        self._dealt.set()

    def _ready(self) -> int | None:
        """Say that we are prepared, and wait for the others: the shares are one schedule only if they start
        together."""
        if self._is_worker:
            self._environment.runner.send_message(READY)
            self._go.wait(_DEAL_S)
        self._begun = time.monotonic()
        return self._start

    def _take_start(self, environment: Any, msg: Any, **ignored: Any) -> None:
        self._start = msg.data
        self._go.set()

    def _take_ready(self, environment: Any, msg: Any, **ignored: Any) -> None:
        if self._shares.ready(msg.node_id):
            self._start_together()

    def _start_together(self) -> None:
        self._begun = time.monotonic()
        self._environment.runner.send_message(GO, round((time.time() + START_S) * 1_000_000))

    def _my_options(self) -> Options:
        """The master's options, with the files of this machine."""
        mine = self._options
        if mine is None:
            raise HarnessError("a load without options", where="load")
        if not self._is_worker:
            return mine
        theirs = Options.read(self._environment.parsed_options)
        base_url = self._environment.host or None
        out = mine.out or theirs.out
        return replace(theirs, env_file=mine.env_file, profile=mine.profile, out=out, base_url=base_url)

    # Handing in

    def _hand_in(self, *, interrupted: bool = False) -> None:
        """Give what this process measured to whoever adds up; a second call changes nothing."""
        if self._index in self._shares.parts:
            return
        measurement, left_open = None, list[str]()
        if self._generator is not None:
            measurement = self._shares.parts[self._index] = self._generator.end(interrupted=interrupted)
            left_open = self._generator.left_open
        if self._request_log is not None and self._options is not None:
            folder = (self._options.out or Path()) / "measurements"
            self._request_log.write(folder / f"requests-{self._index}.{self._options.requests_file}")
        if self._is_worker:
            self._environment.runner.send_message(
                PART,
                {
                    "index": self._index,
                    "measurement": measurement.to_json() if measurement is not None else None,
                    "error": str(self._error) if self._error is not None else None,
                    "exit_code": self._error.exit_code if self._error is not None else 0,
                },
            )
            self._environment.process_exit_code = 0  # what it came to is the master's to say
            return
        if left_open:
            terminal.say(f"could not be closed again ({len(left_open)}): {', '.join(left_open[:20])}")
        if self._error is not None:
            self._fail(str(self._error), self._error.exit_code)
        self.over = True

    def _take_part(self, environment: Any, msg: Any, **ignored: Any) -> None:
        told = msg.data
        if self._shares.of(msg.node_id) is None:
            return  # of another load, whose master is gone
        if told["error"]:
            self._fail(told["error"], told["exit_code"])
        part = None
        if told["measurement"]:
            part = Measurement.from_json(told["measurement"], where=f"worker {told['index']}")
        if self._shares.take(msg.node_id, int(told["index"]), part):
            self._stop()
            self._start_together()
        self.over = self.over or not self._shares.outstanding

    # Ending

    def _stops(self, **ignored: Any) -> None:
        if not self._is_worker:
            self._conclude()

    def _conclude(self) -> None:
        """Write the whole and say how it went; once."""
        if self._written or self._options is None:
            return
        self._written = True
        came_to = conclude(self._shares.parts, lost=self._shares.outstanding, options=self._options)
        self._exit_code = self._exit_code or came_to
        self._environment.process_exit_code = self._exit_code

    def _asked_to_stop(self) -> bool:
        """Wait for what is under way, if anything is; a worker's master may have begun before it."""
        if not (self._is_worker or self._begun):
            return False
        self._stop()
        if not self._is_worker:
            terminal.say("stopping: waiting for the last answers; Ctrl-C again ends at once")
        return True

    def _end_at_once(self) -> None:
        """End with what there is."""
        if not self._is_master:
            self._hand_in(interrupted=True)
        gevent.sleep(0 if not (self._is_master or self._is_worker) else _FAREWELL_S)
        if not self._is_worker and self._begun:
            self._conclude()
        sys.stderr.flush()
        os._exit(_INTERRUPTED)

    def _quits(self, **ignored: Any) -> None:
        """On SIGTERM Locust ends a worker at once; what is under way is still waited for, and handed in."""
        self._quitting = True
        self._dealt.set()  # who would deal may be gone: Locust waits for our user
        with gevent.Timeout(self._patience_s, exception=False):
            while self._generator is not None and self._index not in self._shares.parts:
                gevent.sleep(_LOOKS_EVERY_S)

    def _stop(self) -> None:
        """Start nothing more, here and at the workers; whoever still waits for the others waits no longer."""
        self._stopping = True
        if self._generator is not None:
            self._generator.stop()
        self._go.set()
        if self._is_master:
            self._environment.runner.send_message(STOP)

    def _give_up(self, error: GoLiveError) -> None:
        if not self._is_worker:
            terminal.say(f"golive load: {error}")
        os._exit(error.exit_code)

    def _fail(self, what: str, exit_code: int) -> None:
        terminal.say(f"golive load: {what}")
        self._exit_code = max(self._exit_code, exit_code)

    # Telling

    def _tell(self) -> None:
        options, progress = self._options, self._progress
        if options is not None and progress is not None:
            total_s = options.schedule.duration_s
            progress.tell(
                begun=lambda: self._begun, total_s=total_s, workers=self._shares.size, over=self._is_over
            )

    def _is_over(self) -> bool:
        """Whether there is nobody left to wait for; the last resort against waiting for ever."""
        late = time.monotonic() - self._begun > self._patience_s
        self.over = self.over or late or (self._is_master and self._shares.all_lost(self._alive()))
        return self.over

    def _alive(self) -> set[str]:
        """Workers that Locust still hears of."""
        clients = self._environment.runner.clients
        return {client.id for client in clients.all if client.state != "missing"}

    @property
    def users(self) -> int:
        """How many users Locust is to start: one a worker, as many as there are when the test starts."""
        if self._is_master and not self._begun:
            self._shares.size = max(int(self._environment.runner.worker_count), 1)
        return self._shares.size

    @property
    def _patience_s(self) -> float:
        """Seconds after which even the last answer must be in."""
        options = self._options
        if options is None:
            return GRACE_S
        return options.schedule.duration_s + GRACE_S + 4 * options.timeout_s + _DEAL_S

    @property
    def _is_master(self) -> bool:
        return isinstance(self._environment.runner, runners.MasterRunner)

    @property
    def _is_worker(self) -> bool:
        return isinstance(self._environment.runner, runners.WorkerRunner)
