"""Processes that run jobs for any thread, each job in one of them.

A job that kills its process, or outlasts its time, costs that process, and another takes its place; so does a process
that dies while it waits for a job. Whether a job killed its process, or something else did, such as another's want of
memory, nobody can tell: it may be tried again. Each has a pipe of its own: none can keep the others from their work.
"""

import ctypes
import multiprocessing
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar, cast

# So many jobs wait for the processes there are before another is started.
BEHIND = 3
# PR_SET_PDEATHSIG of prctl(2). The parent is the thread that started the process: it serves that process to its end.
_PARENT_DEATH_SIGNAL = 1

P = ParamSpec("P")
T = TypeVar("T")

# Not forked: the libraries that read keep threads and locks, which a fork would tear apart.
_SPAWN = multiprocessing.get_context("spawn")


class ProcessDied(Exception):
    """The process that ran a job ended before it answered."""


class OutOfTime(Exception):
    """A job took longer than it may."""


@dataclass(frozen=True)
class _Call:
    """What is called in a process."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]

    def __call__(self) -> Any:
        return self.function(*self.arguments, **self.named)


@dataclass(frozen=True)
class _Job:
    call: _Call
    seconds: float | None
    tries: int
    answer: Future[Any] = field(default_factory=Future[Any])


class Processes:
    """Up to so many processes; each calls `begin` before its first job.

    One starts at once, another where jobs are left behind: each takes seconds to load what it needs.
    """

    def __init__(self, count: int, begin: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None:
        self._count = count
        self._begin = _Call(begin, args, kwargs)
        self._stopped = False
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._running: set[_Process] = set()
        self._threads: list[Thread] = []
        self._lock = Lock()
        # Threads that wait without a job meant for them, and jobs that no thread is meant for yet.
        self._free, self._behind = 1, 0
        self._start_thread()

    def submit(
        self, seconds: float | None, tries: int, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Have a function called in one of the processes, within so many seconds.

        It is called up to so many times where its process dies. The future raises what the function raises; OutOfTime,
        ProcessDied; CancelledError where all were stopped.
        """
        job = _Job(_Call(function, args, kwargs), seconds, tries)
        with self._lock:
            self._jobs.put(job)
            if self._stopped:
                job.answer.cancel()
            elif self._free:
                self._free -= 1
            elif self._behind + 1 >= BEHIND and len(self._threads) < self._count:
                self._start_thread()
            else:
                self._behind += 1
        return cast("Future[T]", job.answer)

    def stop(self) -> None:
        """End all processes, whatever they do. Who waits for an answer gets CancelledError."""
        with self._lock:
            self._stopped = True
            for _ in self._threads:
                self._jobs.put(None)
        for process in list(self._running):
            process.kill()
        for thread in self._threads:
            thread.join()

    def _start_thread(self) -> None:
        self._threads.append(Thread(target=self._serve, daemon=True))
        self._threads[-1].start()

    def _is_free(self) -> None:
        """Say that a thread is done with its job."""
        with self._lock:
            if self._behind:
                self._behind -= 1
            else:
                self._free += 1

    def _serve(self) -> None:
        """Keep one process, and another where that one is lost, until all are stopped."""
        process: _Process | None = None
        while True:
            # It loads what it needs while nobody asks for anything.
            with suppress(OSError):
                process = self._living(process)
            job = self._jobs.get()
            if job is None:
                break
            if self._stopped or not job.answer.set_running_or_notify_cancel():
                job.answer.cancel()
                self._is_free()
                continue
            answer: Any = None
            error: Exception | None = ProcessDied()
            for _ in range(job.tries):
                if not isinstance(error, ProcessDied) or self._stopped:
                    break
                try:
                    process = self._living(process)
                    answer, error = process.run(job), None
                except Exception as raised:
                    error = raised
                    if process is not None and isinstance(raised, (ProcessDied, OutOfTime)):
                        self._drop(process)
                        process = None
            self._is_free()
            if error is None:
                job.answer.set_result(answer)
            else:
                job.answer.set_exception(CancelledError() if self._stopped else error)
        if process is not None:
            process.end()

    def _living(self, process: "_Process | None") -> "_Process":
        """Return the process, or a new one where it has died; one that dies while it starts is returned as well."""
        if process is not None:
            if process.is_alive():
                return process
            self._drop(process)
        process = _Process(self._begin)
        self._running.add(process)
        if self._stopped:
            process.kill()
        process.wait_until_ready()
        return process

    def _drop(self, process: "_Process") -> None:
        self._running.discard(process)
        process.end()


class _Process:
    """One process and its pipe, both for one thread; any other may kill it."""

    _starting = Lock()

    def __init__(self, begin: _Call) -> None:
        self._pipe, its = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(its, begin), daemon=True)
        with self._starting, its:
            self._process.start()

    def is_alive(self) -> bool:
        """Say whether it can take a job."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """Kill it and let go of it."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def wait_until_ready(self) -> None:
        """Wait until it takes jobs, or has died."""
        with suppress(ProcessDied):
            self._answer(None)

    def run(self, job: _Job) -> Any:
        """Run a job in it. Raises OutOfTime, ProcessDied, and what the job raises."""
        try:
            self._pipe.send(job.call)
        except OSError as error:
            raise ProcessDied from error
        answer, error = self._answer(job.seconds)
        if error is not None:
            raise error
        return answer

    def _answer(self, seconds: float | None) -> tuple[Any, Exception | None]:
        if not wait([self._pipe, self._process.sentinel], seconds):
            raise OutOfTime
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise ProcessDied from error


def _work(pipe: Connection, begin: _Call) -> None:
    """Run jobs one after the other, in a process of their own, until the pipe is closed."""
    # Ctrl+C reaches all processes of a terminal: the one that started this one says what happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    begin()
    # Where nobody listens any more, there is nothing left to do.
    with suppress(EOFError, OSError):
        pipe.send((None, None))
        while True:
            pipe.send_bytes(_answered(pipe.recv_bytes()))


def _end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, whatever it does then.

    Whoever takes over would find a report written over its own, and a page that hangs would be bounded by nobody.
    """
    # Linux only; elsewhere a process ends once it is done with its job.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        sys.exit()


def _answered(call: bytes) -> bytes:
    """Return what a call gives, and what it raises."""
    try:
        return pickle.dumps((pickle.loads(call)(), None))  # noqa: S301 - from the process that started this one
    except Exception as error:
        error.add_note(traceback.format_exc())
        try:
            return pickle.dumps((None, error))
        except Exception:
            return pickle.dumps((None, RuntimeError(traceback.format_exc())))
