"""What agents tell, as callbacks get it, and how it is read from events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Mapping, Optional

Json = dict[str, Any]


@dataclass
class StatusUpdate:
    """One report of an agent."""

    agent_name: str
    phase: str   # planning, execution, review, refinement
    status: str  # started, progress, completed, error
    message: str
    timestamp: datetime
    metadata: Optional[Json] = None
    attachments: Optional[list[Json]] = None


@dataclass
class ComparisonSubmission:
    """What an agent thinks of several candidates."""

    agent_name: str
    summary: str
    decision: str  # pick_one, synthesize, equivalent
    winner: Optional[str]
    synthesis_notes: Optional[str]
    confidence: float
    timestamp: datetime


@dataclass
class ReviewSubmission:
    """What an agent thinks of one candidate."""

    agent_name: str
    candidate_id: str
    scores: dict[str, int]
    overall_score: int
    feedback: str
    verdict: str  # approve, revise, reject
    strengths: Optional[list[str]]
    weaknesses: Optional[list[str]]
    concerns: Optional[list[str]]
    timestamp: datetime


@dataclass
class MCPServerConfig:
    """The server as an adapter hands it to its agent."""

    name: str
    command: str = ""
    args: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_sse(self) -> bool:
        return bool(self.url) and not self.command

    def to_dict(self) -> Json:
        """As .mcp.json has it."""
        config: Json = {"type": "sse", "url": self.url}
        if self.headers:
            config["headers"] = self.headers
        return config


def read_time(text: str) -> datetime:
    """The local time, without a zone, of an RFC 3339 text in UTC."""
    # datetime.fromisoformat knows no Z before Python 3.11.
    utc = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return utc.astimezone().replace(tzinfo=None)


def read_update(event: Mapping[str, Any]) -> StatusUpdate:
    """The report in an event of the topic status_update."""
    payload = event["payload"]
    return StatusUpdate(
        agent_name=payload["agent_name"],
        phase=payload["phase"],
        status=payload["status"],
        message=payload["message"],
        timestamp=read_time(payload.get("timestamp") or event["time"]),
        metadata=payload.get("metadata"),
        attachments=payload.get("attachments"))


def tell_question(event: Mapping[str, Any]) -> StatusUpdate:
    """A question that was opened, as a report."""
    payload = event["payload"]
    return StatusUpdate(
        agent_name=payload["agent"], phase="execution", status="progress",
        message=f"Question: {payload['question']}",
        timestamp=read_time(event["time"]),
        metadata={"type": "question", "question": payload["question"],
                  "question_id": payload["question_id"]})


def read_comparison(event: Mapping[str, Any]) -> ComparisonSubmission:
    payload = event["payload"]
    return ComparisonSubmission(
        agent_name=event["agent"] or "unknown",
        summary=payload["summary"],
        decision=payload["decision"],
        winner=payload.get("winner"),
        synthesis_notes=payload.get("synthesis_notes"),
        confidence=payload["confidence"],
        timestamp=read_time(event["time"]))


def read_review(event: Mapping[str, Any]) -> ReviewSubmission:
    payload = event["payload"]
    return ReviewSubmission(
        agent_name=event["agent"] or "unknown",
        candidate_id=payload["candidate_id"],
        scores=payload["scores"],
        overall_score=payload["overall_score"],
        feedback=payload["feedback"],
        verdict=payload["verdict"],
        strengths=payload.get("strengths"),
        weaknesses=payload.get("weaknesses"),
        concerns=payload.get("concerns"),
        timestamp=read_time(event["time"]))
