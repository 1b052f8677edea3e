"""A local AWS in a process of its own, controlled by lines of JSON (`crates/local-aws/examples/remote.rs`)."""

import json
import os
import subprocess
from pathlib import Path
from typing import Self

from oracles.repository import REPOSITORY

PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "debug/examples/remote"
ACCOUNT = "123456789012"


class LocalAws:
    """A server that ends with the block that uses it."""

    def __enter__(self) -> Self:
        """Starts the server."""
        self._process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.environment: dict[str, str] = json.loads(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the server."""
        self._process.stdin.close()
        self._process.stdout.close()
        if self._process.wait(20) != 0:
            raise ValueError("the local AWS failed")

    def do(self, **command: object) -> dict:
        """Executes a command; returns the response."""
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
