"""Where authors of plugins work: beside an installation, with no path of this
tree in sight."""

import os
import pathlib
import subprocess

import pytest

LIMIT = 400      # seconds; a busy machine compiles slowly


class Author:
    """A directory, and a shell that finds what is installed."""

    def __init__(self, folder):
        self.root = pathlib.Path(os.environ["MCP_ROOT"])
        self.folder = folder
        self.env = {
            "HOME": str(folder), "LANG": "C.UTF-8",
            "PATH": f"{self.root}/bin:{os.environ['PATH']}",
            "PKG_CONFIG_PATH": f"{self.root}/lib/pkgconfig",
            # Of rustup, where there is one.
            **{name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME")
               if name in os.environ},
        }
        rustup = pathlib.Path.home() / ".rustup"
        if rustup.exists():
            self.env.setdefault("RUSTUP_HOME", str(rustup))

    def run(self, script, status=0):
        """Runs a shell script to its end. Returns what it printed."""
        done = subprocess.run(
            # As users of some distributions have it.
            ["timeout", "-k", "5", str(LIMIT), "sh", "-ec",
             "umask 002; exec sh -e"], input=script,
            cwd=self.folder, env=self.env, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        assert done.returncode == status, done.stdout
        return done.stdout


@pytest.fixture
def author(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir(mode=0o755)
    return Author(folder)
