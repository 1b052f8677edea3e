"""The AWS CLI as a program that starts at once, for tests that call it hundreds of times.

    PYTHON aws_cli.py FOLDER

imports the AWS CLI of that Python once, writes the program FOLDER/aws, prints `ready`, and runs each call of that
program in a process of its own, which has nothing but the imported modules in common with the others. It needs only the
standard library and the AWS CLI, so that the Python of Debian can run it with version 2.
"""

import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

CLIENT = r"""#!/bin/sh
folder=$(mktemp -d "FOLDER/call.XXXXXX")
printf '%s\0' "$@" >"$folder/arguments"
env -0 >"$folder/environment"
mkfifo "$folder/code"
printf '%s\n' "$folder" >"FOLDER/calls"
read -r code <"$folder/code"
cat "$folder/output"
cat "$folder/error" >&2
rm -r "$folder"
exit "$code"
"""


def respond(fifo: Path, code: int) -> None:
    """Writes the exit code for the program that waits for it, unless a test has killed that program."""
    for _ in range(100):
        try:
            descriptor = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
            continue
        os.write(descriptor, f"{code}\n".encode())
        return


def run(folder: Path) -> None:
    """Runs a call in this process, and writes its exit code."""
    data = os.environ.get("AWS_DATA_PATH", "")  # the import of the AWS CLI sets it
    os.environ.clear()
    os.environ["AWS_DATA_PATH"] = data
    for entry in (folder / "environment").read_bytes().split(b"\0"):
        name, _, value = entry.partition(b"=")
        if name:
            os.environb[name] = value
    arguments = (folder / "arguments").read_bytes().split(b"\0")[:-1]
    sys.argv = ["aws", *map(os.fsdecode, arguments)]
    for name, descriptor in (("output", 1), ("error", 2)):
        os.dup2(os.open(folder / name, os.O_CREAT | os.O_WRONLY, 0o600), descriptor)
    code: object = 255
    try:
        code = import_module("awscli.clidriver").main() or 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        respond(folder / "code", code if isinstance(code, int) else 1)


def serve(folder: Path) -> None:
    """Writes the program, and runs its calls until this process is ended."""
    os.mkfifo(folder / "calls")
    for name in "awscli.clidriver awscli.customizations.paginate botocore.client botocore.httpsession".split():
        import_module(name)
    program = folder / "aws"
    program.write_text(CLIENT.replace("FOLDER", str(folder)))
    program.chmod(0o755)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        with (folder / "calls").open() as calls:
            for line in calls:
                if not os.fork():
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    run(Path(line.rstrip("\n")))
                    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]).resolve())
