"""Budgets: what the orchestrator sets, what is counted, told and refused."""

import json
import resource
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import until
from support.client import Streamable
from support.link import LinkError

NOTHING = {"tokens": 0, "cost_usd": 0.0, "requests": 0, "time_seconds": 0}


@pytest.fixture
def budgeted(start, tmp_path):
    """Starts a server with this configuration of the plugin."""
    def start_it(config=None, *options):
        file = tmp_path / "config.json"
        file.write_text(json.dumps(
            {"plugins": {"budget": {"config": config or {}}}}))
        server = start("--config", file, *options,
                       plugins=("status", "budget", "flow"))
        server.link.hello()
        return server
    return start_it


def agent(server, name="coder"):
    client = Streamable(server, name)
    client.initialize()
    return client


def status(client):
    return client.call("get_budget_status")["structuredContent"]


def refusal(client, tool="whoami"):
    """The sentence of a refused call; None when it is not."""
    result = client.call(tool)
    return result["content"][0]["text"] if result.get("isError") else None


def test_without_configuration_nothing_is_limited(budgeted):
    client = agent(budgeted())
    found = status(client)
    assert found["limits"] == found["remaining"] == {}
    assert found["level"] == found["agent"]["level"] == "ok"
    assert found["reserved"] == NOTHING


def test_each_call_of_a_tool_is_a_request_of_its_agent(budgeted):
    server = budgeted()
    coder, critic = agent(server, "coder"), agent(server, "critic")
    coder.report("one")
    coder.report("two")
    critic.report("three")
    found = server.link.request("budget/get", {"agent": "coder"})
    assert found["used"]["requests"] == 3
    assert found["agent"]["used"]["requests"] == 2


def test_a_call_that_is_wrong_is_no_request(budgeted):
    server = budgeted()
    agent(server).call("update_status", {"phase": "nonsense"})
    assert server.link.request("budget/get", {})["used"]["requests"] == 0


def test_the_defaults_are_those_of_the_server_before(budgeted):
    found = budgeted({"defaults": True}).link.request("budget/get",
                                                      {"agent": "a"})
    assert found["limits"] == {"tokens": 500000, "cost_usd": 10.0,
                               "time_seconds": 2700.0}
    assert found["agent"]["limits"] == {"requests": 30}


def test_the_request_beyond_the_limit_is_refused_with_all_numbers(budgeted):
    client = agent(budgeted({"agent_limits": {"requests": 2}}))
    assert refusal(client) is None
    assert refusal(client) is None
    sentence = refusal(client)
    assert ("requests of agent coder: limit 2, used 2, reserved 0, "
            "remaining 0") in sentence
    assert "update_status" in sentence


def test_however_long_its_name_an_agent_is_told_all_numbers(budgeted):
    client = agent(budgeted({"agent_limits": {"requests": 1}}),
                   "\u00e9" * 128)
    assert refusal(client) is None
    assert "limit 1, used 1, reserved 0, remaining 0" in refusal(client)
    told = client.call("get_budget_status")["content"][0]["text"]
    assert "limit 1, used 2, reserved 0, remaining 0" in told


def test_what_is_refused_is_not_counted(budgeted):
    server = budgeted({"agent_limits": {"requests": 1}})
    client = agent(server)
    for _ in range(5):
        refusal(client)
    found = server.link.request("budget/get", {"agent": "coder"})
    assert found["agent"]["used"]["requests"] == 1


def test_a_report_is_never_refused(budgeted):
    client = agent(budgeted({"limits": {"requests": 0}}))
    client.report("late")
    assert status(client)["level"] == "exceeded"


def test_of_many_agents_one_gets_the_last_request(budgeted):
    server = budgeted({"limits": {"requests": 1}})
    clients = [agent(server, f"agent{n}") for n in range(32)]
    with ThreadPoolExecutor(32) as pool:
        refused = list(pool.map(refusal, clients))
    assert refused.count(None) == 1


@pytest.mark.parametrize("tool, arguments", [
    ("request_clarification", {"question": "Q"}),
    ("ask_question", {"question": "Q"}),
    ("request_user_feedback", {"content_type": "plan", "summary": "S",
                               "detail": "D"})])
def test_who_may_do_nothing_more_may_ask(start, tmp_path, tool, arguments):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"plugins": {
        "budget": {"config": {"limits": {"requests": 0}}}}}))
    server = start("--config", file, control="none",
                   plugins=("budget", "clarification"))
    assert not agent(server).call(tool, arguments).get("isError")


def test_another_agents_limit_does_not_concern_me(budgeted):
    server = budgeted()
    server.link.request("budget/set", {"agent": "coder", "requests": 0})
    assert refusal(agent(server, "coder"))
    assert refusal(agent(server, "critic")) is None


