"""kill -9 while questions are asked and answered: what either side was told is
so after the restart. MCP_ROUNDS says how often (20), MCP_SEED chooses the
moments."""

import collections
import json
import os
import random
import signal
import time

from support.modern import Modern

ROUNDS = int(os.environ.get("MCP_ROUNDS", "20"))
SEED = int(os.environ.get("MCP_SEED", "0")) or random.randrange(1, 1 << 32)
QUESTIONS = 10      # of a round


class Run:
    """All that is known from outside, through all lives of the server."""

    def __init__(self):
        self.random = random.Random(SEED)
        self.asked = {}         # agents by the ids of their questions
        self.told = {}          # answers that the orchestrator was told "ok"
        self.events = collections.Counter()

    def ask(self, server, id):
        """A call that waits."""
        client = Modern(server, self.asked[id])
        return client.begin_call("request_clarification",
                                 {"question": f"{id}?", "question_id": id})

    def answer_all(self, link, ids):
        """Without waiting for the results."""
        for id in ids:
            message = {"jsonrpc": "2.0", "id": f"answer {id}",
                       "method": "clarification/answer",
                       "params": {"question_id": id, "answer": f"to {id}"}}
            link.send(json.dumps(message).encode() + b"\n")

    def take(self, message):
        if message.get("method") == "event":
            event = message["params"]
            if event["topic"].startswith("question."):
                self.events[event["topic"],
                            event["payload"]["question_id"]] += 1
        elif message.get("result", {}).get("status") == "ok":
            id = message["id"].removeprefix("answer ")
            self.told[id] = f"to {id}"

    def read(self, link, is_last=lambda message: False):
        """What comes, up to such a message (or the end)."""
        while (message := link.read()) is not None:
            self.take(message)
            if is_last(message):
                return

    def check(self, server):
        """Every answer that was told is kept, and its agent gets it."""
        found = server.link.request("questions/list")["questions"]
        for message in server.link.waiting:
            self.take(message)
        server.link.waiting.clear()
        records = {record["question_id"]: record for record in found}
        for id, answer in self.told.items():
            assert records[id]["answer"] == answer, f"seed {SEED}"
        for id in self.random.sample(list(self.told), min(3, len(self.told))):
            result = self.ask(server, id).result()["structuredContent"]
            assert result["answer"] == self.told[id], f"seed {SEED}"
        for topic, id in self.events:
            assert id in records, f"seed {SEED}: {topic} of {id} is lost"

    def kill(self, server):
        """At some moment of the next milliseconds, or after an answer, which
        may take longer on a slow machine."""
        if self.random.random() < 0.5:
            self.read(server.link, lambda message: "result" in message)
        time.sleep(self.random.random() / 200)
        server.signal(signal.SIGKILL)
        self.read(server.link)
        server.wait(-signal.SIGKILL)


def is_opened(message):
    return message.get("method") == "event" \
        and message["params"]["topic"] == "question.opened"


def test_what_was_told_of_questions_survives_kill_9(start, tmp_path):
    run, seq = Run(), 0
    for round in range(ROUNDS):
        server = start("--state-dir", tmp_path / "state", "--rate", "0",
                       plugins=("status", "clarification"))
        server.link.hello(after_seq=seq)
        run.check(server)
        ids = [f"q{round}-{n}" for n in range(QUESTIONS)]
        run.asked.update((id, f"agent-{id}") for id in ids)
        waiting = [run.ask(server, id) for id in ids]
        for _ in waiting:
            run.read(server.link, is_opened)
        run.answer_all(server.link, ids)
        run.kill(server)
        seq = server.link.position
        for exchange in waiting:
            exchange.wire.close()
    assert max(run.events.values()) == 1, f"seed {SEED}: an event came twice"
    assert run.told, "no round was long enough for an answer"
