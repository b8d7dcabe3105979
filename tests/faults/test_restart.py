"""What goes on after kill -9 on the same state directory."""

import signal

import pytest

from support.modern import Modern

pytestmark = pytest.mark.threads


@pytest.fixture
def again(start, tmp_path):
    """Starts a server on the directory; one that runs is killed before."""
    running = []

    def again(*options, **more):
        for server in running:
            server.signal(signal.SIGKILL)
            server.wait(-signal.SIGKILL)
        running[:] = [start("--state-dir", tmp_path / "state", *options,
                            **more)]
        return running[0]
    return again


def get(server, task):
    return Modern(server, tasks=True).request("tasks/get",
                                              {"taskId": task["taskId"]})


def test_what_a_task_brought_is_there_after_a_restart(again):
    server = again(plugins=("conformance",))
    agent = Modern(server, tasks=True)
    ends = [agent.end_of(agent.call(tool, {"seconds": 0.01, "label": "pi"}))
            for tool in ("slow_compute", "failing_job")]
    assert [end["status"] for end in ends] == ["completed", "completed"]
    server = again(plugins=("conformance",))
    assert [get(server, end) for end in ends] == ends


def test_a_task_that_ran_has_failed_after_a_restart(again):
    server = again(plugins=("conformance",))
    task = Modern(server, tasks=True).call("slow_compute", {"seconds": 60})
    server = again(plugins=("conformance",))
    failed = get(server, task)
    assert failed["status"] == "failed"
    assert "restarted" in failed["error"]["message"]
    assert get(again(plugins=("conformance",)), task) == failed


def test_many_tasks_that_are_told_are_all_there_after_a_restart(again):
    server = again(plugins=("conformance",))
    agent = Modern(server, tasks=True)
    tasks = [agent.call("slow_compute", {"seconds": n % 3 / 10})
             for n in range(50)]
    ended = [task["taskId"] for task in tasks
             if agent.request("tasks/get", {"taskId": task["taskId"]})
             ["status"] == "completed"]
    server = again(plugins=("conformance",))
    for task in tasks:
        status = get(server, task)["status"]
        assert status in ("failed", "completed")
        assert status == "completed" or task["taskId"] not in ended


def test_a_question_to_a_client_is_answered_after_a_restart(again):
    server = again(plugins=("conformance",))
    answers = {"elicitation/create": {
        "action": "accept", "content": {"name": "Ada", "confirm": True}}}
    agent = Modern(server, answers=answers)
    question = agent.begin_call("confirm_delete", {"filename": "x"}).result()
    assert question["resultType"] == "input_required"
    agent = Modern(again(plugins=("conformance",)), answers=answers)
    result = agent.call("confirm_delete", {"filename": "x"},
                        **agent.answers_to(question))
    assert result["content"][0]["text"] == "Deleted x"