def test_a_limit_for_each_agent_yields_to_one_of_its_own(budgeted):
    server = budgeted()
    server.link.request("budget/set", {"agent": "*", "requests": 0})
    server.link.request("budget/set", {"agent": "coder", "requests": 1})
    assert refusal(agent(server, "critic"))
    assert refusal(agent(server, "coder")) is None


def test_no_limit_is_null(budgeted):
    server = budgeted({"limits": {"tokens": 5, "requests": 0}})
    found = server.link.request("budget/set", {"requests": None})
    assert found["limits"] == {"tokens": 5}
    assert refusal(agent(server)) is None


def test_tokens_that_are_used_up_refuse_calls_until_the_limit_rises(budgeted):
    server = budgeted({"limits": {"tokens": 100}})
    client = agent(server)
    server.link.request("budget/record", {"agent": "coder", "tokens": 150})
    assert "limit 100, used 150" in refusal(client)
    server.link.request("budget/set", {"tokens": 200})
    assert refusal(client) is None


def test_money_is_exact(budgeted):
    server = budgeted({"limits": {"cost_usd": 1}})
    for _ in range(10):
        found = server.link.request("budget/record", {"cost_usd": 0.1})
    assert found["used"]["cost_usd"] == 1.0
    assert found["remaining"]["cost_usd"] == 0
    assert found["level"] == "exceeded"


def test_an_unknown_cost_is_counted_and_flagged(budgeted):
    link = budgeted().link
    link.request("budget/record", {"tokens": 10})
    found = link.request("budget/record", {"tokens": 10, "cost_usd": None})
    assert found["used"]["tokens"] == 20
    assert found["unknown_costs"] == 2


@pytest.mark.parametrize("amount", ["-1", "-0.5", "1e999", "\"NaN\"", "true",
                                    "[1]", "1e300", "9223372036854775807"])
@pytest.mark.parametrize("method", ["record", "reserve", "set"])
def test_no_amount_but_a_finite_one_from_0_is_taken(budgeted, method, amount):
    link = budgeted().link
    link.last_id += 1
    link.send(b'{"jsonrpc":"2.0","id":%d,"method":"budget/%s",'
              b'"params":{"cost_usd":%s}}\n'
              % (link.last_id, method.encode(), amount.encode()))
    message = link.response_to_nothing()
    assert message["error"]["code"] in (-32700, -32602, -32603), message
    assert link.request("budget/get", {})["used"] == \
        {**NOTHING, "time_seconds": pytest.approx(0, abs=600)}


def test_an_integer_may_be_written_with_a_fraction_of_0(budgeted):
    """As in JSON Schema; 1.5 tokens are refused."""
    link = budgeted().link
    link.request("budget/record", {"tokens": 2.0, "requests": 1.0})
    used = link.request("budget/get", {})["used"]
    assert (used["tokens"], used["requests"]) == (2, 1)
    with pytest.raises(LinkError, match="/tokens: must be an integer"):
        link.request("budget/record", {"tokens": 1.5})


def test_of_64_racing_reservations_for_the_last_unit_one_wins(budgeted):
    link = budgeted({"limits": {"tokens": 1}}).link
    lines = [json.dumps({"jsonrpc": "2.0", "id": 1000 + n,
                         "method": "budget/reserve",
                         "params": {"agent": f"a{n}", "tokens": 1}})
             for n in range(64)]
    link.send("".join(line + "\n" for line in lines).encode())
    answers = [link.response_to_nothing() for _ in range(64)]
    assert sum("result" in answer for answer in answers) == 1
    loser = next(a["error"]["message"] for a in answers if "error" in a)
    assert "tokens of this run: limit 1, used 0, reserved 1, remaining 0" \
        in loser
    assert "retry" in loser


def test_what_is_reserved_is_apart_from_what_is_used(budgeted):
    link = budgeted({"limits": {"tokens": 100}}).link
    link.request("budget/reserve", {"agent": "coder", "tokens": 30})
    found = link.request("budget/get", {"agent": "coder"})
    for account in found, found["agent"]:
        assert account["used"]["tokens"] == 0
        assert account["reserved"]["tokens"] == 30
    assert found["remaining"]["tokens"] == 70


def test_a_commit_counts_what_was_really_used(budgeted):
    link = budgeted({"limits": {"tokens": 100}}).link
    id = link.request("budget/reserve", {"tokens": 30})["reservation_id"]
    link.request("budget/commit", {"reservation_id": id, "tokens": 12})
    found = link.request("budget/get", {})
    assert found["used"]["tokens"] == 12
    assert found["reserved"]["tokens"] == 0
    assert found["remaining"]["tokens"] == 88


