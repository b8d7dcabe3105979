"""Calls the user's functions, each kind where it holds up nobody else: reports
one after the other on one thread, questions each on a thread of its own.
Coroutines run on the user's own loop. The threads do not keep the program from
its end."""

from __future__ import annotations

import asyncio
import inspect
import logging
import queue
import threading
from concurrent.futures import Future
from typing import Any, Callable, Optional

logger = logging.getLogger(__name__)


def guard(function: Callable[[], Any]) -> None:
    """A callback that fails must not end the thread that calls it."""
    try:
        function()
    except BaseException:  # SystemExit, too: it would end the thread only.
        logger.exception("a callback failed")


class Callbacks:
    """loop: where coroutines run."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop
        self._jobs: queue.SimpleQueue[Optional[Callable[[], Any]]] = \
            queue.SimpleQueue()
        self._n_done = 0
        self._done: Future[None] = Future()
        self._start(self._work, "reports")

    def in_order(self, job: Callable[[], Any]) -> None:
        """Calls job after all that were given before."""
        self._jobs.put(job)

    def is_idle(self) -> bool:
        """Whether no job waits behind the one that asks."""
        return self._jobs.empty()

    def beside(self, job: Callable[[], Any]) -> None:
        """Calls job at once, beside everything else."""
        self._start(lambda: guard(job), "question")

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result, wherever it has to run. For jobs only: it
        blocks."""
        result = function(*arguments)
        if not inspect.isawaitable(result):
            return result

        async def wait() -> Any:
            return await result

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()

    async def close(self, patience: float) -> None:
        """Waits for the jobs in order, but for none longer than patience
        seconds: one that blocks is left alone, with those behind it."""
        self._jobs.put(None)
        done = asyncio.wrap_future(self._done)
        n_before = -1
        while not done.done() and self._n_done != n_before:
            n_before = self._n_done
            await asyncio.wait([done], timeout=patience)
        if not done.done():
            logger.warning("a callback takes more than %g s; it is not waited "
                           "for, nor are those of the events behind it",
                           patience)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            guard(job)
            self._n_done += 1
        self._done.set_result(None)

    @staticmethod
    def _start(target: Callable[[], Any], what: str) -> None:
        threading.Thread(target=target, daemon=True,
                         name=f"mcp-orchestrator {what}").start()
