"""An empty Debian 12, in which nothing of this machine is but its kernel."""

import shutil
import subprocess
from pathlib import Path

SOURCES = [Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")]
# With its own mounts, which end with the command.
ENTER = """
mount --bind /proc "$0/proc"
mount --bind /dev "$0/dev"
exec chroot "$0" /bin/sh -euc "$1"
"""


def debian(folder: Path) -> Path:
    """Makes the root folder of a Debian with Python and its module venv, from the mirror that this machine has."""
    root = folder / "debian"
    sources = next(file for file in SOURCES if file.exists())
    options = ("--variant=minbase", "--include=python3-venv", "--quiet")
    subprocess.run(["mmdebstrap", *options, "bookworm", root, sources], check=True)
    return root


def run_in(root: Path, commands: str, *files: Path) -> str:
    """Copies files to /given of a root folder, and returns what commands print there.

    Raises CalledProcessError if one fails.
    """
    given = root / "given"
    given.mkdir(exist_ok=True)
    for file in files:
        shutil.copy(file, given)
    enter = ["unshare", "--mount", "--fork", "/bin/sh", "-euc", ENTER, root, commands]
    return subprocess.run(enter, stdout=subprocess.PIPE, text=True, check=True).stdout
