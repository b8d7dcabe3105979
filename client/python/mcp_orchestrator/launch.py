"""The command line and the configuration that a server is launched with.
Secrets go by files of our own, never by arguments."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile
from typing import Mapping, Optional, Sequence

from .records import Json


def find_program(program: Optional[str] = None) -> str:
    """The server: as given, else $MCP_ORCHESTRATOR, else from PATH."""
    wanted = program or os.environ.get("MCP_ORCHESTRATOR") \
        or "mcp-orchestrator"
    found = shutil.which(wanted)
    if found is None:
        raise FileNotFoundError(
            f"{wanted}: no such program; install mcp-orchestrator, or name "
            "it in the variable MCP_ORCHESTRATOR")
    return found


class LaunchFiles:
    """A directory of our own that only we can read, until the server has read
    what is in it; at the latest it goes with the program."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(
            prefix="mcp-orchestrator-")
        self._path = pathlib.Path(self._directory.name)

    def write(self, name: str, text: str) -> str:
        path = self._path / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        return str(path)

    def write_config(self, settings: Json, tokens: Mapping[str, str]) -> str:
        """The configuration: settings, and an agent for each token."""
        agents = [{"name": name, "token_file": self.write(f"token{n}", token)}
                  for n, (name, token) in enumerate(tokens.items())]
        if agents:
            settings = {**settings, "agent": agents}
        return self.write("config.json", json.dumps(settings))

    def remove(self) -> None:
        """Also twice."""
        self._directory.cleanup()


def one_name_a_token(tokens: Mapping[str, str]) -> dict[str, str]:
    """A token names one agent: the last one that it was given to. An empty
    one is nobody's."""
    names = {token: name for name, token in tokens.items() if token}
    return {name: token for token, name in names.items()}


def command(program: Optional[str], config: str,
            options: Sequence[str]) -> list[str]:
    return [find_program(program), "--control", "stdio", "--config", config,
            *options]