def test_a_commit_without_amounts_counts_what_was_reserved(budgeted):
    link = budgeted().link
    id = link.request("budget/reserve",
                      {"tokens": 30, "cost_usd": 0.25})["reservation_id"]
    link.request("budget/commit", {"reservation_id": id})
    used = link.request("budget/get", {})["used"]
    assert (used["tokens"], used["cost_usd"]) == (30, 0.25)


def test_what_is_released_can_be_reserved_again(budgeted):
    link = budgeted({"limits": {"tokens": 10}}).link
    id = link.request("budget/reserve", {"tokens": 10})["reservation_id"]
    with pytest.raises(LinkError, match="remaining 0"):
        link.request("budget/reserve", {"tokens": 1})
    link.request("budget/release", {"reservation_id": id})
    link.request("budget/reserve", {"tokens": 10})


@pytest.mark.parametrize("method", ["commit", "release"])
def test_a_reservation_ends_once(budgeted, method):
    link = budgeted().link
    id = link.request("budget/reserve", {"tokens": 10})["reservation_id"]
    link.request("budget/release", {"reservation_id": id})
    with pytest.raises(LinkError, match="no open reservation"):
        link.request(f"budget/{method}", {"reservation_id": id})
    assert link.request("budget/get", {})["reserved"]["tokens"] == 0


def test_what_nobody_comes_back_for_is_given_back(budgeted):
    link = budgeted({"limits": {"tokens": 10}}).link
    id = link.request("budget/reserve", {
        "tokens": 10, "ttl_seconds": 0.001})["reservation_id"]
    until(lambda: not link.request("budget/get", {})["reserved"]["tokens"])
    with pytest.raises(LinkError, match="time is up"):
        link.request("budget/commit", {"reservation_id": id})


@pytest.mark.parametrize("name", ["\U0001f600" * 128, "\x01" * 128])
def test_a_reservation_for_a_long_name_ends_as_others_do(budgeted, name):
    link = budgeted().link
    id = link.request("budget/reserve", {
        "agent": name, "tokens": 1})["reservation_id"]
    link.request("budget/release", {"reservation_id": id})
    link.request("budget/reserve", {"agent": name, "tokens": 1,
                                    "ttl_seconds": 0.001})
    until(lambda: not link.request("budget/get", {})["reserved"]["tokens"])


def test_what_cannot_be_given_back_at_present_is_later(budgeted, tmp_path):
    server = budgeted({}, "--state-dir", tmp_path / "state")
    server.announce("journal.db: .*; until that is over, reports are refused")
    server.announce("could not be kept")
    client = agent(server)
    server.link.request("budget/reserve", {"tokens": 10,
                                           "ttl_seconds": 0.001})
    unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE,
                     (300_000, unlimited[1]))
    report = {"phase": "execution", "status": "progress",
              "message": "x" * 20_000}
    until(lambda: client.call("update_status", report).get("isError"))
    found = server.link.request("budget/get", {})
    assert found["reserved"]["tokens"] == 10
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
    server.link.event("journal.recovered")
    found = server.link.request("budget/get", {})
    assert found["reserved"]["tokens"] == 0


def test_a_threshold_is_told_once_and_so_is_the_end(budgeted):
    server = budgeted({"limits": {"tokens": 100}, "warn_at": [0.5, 0.8]})
    link = server.link
    for tokens in 40, 20, 10, 15, 20, 1:
        link.request("budget/record", {"tokens": tokens})
    link.request("state")  # comes behind them
    events = [message["params"] for message in link.waiting]
    assert [(event["topic"], event["payload"]["threshold"],
             event["payload"]["used"]) for event in events
            if event["topic"].startswith("budget.")] == [
        ("budget.warning", 0.5, 60), ("budget.warning", 0.8, 85),
        ("budget.exceeded", 1, 105)]


def test_new_limits_are_told_of_anew(budgeted):
    link = budgeted({"limits": {"tokens": 10}}).link
    link.request("budget/record", {"tokens": 10})
    assert link.event("budget.exceeded")["payload"]["limit"] == 10
    link.request("budget/set", {"tokens": 20})
    link.request("budget/record", {"tokens": 10})
    assert link.event("budget.exceeded")["payload"]["limit"] == 20


