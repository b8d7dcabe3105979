"""Launches mcp-orchestrator and speaks its link: for orchestrators written in
Python. Needs the standard library only."""

from .link import Link, LinkError, ServerEnded
from .records import (ComparisonSubmission, MCPServerConfig, ReviewSubmission,
                      StatusUpdate)
from .server import (OrchestratorServer, create_orchestrator_server,
                     run_orchestrator_server)

__all__ = [
    "ComparisonSubmission",
    "Link",
    "LinkError",
    "MCPServerConfig",
    "OrchestratorServer",
    "ReviewSubmission",
    "ServerEnded",
    "StatusUpdate",
    "create_orchestrator_server",
    "run_orchestrator_server",
]
