"""The programs that the checks run: dms-rule, cfn-guard and what the documents name."""

import os
import subprocess
import sys
from pathlib import Path

from oracles.repository import CFN_GUARD, DMS_RULE, REPOSITORY

SCRIPTS = Path(sys.executable).parent


def run(*command: str | Path, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the repository with cfn-guard, dms-rule and the installed packages on its path."""
    path = os.pathsep.join([str(CFN_GUARD.parent), str(DMS_RULE.parent), str(SCRIPTS), os.environ.get("PATH", "")])
    return subprocess.run(
        list(map(str, command)),
        cwd=REPOSITORY,
        env=os.environ | {"PATH": path} | environment,
        input=stdin if stdin is not None else "",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
