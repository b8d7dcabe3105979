"""Tasks, the extension io.modelcontextprotocol/tasks of 2026-07-28: to their
end, asked on the way, cancelled; and the same tools for a client without."""

import pytest

from support.client import RpcError
from support.modern import TASKS, Modern

ELICIT = "elicitation/create"


def text(text):
    return [{"type": "text", "text": text}]


def form(message, name, type="string"):
    return {"method": ELICIT, "params": {
        "message": message, "requestedSchema": {
            "type": "object", "properties": {name: {"type": type}},
            "required": [name]}}}


def accept(**content):
    return {"action": "accept", "content": content}


@pytest.fixture
def agent(conformance):
    """It can take tasks, and answers every form the same."""
    return Modern(conformance, tasks=True, answers={
        ELICIT: accept(name="Alice", confirm=True)})


def begin(agent, tool, **arguments):
    task = agent.call(tool, arguments)
    assert (task["resultType"], task["status"]) == ("task", "working")
    return task


def get(agent, task):
    return agent.request("tasks/get", {"taskId": task["taskId"]})


def update(agent, task, **responses):
    agent.request("tasks/update", {"taskId": task["taskId"],
                                   "inputResponses": responses})


# -- to the end --

@pytest.mark.parametrize("tool, arguments, told, is_error", [
    ("slow_compute", {"seconds": 0.1, "label": "pi"},
     "Computed pi for 0.1 seconds", False),
    ("failing_job", {}, "The job failed, as it always does", True),
    ("confirm_delete", {"filename": "x"}, "Deleted x", False),
    ("multi_input", {}, "Alice and Alice", False),
    ("test_tool_with_task", {}, "Hello, Alice! The task is done.", False)])
def test_a_task_brings_the_result_of_its_tool(agent, tool, arguments, told,
                                              is_error):
    task = begin(agent, tool, **arguments)
    end = agent.end_of(task)
    assert end["status"] == "completed"
    assert end["result"]["content"] == text(told)
    assert end["result"]["isError"] is is_error
    assert "error" not in end
    assert get(agent, task) == end      # it is kept


def test_a_task_that_breaks_has_failed(conformance, agent):
    conformance.announce("protocol_error_job.*gave no reason")
    end = agent.end_of(begin(agent, "protocol_error_job"))
    assert end["status"] == "failed"
    assert end["error"]["code"] == -32603
    assert "result" not in end


def test_a_tool_need_not_become_a_task(agent):
    result = agent.call("greet", {"name": "Ada"})
    assert result["resultType"] == "complete"
    assert result["content"] == text("Hello, Ada!")


def test_tasks_are_kept_apart(agent):
    tasks = [begin(agent, "slow_compute", seconds=0.05, label=f"{n}")
             for n in range(10)]
    assert len({task["taskId"] for task in tasks}) == 10
    for n, task in enumerate(tasks):
        assert agent.end_of(task)["result"]["content"] \
            == text(f"Computed {n} for 0.05 seconds")


def test_a_task_outlives_who_began_it(conformance, agent):
    task = begin(agent, "slow_compute", seconds=0.1)
    agent.wire.reset()
    other = Modern(conformance, tasks=True)
    assert other.end_of(task)["status"] == "completed"


# -- asked on the way --

FIRST = {"first": form("The first name?", "name")}
SECOND = {"second": form("The second name?", "name")}


def next_of(stream, task):
    told = stream.notification("notifications/tasks")
    assert told["taskId"] == task["taskId"]
    return told["status"], told.get("inputRequests")


def test_a_task_waits_for_all_that_it_asked(agent):
    task = begin(agent, "multi_input")
    stream = agent.listen(taskIds=[task["taskId"]])
    assert stream.kinds == {"taskIds": [task["taskId"]]}
    asked = get(agent, task)
    if asked["status"] == "working":
        assert next_of(stream, task)[0] == "input_required"
        asked = get(agent, task)
    assert asked["inputRequests"] == {**FIRST, **SECOND}
    update(agent, task, second=accept(name="Ben"), other=accept(name="Eve"))
    assert get(agent, task)["inputRequests"] == FIRST
    update(agent, task, first=accept(name="Ada"))
    told = [next_of(stream, task)]
    while told[-1][0] != "completed":
        told.append(next_of(stream, task))
    assert told[-3:] == [("input_required", FIRST), ("working", None),
                         ("completed", None)]
    assert get(agent, task)["result"]["content"] == text("Ada and Ben")


def test_who_declines_ends_the_question_not_the_task(conformance):
    agent = Modern(conformance, tasks=True,
                   answers={ELICIT: {"action": "decline"}})
    end = agent.end_of(begin(agent, "confirm_delete", filename="x"))
    assert end["status"] == "completed"
    assert end["result"]["content"] == text("Kept x")


def test_what_is_asked_before_is_no_task(agent):
    question = agent.begin_call("test_tool_with_task").result()
    assert question["resultType"] == "input_required"
    assert "taskId" not in question
    assert question["inputRequests"] == {
        "user_name": form("What is your name?", "name")}


# -- cancelled --

def cancel(agent, task):
    agent.request("tasks/cancel", {"taskId": task["taskId"]})


@pytest.mark.parametrize("tool, arguments", [
    ("slow_compute", {"seconds": 600}), ("confirm_delete", {})])
def test_a_cancelled_task_ends_as_such(agent, tool, arguments):
    task = begin(agent, tool, **arguments)
    cancel(agent, task)
    end = agent.end_of(task)
    assert end["status"] == "cancelled"
    assert not end.keys() & {"result", "error", "inputRequests"}
    cancel(agent, task)                 # once more is no error
    assert get(agent, task) == end


def test_an_ended_task_is_not_cancelled(agent):
    task = begin(agent, "slow_compute")
    end = agent.end_of(task)
    cancel(agent, task)
    assert get(agent, task) == end


# -- who may, and what for --

METHODS = ["tasks/get", "tasks/update", "tasks/cancel"]


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_task_is_32602(agent, method):
    with pytest.raises(RpcError) as caught:
        agent.request(method, {"taskId": "0" * 32, "inputResponses": {}})
    assert caught.value.code == -32602


@pytest.mark.parametrize("method", METHODS)
def test_a_client_without_the_extension_has_no_tasks(conformance, agent,
                                                     method):
    task = begin(agent, "slow_compute", seconds=600)
    with pytest.raises(RpcError) as caught:
        Modern(conformance).request(method, {"taskId": task["taskId"],
                                             "inputResponses": {}})
    assert caught.value.code == -32021
    assert caught.value.data == {
        "requiredCapabilities": {"extensions": {TASKS: {}}}}
    cancel(agent, task)


@pytest.mark.parametrize("method", ["tasks/result", "tasks/list"])
def test_methods_of_2025_are_gone(agent, method):
    with pytest.raises(RpcError) as caught:
        agent.request(method, {"taskId": "x"})
    assert caught.value.code == -32601


def test_without_tasks_the_call_waits(conformance, connect):
    result = connect(conformance).call("slow_compute", {
        "seconds": 0.1, "label": "pi"})
    assert result["content"] == text("Computed pi for 0.1 seconds")


def test_a_tool_may_insist_on_a_task(conformance, connect):
    agent = connect(conformance)
    for tool in "failing_job", "test_tool_with_task":
        if type(agent) is not Modern:
            result = agent.call(tool)
            assert result["isError"] is True
            assert TASKS in result["content"][0]["text"]
            continue
        with pytest.raises(RpcError) as caught:
            agent.call(tool)
        assert caught.value.code == -32021
        assert caught.value.data == {
            "requiredCapabilities": {"extensions": {TASKS: {}}}}
