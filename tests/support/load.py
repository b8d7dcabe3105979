"""Load: agents that report as fast as they can, an orchestrator that spends as
fast as it can, and what each of them knows in the end: what it sent, and what
was answered."""

import contextlib
import signal
import threading

from . import LIMIT


class Account:
    """What one agent knows, through all its lives. Its reports are numbered
    from 0. has_keys: of idempotency, so that one without an answer is sent
    again."""

    def __init__(self, name, way, has_keys=False):
        self.name = name
        self.way = way
        self.has_keys = has_keys
        self.doubtful = None    # the number that has no answer, if it has keys
        self.session = None     # the client that has one, if it stays its own
        self.sent = 0
        self.answered = []      # numbers, since they were last looked at
        self.n_answered = 0


class Load:
    """What a server has to bear. Counts its steps; at one of them (or None)
    the server gets SIGKILL."""

    def __init__(self, server, kill_at=None):
        self.server = server
        self.kill_at = kill_at
        self.steps = 0
        self.is_over = threading.Event()
        self.lock = threading.Lock()

    def step(self):
        with self.lock:
            self.steps += 1
            if self.steps == self.kill_at:
                self.is_over.set()
                self.server.signal(signal.SIGKILL)

    def stop(self):
        self.is_over.set()


class Worker(threading.Thread):
    """Works again and again until the load is over, or often enough. An error
    before that is a fault: stop() and join() raise it."""

    def __init__(self, load, count=None):
        super().__init__(daemon=True)
        self.load = load
        self.count = count
        self.error = None
        self.start()

    def run(self):
        try:
            self.begin()
            done = 0
            while done != self.count and not self.load.is_over.is_set():
                self.work()
                done += 1
        except Exception as error:
            if not self.load.is_over.is_set():
                self.error = error
                self.load.stop()
        finally:
            self.end()

    def begin(self):
        pass

    def end(self):
        pass

    def join(self, timeout=6 * LIMIT):
        super().join(timeout)
        assert not self.is_alive(), f"{self} does not end"
        if self.error:
            raise self.error


class Reporter(Worker):
    """is_back: the account's session goes on, in a new life of the server."""

    def __init__(self, account, load, count=None, is_back=False):
        self.account = account
        self.agent = account.session if is_back else None
        super().__init__(load, count)

    def begin(self):
        account, server = self.account, self.load.server
        if self.agent:
            self.agent.server, self.agent.wire = server, None
            return
        self.agent = account.way.connect(server, name=account.name)
        if getattr(self.agent, "session", None):
            account.session = self.agent

    def work(self):
        account, n = self.account, self.account.doubtful
        if n is None:
            n = account.sent
            account.sent += 1
        key = f"key-{n}" if account.has_keys else None
        account.doubtful = n if key else None
        self.load.step()
        self.agent.report(f"{n}", key, metadata={"n": n})
        account.doubtful = None
        account.answered.append(n)
        account.n_answered += 1
        self.load.step()

    def end(self):
        if self.agent is None:
            return
        with contextlib.suppress(AttributeError, OSError):
            self.agent.wire.close()
            self.agent.stream_wire.close()


class Purse:
    """What an orchestrator knows of the tokens that it spent."""

    def __init__(self):
        self.sent = self.answered = 0
        self.open = []      # ids of reservations that were answered
        self.doubtful = {}  # those whose end was sent: tokens


class Spender(Worker):
    """The orchestrator: records tokens, or reserves some and ends that."""

    def __init__(self, link, purse, random, load):
        self.link = link
        self.purse = purse
        self.random = random
        super().__init__(load)

    def work(self):
        self.load.step()
        what = self.random.choice([self.record, self.reserve, self.commit])
        what()
        self.load.step()
        if self.link.position:
            self.link.notify("ack", {"seq": self.link.position})

    def record(self):
        self.purse.sent += 1
        self.link.request("budget/record", {"tokens": 1})
        self.purse.answered += 1

    def reserve(self):
        got = self.link.request("budget/reserve", {
            "tokens": 2, "ttl_seconds": 86400})
        self.purse.open.append(got["reservation_id"])

    def commit(self):
        if not self.purse.open:
            return
        id = self.purse.open.pop()
        self.purse.sent += 2
        self.purse.doubtful[id] = 2
        self.link.request("budget/commit", {"reservation_id": id})
        self.purse.answered += self.purse.doubtful.pop(id)
