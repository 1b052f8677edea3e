#!/usr/bin/env python3
"""Runs probes in an AWS account, which answer what the documentation of AWS does not.

    python3 tests/live/run.py --region eu-west-1 --profile sandbox

lists the probes and what they cost, and creates nothing before the id of the account is typed. README.md has the rest.
"""

import argparse
import datetime as dt
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import boto3
from botocore.exceptions import BotoCoreError

from live import cleanup, consent, results
from live.answers import NOT_ANSWERED, Answer, NotAnswered, Probe
from live.aws import Aws, NotOfThisRun
from live.instances import needed
from live.names import new_run_id
from live.options import parse
from live.stage import Stage
from probes import PROBES

OK, LEFT, UNUSABLE = 0, 1, 2


def answer_of(probe: Probe, stage: Stage) -> Answer:
    """Runs a probe. Whatever it cannot find out is `not answered`, with the reason."""
    try:
        answer = probe.run(stage)
    except NotAnswered as reason:
        return Answer(NOT_ANSWERED, f"because {reason}")
    except NotOfThisRun as call:
        return Answer(NOT_ANSWERED, f"because of a mistake in this program, which did not make the call {call}")
    except Exception as error:  # noqa: BLE001 - a response of an unexpected form is no answer
        return Answer(NOT_ANSWERED, f"because a response was not as expected: {type(error).__name__} {error}")
    if answer.word not in probe.reading:
        return Answer(NOT_ANSWERED, f"because the probe does not explain the answer {answer.word}")
    return answer


def run_probes(probes: list[Probe], stage: Stage, summary: dict, path: Path) -> bool:
    """Runs probes and keeps their results. Returns true if the run was interrupted."""
    aws = stage.aws
    interrupted = False
    try:
        for name in needed(need for probe in probes for need in probe.needs):
            try:
                stage.begin(name)
            except NotAnswered as reason:
                aws.report(f"the instance {name} is not created: {reason}")
    except KeyboardInterrupt:
        interrupted = True
    for probe in probes:
        aws.evidence = []
        answer = Answer(NOT_ANSWERED, "because the run was interrupted")
        if not interrupted:
            aws.report(f"{probe.name}: {probe.question}")
            try:
                answer = answer_of(probe, stage)
            except KeyboardInterrupt:
                interrupted = True
            aws.report(f"  {answer.word}: {answer.observed}")
        summary["results"].append(results.result(probe, answer, aws.evidence, aws.account))
        results.write(path, summary)
    return interrupted


def clean_up(aws: Aws, services: set[str], minutes: float) -> cleanup.CleanUp:
    """Cleans up, and states what is left. An interruption does not end this, the third one does."""
    interruptions = 0

    def interrupt(*_: object) -> None:
        nonlocal interruptions
        interruptions += 1
        if interruptions > 2:
            raise KeyboardInterrupt
        aws.report(f"cleaning up; if it must end now, interrupt {3 - interruptions} more times")

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    aws.report("clean-up")
    try:
        state = cleanup.clean_up(aws, services, minutes)
    except KeyboardInterrupt:
        state = cleanup.CleanUp(unknown=["the clean-up was interrupted"])
    if state.is_complete():
        aws.report("clean-up: nothing of this run is left")
        return state
    aws.report("clean-up: INCOMPLETE. It may cost money until it is deleted:")
    for line in [*state.left, *state.unknown]:
        aws.report(f"  {line}")
    aws.report(f"next: {command(aws)}")
    return state


def command(aws: Aws) -> str:
    """Returns the command that cleans up after this run."""
    return f"python3 tests/live/run.py --region {aws.region} --clean-up {aws.run_id}"


def interrupt(*_: object) -> None:
    """Ends the run as Ctrl-C does."""
    raise KeyboardInterrupt


def begin(options: argparse.Namespace) -> Aws | None:
    """Finds out whose credentials these are; returns `None`, with a message, if that fails."""
    os.environ.setdefault("AWS_RETRY_MODE", "standard")
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "6")
    run_id = options.clean_up or new_run_id()
    try:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        aws = Aws(session, run_id, options.pace, options.patience)
        aws.account = str(aws.read("sts", "GetCallerIdentity")["Account"])
    except (BotoCoreError, NotAnswered, KeyError) as error:
        sys.stderr.write(f"run.py: the credentials cannot be used: {error}\n")
        return None
    return aws


def is_agreed(aws: Aws, options: argparse.Namespace, probes: list[Probe]) -> bool:
    """States what is to happen. Returns true if the account may be used, and a person typed its id."""
    if options.clean_up:
        aws.report(f"deletes what the run {aws.run_id} created in {aws.region}, and nothing else")
    elif not consent.prepare(aws, options, probes):
        return False
    return consent.given(aws, options)


def main(arguments: list[str]) -> int:
    """Runs what the arguments select; returns the exit code."""
    options = parse(arguments, [probe.name for probe in PROBES])
    probes = [probe for probe in PROBES if not options.probe or probe.name in options.probe]
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        aws = begin(options)
        if aws is None or not is_agreed(aws, options, probes):
            return UNUSABLE
    except KeyboardInterrupt:
        sys.stderr.write("\nrun.py: nothing was created\n")
        return UNUSABLE
    if options.clean_up:
        state = clean_up(aws, cleanup.EVERY_SERVICE, options.clean_up_minutes)
        return OK if state.is_complete() else LEFT
    return run(aws, options, probes)


def run(aws: Aws, options: argparse.Namespace, probes: list[Probe]) -> int:
    """Runs probes, writes their results, and cleans up; returns the exit code."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    path = results.path_of(options.results, day, aws.region)
    summary = {
        "schemaVersion": 1,
        "date": day,
        "region": aws.region,
        "runId": aws.run_id,
        "boto3": boto3.__version__,
        "interrupted": False,
        "results": [],
        "cleanUp": None,
    }
    aws.report(f"run {aws.run_id}; results: {path}")
    try:
        summary["interrupted"] = run_probes(probes, Stage(aws, options), summary, path)
    except KeyboardInterrupt:
        summary["interrupted"] = True
    if options.keep:
        results.write(path, summary)
        aws.report(f"kept, and costs money until it is deleted by: {command(aws)}")
        return OK
    state = clean_up(aws, aws.touched, options.clean_up_minutes)
    summary["cleanUp"] = {"left": state.left, "unknown": state.unknown}
    results.write(path, summary)
    return OK if state.is_complete() else LEFT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
