#!/usr/bin/python3
"""A stateful fuzzer of the whole program: conversations as agents of every
revision have them, and orchestrators, mutated; many at once. The server has to
stay up, to answer every well-formed request within some seconds, to send
nothing that does not fit its schema, and to serve the agents beside.

    make fuzz-conversation [REQUESTS=n] [SEED=s]

What is found is told with the seed, shortened, and written to
tests/fuzz/findings; as a file of tests/fuzz/corpus/conversation it is a test of
tests/blackbox/test_conversations.py.
"""

import argparse
import itertools
import json
import pathlib
import random
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.fuzz import Finding, mutations, talks           # noqa: E402
from support.fuzz.host import Host                           # noqa: E402
from support.fuzz.peer import Peer                           # noqa: E402
from support.fuzz.verdict import Verdict                     # noqa: E402
from support.fuzz.witness import Witness                     # noqa: E402
from support.process import resident_bytes                   # noqa: E402

THREADS = 8
# After so many requests the server is ended, and the next one started.
LIFE = 100_000


def look_around(host, verdict):
    peer = Peer(host, random.Random(1), verdict)
    talk = talks.Talk(random.Random(1), {}, ("modern", "2026-07-28"))

    def ask(method, params):
        message = talk.message(method, params)
        peer.ask(talk.step("ask", message))
        return peer.answered[json.dumps(message["id"])]["result"]

    host.look_around(ask)
    peer.leave()


def conversation(seed, number, catalog):
    """That of a number: (its way, its steps)."""
    chance = random.Random(f"{seed}:{number}")
    way, steps = talks.make(chance, catalog)
    return way, mutations.mutate(chance, steps)


class Run:
    """Conversations until so many requests were sent, or one is a finding."""

    def __init__(self, seed, n_requests, verdict):
        self.seed = seed
        self.wanted = n_requests
        self.verdict = verdict
        self.numbers = itertools.count()
        self.n_sent = 0
        self.n_done = 0
        self.findings = []      # (number, way, steps, what)
        self.lock = threading.Lock()

    def live(self, options):
        """One life of a server."""
        host = Host(*options)
        look_around(host, self.verdict)
        self.end = min(self.n_sent + LIFE, self.wanted)
        witnesses = [Witness(host, self.verdict, f"{n}-{self.n_sent}")
                     for n in range(THREADS)]
        threads = [threading.Thread(target=self.work, args=(host, witness))
                   for witness in witnesses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for witness in witnesses:
            self.n_sent += witness.n_sent
            witness.leave()
        size = resident_bytes(host.server.pid) >> 10
        try:
            host.stop(itertools.chain(*(w.texts for w in witnesses)))
        except Finding as finding:
            self.findings.append((None, None, [], str(finding)))
        print(f"{self.n_sent} requests, {self.n_done} conversations; "
              f"{size} KiB at the end of a life", flush=True)

    def work(self, host, witness):
        while self.n_sent < self.end and not self.findings:
            with self.lock:
                number = next(self.numbers)
            way, steps = conversation(self.seed, number, host.catalog)
            peer = Peer(host, random.Random(number), self.verdict, number)
            try:
                peer.have(steps)
                witness.report()
                host.check()
            except Exception as finding:
                self.findings.append((number, way, steps, repr(finding)))
            with self.lock:
                self.n_sent += peer.n_sent
                self.n_done += 1


# -- what was found --

def holds(steps, number):
    """What is found in a conversation that is had alone, or None."""
    verdict = Verdict()
    host = Host()
    try:
        look_around(host, verdict)
        peer = Peer(host, random.Random(number), verdict, number)
        peer.have(steps)
        witness = Witness(host, verdict, "alone")
        witness.report()
        witness.leave()
        host.stop(witness.texts)
    except Exception as finding:
        return repr(finding)
    finally:
        host.kill()
    return None


def shorter(steps):
    """Conversations with a little less in them."""
    for at in range(len(steps)):
        yield steps[:at] + steps[at + 1:]
    for at, step in enumerate(steps):
        for n in range(len(step.get("bytes", []))):
            less = step["bytes"][:n] + step["bytes"][n + 1:]
            yield [*steps[:at], {**step, "bytes": less}, *steps[at + 1:]]


def kind_of(what):
    """The same for findings that are much the same."""
    return what and re.sub(r"\d+", "", what)[:50]


def shorten(steps, number):
    """The shortest with this finding; None when it is none alone."""
    kind = kind_of(holds(steps, number))
    if not kind:
        return None
    is_shorter = True
    while is_shorter:
        is_shorter = False
        for less in shorter(steps):
            if less and kind_of(holds(less, number)) == kind:
                steps, is_shorter = less, True
                break
    return steps


def tell(seed, finding):
    number, way, steps, what = finding
    print(f"\nFINDING in conversation {number} of seed {seed}, {way}:\n{what}")
    if not steps:
        return
    short = shorten(steps, number)
    print("the shortest:" if short else "not alone; all of it:")
    text = json.dumps({"way": way, "steps": short or steps})
    print(text)
    folder = pathlib.Path("tests/fuzz/findings")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"conversation-{seed}-{number}.json").write_text(text + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = arguments.seed
    if seed is None:
        seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    start = time.monotonic()
    run = Run(seed, arguments.requests, Verdict())
    for life in itertools.count():
        with tempfile.TemporaryDirectory() as folder:
            options = ["--state-dir", f"{folder}/state"] if life % 2 else []
            run.live(options)
        if run.findings or run.n_sent >= run.wanted:
            break
    for finding in run.findings[:3]:
        tell(seed, finding)
    n_failed = len(run.findings)
    print(f"fuzz conversation: {run.n_sent} requests in {run.n_done} "
          f"conversations, {run.verdict.n_checked} forms checked, {n_failed} "
          f"findings")
    print(f"{0 if n_failed else 1} passed, {min(n_failed, 1)} failed in "
          f"{time.monotonic() - start:.1f}s")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
