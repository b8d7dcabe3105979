"""OrchestratorServer: the server as a Python orchestrator sees it. It has the
constructor and the methods of the class in the package deliberate, whose place
it takes, and a few more, which are named in the class's text."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import threading
import uuid
from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any, Callable, Optional, Sequence, Union

from . import launch, records
from .callbacks import Callbacks
from .link import METHOD_NOT_FOUND, Link, LinkError, ServerEnded
from .records import (ComparisonSubmission, Json, MCPServerConfig,
                      ReviewSubmission, StatusUpdate)

logger = logging.getLogger(__name__)

SERVER_NAME = "deliberate-orchestrator"
DEFAULT_PORT = 9393       # told before the server runs, as it always was
END_SECONDS = 15.0        # longer than the server's own drain timeout
CALLBACK_SECONDS = 5.0    # for each callback of the last reports
CATCH_UP_SECONDS = 1.0    # for reports that agents know to be received
RUN_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
ACK_EVERY = 100           # events, when the callbacks are never idle

Callback = Callable[[StatusUpdate], Any]
QuestionCallback = Callable[[str, str], Union[str, Awaitable[str]]]
FeedbackCallback = Callable[[str, str, str, Optional[list[str]]],
                            Union[Json, Awaitable[Json]]]
ContextCallback = Callable[[str, str, list[str], int],
                           Union[str, Json, Awaitable[Union[str, Json]]]]
BudgetCallback = Callable[[str, Json], Any]


async def wait_for(future: Future[Any]) -> Any:
    """The result of a future of the link; whoever is cancelled here leaves it
    to the others that wait for it."""
    waiting = asyncio.wrap_future(future)
    # An exception that comes after a cancellation is nobody's.
    waiting.add_done_callback(lambda done: done.cancelled()
                              or done.exception())
    return await asyncio.shield(waiting)


class OrchestratorServer:
    """One server, from run() to shutdown().

    callback(update) gets each report, in order. question_callback(agent,
    question) returns a person's answer; None leaves the question open.
    feedback_callback(content_type, summary, detail, choices) returns {"choice",
    "feedback_text"}. Each may be a coroutine function. They run on threads of
    their own (coroutines on the loop of run()), so one that blocks holds up
    neither agents nor anything else; one that needs the loop, for instance to
    make tasks, has to be a coroutine function. db_connection is not used: the
    server keeps its own journal, in state_dir if there is one.

    What the class in deliberate has not, by keyword only:
    context_callback(agent, query, topics, limit) answers query_context with a
    text or with {"answer", "items"}; budget_callback(topic, payload) gets the
    events of budgets; event_callback(event) gets every event. budget: limits
    as the plugin budget takes them in its configuration. program, plugin_dirs,
    options: the server, its plugins' directories, further arguments.
    """

    def __init__(
        self,
        db_connection: Any = None,
        agent_names: Optional[Sequence[str]] = None,
        callback: Optional[Callback] = None,
        question_callback: Optional[QuestionCallback] = None,
        session_id: Optional[str] = None,
        host: str = "127.0.0.1",
        port: int = 0,
        disable_auth: bool = False,
        static_tokens: Optional[dict[str, str]] = None,
        *,
        feedback_callback: Optional[FeedbackCallback] = None,
        context_callback: Optional[ContextCallback] = None,
        budget_callback: Optional[BudgetCallback] = None,
        event_callback: Optional[Callable[[Json], Any]] = None,
        budget: Optional[Json] = None,
        state_dir: Optional[str] = None,
        program: Optional[str] = None,
        plugin_dirs: Sequence[str] = (),
        options: Sequence[str] = (),
    ):
        self.callback = callback
        self.question_callback = question_callback
        self.feedback_callback = feedback_callback
        self.context_callback = context_callback
        self.budget_callback = budget_callback
        self.event_callback = event_callback
        self.session_id = session_id or f"session-{uuid.uuid4().hex[:8]}"
        self.host = host
        self.port = port
        self.actual_port: Optional[int] = None
        self.disable_auth = disable_auth
        self.updates: list[StatusUpdate] = []
        self.comparison_submissions: list[ComparisonSubmission] = []
        self.review_submissions: list[ReviewSubmission] = []
        self.agent_tokens = {} if disable_auth else {
            name: secrets.token_hex(32) for name in agent_names or ()}
        self.agent_tokens.update(static_tokens or {})
        self._budget = budget
        self._state_dir = state_dir
        self._program = program
        self._plugin_dirs = list(plugin_dirs)
        self._options = list(options)
        self._ready: Json = {}
        self._link: Optional[Link] = None
        self._callbacks: Optional[Callbacks] = None
        self._n_unacknowledged = 0
        self._last_seq = 0
        self._arrived = threading.Condition()  # of _last_seq
        self._hello: Optional[Future[Json]] = None
        self._is_ending = False

    # --- From start to end ---

    async def run(self) -> None:
        """Serves until shutdown(), or until the task is cancelled (then it
        returns, too). Raises ServerEnded when the server cannot start or ends
        by itself with a failure; its reason is on standard error."""
        files = launch.LaunchFiles()
        can_wait = True
        try:
            await self._serve(files)
        except asyncio.CancelledError:
            pass
        except GeneratorExit:  # The loop was closed: what waits is thrown away.
            can_wait = False
            if self._link is not None:
                self._link.leave()
            raise
        finally:
            files.remove()
            if can_wait:
                await self._end()

    async def _serve(self, files: launch.LaunchFiles) -> None:
        self._is_ending = False
        self._hello = None
        self._last_seq = 0
        self._callbacks = Callbacks(asyncio.get_running_loop())
        self._link = self._launch(files)
        self._ready = await wait_for(self._link.ready)
        # Whoever sees the port can have an agent report at once.
        self._hello = self._link.request("hello", protocol=1)
        self.actual_port = self._ready["port"]
        await wait_for(self._hello)
        files.remove()
        code = await wait_for(self._link.ended)
        if code == 0:
            return
        if not self._is_ending:
            raise ServerEnded(f"mcp-orchestrator ended with exit code {code}")
        logger.warning("mcp-orchestrator ended with exit code %d", code)

    async def shutdown(self) -> None:
        """Ends the server in good order; what it still had to tell is told
        before this returns."""
        await self._end()

    def _launch(self, files: launch.LaunchFiles) -> Link:
        config = files.write_config(
            self._settings(), launch.one_name_a_token(self.agent_tokens))
        return Link(launch.command(self._program, config, self._options),
                    self._on_notification, self._on_request)

    def _settings(self) -> Json:
        is_asked = self.question_callback or self.feedback_callback
        plugins: Json = {"clarification": {"config": {
            "strategy": "prompt_user" if is_asked else "fail"}}}
        if self._budget is not None:
            plugins["budget"] = {"config": self._budget}
        settings: Json = {
            "host": self.host, "port": self.port, "server-name": SERVER_NAME,
            "auth": "token" if self.agent_tokens else "none",
            "log-level": "warning", "plugins": plugins}
        if self._plugin_dirs:
            settings["plugin-dir"] = self._plugin_dirs
        if RUN_NAME.fullmatch(self.session_id):
            settings["run"] = self.session_id
        if self._state_dir is not None:
            settings["state-dir"] = self._state_dir
        return settings

    async def _end(self) -> None:
        self._is_ending = True
        link, callbacks = self._link, self._callbacks
        if link is not None and not link.ended.done():
            await asyncio.get_running_loop().run_in_executor(
                None, link.end, END_SECONDS)
            await wait_for(link.ended)
        if callbacks is not None:
            await callbacks.close(CALLBACK_SECONDS)

    # --- What the server says; on the link's thread ---

    def _on_notification(self, method: str, params: Json) -> None:
        if method == "event":
            try:
                self._on_event(params)
            finally:
                with self._arrived:
                    self._last_seq = params["seq"]
                    self._arrived.notify_all()
        elif method == "lag" and "lost" in params:
            logger.warning("events were lost: %s", params["lost"])

    def _on_event(self, event: Json) -> None:
        jobs: list[tuple[Optional[Callable[..., Any]], tuple[Any, ...]]] = \
            [(self.event_callback, (event,))]
        topic = event["topic"]
        if topic == "status_update":
            jobs.append((self.callback, (self._keep_update(event),)))
        elif topic == "question.opened":
            jobs += self._open_question(event)
        elif topic == "review.comparison":
            self.comparison_submissions.append(records.read_comparison(event))
        elif topic == "review.review":
            self.review_submissions.append(records.read_review(event))
        elif topic.startswith("budget."):
            jobs.append((self.budget_callback, (topic, event["payload"])))
        self._in_order(event["seq"], jobs)

    def _in_order(self, seq: int, jobs: list[Any]) -> None:
        callbacks, link = self._callbacks, self._link
        assert callbacks is not None and link is not None

        def job() -> None:
            try:
                for function, arguments in jobs:
                    if function is not None:
                        callbacks.call(function, *arguments)
            finally:
                self._n_unacknowledged += 1
                if callbacks.is_idle() or self._n_unacknowledged >= ACK_EVERY:
                    self._n_unacknowledged = 0
                    link.notify("ack", seq=seq)

        callbacks.in_order(job)

    def _keep_update(self, event: Json) -> StatusUpdate:
        update = records.read_update(event)
        self.updates.append(update)
        return update

    # --- Questions ---

    def _open_question(self, event: Json) -> list[Any]:
        payload = event["payload"]
        is_feedback = payload.get("category") == "feedback"
        ask = self._asker(payload, is_feedback)
        if ask is not None:
            assert self._callbacks is not None
            self._callbacks.beside(ask)
        if is_feedback:
            return []
        return [(self.callback, (records.tell_question(event),))]

    def _asker(self, payload: Json,
               is_feedback: bool) -> Optional[Callable[[], None]]:
        """What asks the person; None when nobody is to be asked."""
        function: Optional[Callable[..., Any]] = self.question_callback
        arguments: tuple[Any, ...] = (payload["agent"], payload["question"])
        if is_feedback:
            function = self.feedback_callback
            arguments = (payload.get("content_type"), payload["question"],
                         payload.get("context"), payload.get("options"))
        if function is None:
            return None

        def ask() -> None:
            assert self._callbacks is not None and function is not None
            answer = self._callbacks.call(function, *arguments)
            if answer is not None:
                self._answer(payload, json.dumps(answer) if is_feedback
                             else str(answer))

        return ask

    def _answer(self, payload: Json, answer: str) -> None:
        assert self._link is not None
        status = self._link.request(
            "clarification/answer", question_id=payload["question_id"],
            answer=answer, answered_by="human").result()["status"]
        if status != "ok":
            logger.info("the answer to %s came too late: %s",
                        payload["question_id"], status)

    # --- Requests of the server ---

    def _on_request(self, method: str, params: Json,
                    answer: Callable[[Any], None]) -> None:
        function = self.context_callback
        callbacks = self._callbacks
        if method != "context/query" or function is None:
            answer(LinkError(METHOD_NOT_FOUND, f"{method}: not served here"))
            return

        def job() -> None:
            assert callbacks is not None and function is not None
            try:
                found = callbacks.call(
                    function, params.get("agent"), params["query"],
                    params.get("topics") or [], params.get("limit", 20))
            except BaseException as error:
                logger.exception("context_callback failed")
                answer(error)
            else:
                answer({"answer": "", "items": [], **found}
                       if isinstance(found, dict)
                       else {"answer": str(found), "items": []})

        assert callbacks is not None
        callbacks.beside(job)

    # --- What was told ---

    def _catch_up(self) -> None:
        """Waits for the events that were recorded before. An agent can know
        its call's answer earlier than the link's thread reads its report."""
        link = self._link
        hello = self._hello
        if link is None or link.ended.done() or hello is None:
            return
        try:
            position = hello.result(CATCH_UP_SECONDS)["position"]
            last_seq = link.request(
                "events/query", after_seq=self._last_seq, topic="none",
                limit=1).result(CATCH_UP_SECONDS)["last_seq"]
        except Exception as error:  # it ends, or has other things to do
            logger.debug("reports may be missing: %s", error)
            return
        with self._arrived:
            self._arrived.wait_for(
                lambda: max(self._last_seq, position) >= last_seq,
                CATCH_UP_SECONDS)

    def get_updates(self,
                    agent_name: Optional[str] = None) -> list[StatusUpdate]:
        """The reports so far; of one agent if it is named. Those that agents
        were told are received are among them."""
        self._catch_up()
        return [update for update in list(self.updates)
                if not agent_name or update.agent_name == agent_name]

    def get_comparison_submissions(
            self, agent_name: Optional[str] = None
    ) -> list[ComparisonSubmission]:
        self._catch_up()
        return [found for found in list(self.comparison_submissions)
                if not agent_name or found.agent_name == agent_name]

    def get_review_submissions(
            self, agent_name: Optional[str] = None,
            candidate_id: Optional[str] = None) -> list[ReviewSubmission]:
        self._catch_up()
        return [found for found in list(self.review_submissions)
                if (not agent_name or found.agent_name == agent_name)
                and (not candidate_id or found.candidate_id == candidate_id)]

    def clear_submissions(self) -> None:
        """Forgets all comparisons and reviews."""
        self.comparison_submissions.clear()
        self.review_submissions.clear()

    # --- What agents need ---

    def get_url(self) -> Optional[str]:
        """The URL for HTTP+SSE clients; None before the server runs."""
        return self._ready.get("sse")

    def get_streamable_url(self) -> Optional[str]:
        """The URL for Streamable HTTP clients; None before it runs."""
        return self._ready.get("mcp")

    def get_token_for_agent(self, agent_name: str) -> Optional[str]:
        """Its bearer token; None for an agent without one."""
        return self.agent_tokens.get(agent_name)

    def get_mcp_config_for_agent(self, agent_name: str) -> Optional[Json]:
        """What belongs into its .mcp.json; None for one without a token."""
        config = self.get_mcp_server_config(agent_name)
        if config is None:
            return None
        return {"mcpServers": {config.name: config.to_dict()}}

    def get_mcp_server_config(self,
                              agent_name: str) -> Optional[MCPServerConfig]:
        """The same for adapters."""
        token = self.get_token_for_agent(agent_name)
        if not token:
            return None
        url = self.get_url() or \
            f"http://{self.host}:{self.port or DEFAULT_PORT}/sse"
        return MCPServerConfig(name=SERVER_NAME, url=url, headers={
            "Authorization": f"Bearer {token}"})

    # --- Budgets, and whatever else the link can do ---

    async def request(self, method: str, **params: Any) -> Any:
        """Any method of the link, for instance budget/set. Raises LinkError,
        ServerEnded."""
        if self._link is None:
            raise ServerEnded(f"{method}: the server does not run yet")
        return await wait_for(self._link.request(method, **params))

    async def set_budget(self, **limits: Any) -> Any:
        return await self.request("budget/set", **limits)

    async def get_budget(self, **which: Any) -> Any:
        return await self.request("budget/get", **which)

    async def record_usage(self, agent: str, **usage: Any) -> Any:
        """usage: tokens, cost_usd, requests; cost_usd None when unknown."""
        return await self.request("budget/record", agent=agent, **usage)


def create_orchestrator_server(
        db_connection: Any = None,
        agent_names: Optional[Sequence[str]] = None,
        callback: Optional[Callback] = None,
        host: str = "127.0.0.1", port: int = 0) -> OrchestratorServer:
    return OrchestratorServer(db_connection, agent_names, callback,
                              host=host, port=port)


async def run_orchestrator_server(
        db_connection: Any = None,
        agent_names: Optional[Sequence[str]] = None,
        callback: Optional[Callback] = None,
        host: str = "127.0.0.1", port: int = 0) -> None:
    await create_orchestrator_server(db_connection, agent_names, callback,
                                     host, port).run()