def test_new_limits_of_every_agent_are_told_of_each_anew(budgeted):
    link = budgeted({"agent_limits": {"tokens": 10}}).link
    names = [f"agent{n}" for n in range(70)]     # more than one commit takes

    def told(limit):
        for name in names:
            link.request("budget/record", {"agent": name, "tokens": 10})
        events = [link.event("budget.exceeded") for _ in names]
        assert {event["payload"]["limit"] for event in events} == {limit}
        return [event["agent"] for event in events]

    assert told(10) == names
    link.request("budget/set", {"agent": "*", "tokens": 20})
    assert told(20) == names


def test_limits_of_every_agent_are_nobodys_to_exceed(budgeted):
    server = budgeted()
    server.link.request("budget/set", {"agent": "*", "requests": 0})
    agent(server, "coder").report("late")
    assert server.link.event("budget.exceeded")["agent"] == "coder"


def test_an_agents_warning_is_of_that_agent(budgeted):
    server = budgeted({"agent_limits": {"requests": 5}})
    client = agent(server, "coder")
    for n in range(4):
        client.report(f"{n}")
    event = server.link.event("budget.warning")
    assert event["agent"] == event["payload"]["agent"] == "coder"
    assert event["payload"]["scope"] == "agent"
    assert event["payload"]["resource"] == "requests"


def test_the_orchestrator_may_speak_of_any_agent(budgeted):
    link = budgeted({"agent_limits": {"tokens": 1}}).link
    link.request("budget/record", {"agent": "coder", "tokens": 1})
    assert link.event("budget.exceeded")["agent"] == "coder"


@pytest.mark.parametrize("config, words", [
    ({"limit": {}}, "config: /limit: is not a known property; known are"),
    ({"limits": {"token": 1}}, "config: /limits/token: is not a known property"),
    ({"limits": {"tokens": -1}}, "config: /limits/tokens: must be"),
    ({"limits": {"tokens": 1.5}}, "config: /limits/tokens: must be"),
    ({"limits": {"cost_usd": "1"}}, "config: /limits/cost_usd: must be"),
    ({"limits": {"cost_usd": 1e300}}, "limits: cost_usd: expected a number"),
    ({"warn_at": [0.8, 0.5]}, "warn_at: expected rising numbers"),
    ({"warn_at": [0]}, "config: /warn_at/0: must be"),
    ({"warn_at": [0.1] * 9}, "config: /warn_at: must"),
    ({"exempt_tools": [1]}, "config: /exempt_tools/0: must be"),
    ({"exempt_tools": ["a"] * 65}, "config: /exempt_tools: must"),
    ({"defaults": 1}, "config: /defaults: must be"),
])
def test_a_wrong_configuration_refuses_the_plugin(refuse, config, words):
    assert words in refuse("budget", config)


def test_counts_reservations_and_limits_survive_a_kill(budgeted, tmp_path):
    state = "--state-dir", tmp_path / "state"
    server = budgeted({"limits": {"tokens": 5}}, *state)
    link = server.link
    link.request("budget/set", {"tokens": 100})
    link.request("budget/record", {"agent": "coder", "tokens": 85})
    id = link.request("budget/reserve", {"tokens": 10})["reservation_id"]
    server.process.kill()
    server.wait(-9)
    link = budgeted({"limits": {"tokens": 5}}, *state).link
    found = link.request("budget/get", {})
    assert found["limits"]["tokens"] == 100
    assert found["used"]["tokens"] == 85
    assert found["reserved"]["tokens"] == 10
    link.request("budget/commit", {"reservation_id": id})
    assert link.request("budget/get", {})["used"]["tokens"] == 95


@pytest.fixture
def live(budgeted, tmp_path):
    """What there is after a run with these requests."""
    def live_it(run, *requests):
        server = budgeted({"limits": {"tokens": 5}}, "--run", run,
                          "--state-dir", tmp_path / "state")
        for method, params in requests:
            server.link.request(method, params)
        found = server.link.request("budget/get", {"agent": "coder"})
        server.stop()
        return found
    return live_it


def test_with_another_run_all_begins_anew(live):
    live("one", ("budget/set", {"tokens": 100}),
         ("budget/record", {"agent": "coder", "tokens": 85}),
         ("budget/reserve", {"tokens": 10}))
    assert live("one")["used"]["tokens"] == 85
    found = live("two")
    assert found["limits"] == {"tokens": 5}
    assert found["used"]["tokens"] == found["reserved"]["tokens"] == 0
    assert found["agent"]["used"]["tokens"] == 0
    assert found["used"]["time_seconds"] < 60


def test_with_another_run_all_of_many_agents_begins_anew(live):
    live("one", *[("budget/record", {"agent": f"agent-{n}", "tokens": 1})
                  for n in range(300)])
    assert live("one")["used"]["tokens"] == 300
    assert live("two")["used"]["tokens"] == 0
