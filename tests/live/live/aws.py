"""Calls to AWS: each is recorded as evidence, and a change reaches only what the run created."""

import datetime as dt
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from live.answers import NotAnswered
from live.redaction import trimmed, without_account

# Parameters that name the resource that a call changes. Their values must be of the run.
SUBJECTS = {
    "ReplicationInstanceArn", "TargetReplicationInstanceArn", "ReplicationTaskArn", "EndpointArn", "ResourceArn",
    "ReplicationSubnetGroupIdentifier", "SubscriptionName", "VpcId", "SubnetId", "SubnetIds", "GroupId",
    "RouteTableId", "RouteTableIds", "VpcEndpointIds", "Bucket", "RoleName", "FunctionName", "ConfigRuleName",
    "ConfigRuleNames", "StackName", "TopicArn", "logGroupName",
}  # fmt: skip

# What a call only refers to may be given by an option.
REFERENCES = {
    ("CreateReplicationInstance", "ReplicationSubnetGroupIdentifier"),
    ("TestConnection", "EndpointArn"),
}


class Rejected(NotAnswered):
    """A response of AWS that is an error."""

    def __init__(self, call: str, code: str, message: str, status: int) -> None:
        super().__init__(f"{call} was rejected with {code}: {message}")
        self.code = code
        self.status = status

    def expect(self, *codes: str) -> None:
        """Raises this error again unless its code is one of these, each of which is an answer."""
        if self.code not in codes:
            raise self


class TimeIsOver(NotAnswered):
    """A wait that found nothing until its end."""


class NotOfThisRun(Exception):  # noqa: N818 - the sentence reads so
    """A call that would change what the run did not create. It is a mistake in a probe."""


class Aws:
    """An account and Region of AWS, as one run uses it."""

    def __init__(self, session: boto3.Session, run_id: str, pace: float, patience: float) -> None:
        self._session = session
        self._clients: dict[str, object] = {}
        self.region = session.region_name
        self.run_id = run_id
        self.pace = pace
        self.patience = patience
        self.account = ""
        self.partition = session.get_partition_for_region(session.region_name)
        self.consented = False
        self.own: set[str] = set()
        self.touched: set[str] = set()  # the services in which something may exist because of this run
        self.evidence: list[dict] = []
        self.words: dict[str, set[str]] = defaultdict(set)

    def read(self, service: str, operation: str, **parameters: object) -> dict:
        """Makes a call that changes nothing; returns its response."""
        return self._call(service, operation, parameters)

    def change(self, service: str, operation: str, **parameters: object) -> dict:
        """Makes a call that creates or changes; returns its response.

        Raises NotOfThisRun if there was no consent, or if the call names a resource that the run did not create.
        """
        if not self.consented:
            raise NotOfThisRun(f"{service}:{operation} before the consent")
        for name, value in parameters.items():
            if name in SUBJECTS and (operation, name) not in REFERENCES:
                for one in value if isinstance(value, list) else [value]:
                    if one not in self.own and self.run_id not in str(one):
                        raise NotOfThisRun(f"{service}:{operation} of {one}")
        try:
            response = self._call(service, operation, parameters)
        except Rejected as rejected:
            if rejected.status >= 500:
                self.touched.add(service)
            raise
        except NotAnswered:
            self.touched.add(service)
            raise
        self.touched.add(service)
        return response

    def list(self, service: str, operation: str, member: str, **parameters: object) -> Iterator[dict]:
        """Lists all pages of an operation. DMS reports a filter without a match as an error: then nothing is listed."""
        token: dict[str, object] = {}
        seen = set()
        while True:
            try:
                response = self.read(service, operation, **parameters, **token)
            except Rejected as rejected:
                if service == "dms" and "Filters" in parameters and rejected.code == "ResourceNotFoundFault":
                    return
                raise
            if not isinstance(response.get(member), list):
                raise NotAnswered(f"the response to {service}:{operation} has no list {member}")
            yield from response[member]
            names = ("Marker", "NextToken", "nextToken")
            following = next(((name, response[name]) for name in names if response.get(name)), None)
            if following is None:
                return
            if following in seen:
                raise NotAnswered(f"the listing {service}:{operation} does not end")
            seen.add(following)
            token = dict([following])

    def wait(self, what: str, observe: Callable[[], object], minutes: float, pace: float = math.inf) -> object:
        """Observes until the result is not `None`, and returns it. `pace` is the longest time between observations.

        Raises TimeIsOver if that takes more minutes.
        """
        minutes *= self.patience
        end = time.monotonic() + minutes * 60
        self.report(f"  waiting for {what} ({minutes:g} min at most)")
        while True:
            found = observe()
            if found is not None:
                return found
            if time.monotonic() >= end:
                raise TimeIsOver(f"{what}: not so after {minutes:g} minutes")
            time.sleep(min(self.pace, pace))

    def wait_a_while(self) -> None:
        """Waits for three observations: AWS may need a moment to show what it stored."""
        time.sleep(3 * self.pace)

    def report(self, line: str) -> None:
        """Prints a line of progress."""
        sys.stdout.write(f"{without_account(line, self.account)}\n")
        sys.stdout.flush()

    def _call(self, service: str, operation: str, parameters: dict) -> dict:
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
        client = self._clients[service]
        method = next(name for name, known in client.meta.method_to_api_mapping.items() if known == operation)
        try:
            response = getattr(client, method)(**parameters)
        except ClientError as error:
            code, message = (str(error.response.get("Error", {}).get(name, "")) for name in ("Code", "Message"))
            message = without_account(message, self.account)
            self._record(service, operation, parameters, {"error": code, "message": message})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            raise Rejected(f"{service}:{operation}", code, message, status) from None
        except BotoCoreError as error:
            self._record(service, operation, parameters, {"error": type(error).__name__})
            raise NotAnswered(f"{service}:{operation} had no response: {type(error).__name__}") from None
        except Exception as error:  # noqa: BLE001 - botocore raises others where a response is no response of AWS
            self._record(service, operation, parameters, {"error": type(error).__name__})
            raise NotAnswered(f"{service}:{operation}: unreadable response, {type(error).__name__}") from None
        self._note_words(response)
        self._record(service, operation, parameters, response)
        return response

    def _record(self, service: str, operation: str, parameters: dict, response: dict) -> None:
        """Keeps a call as evidence; one that repeats the call before it is counted there."""
        call = {
            "call": f"{service}:{operation}",
            "request": trimmed(parameters, self.account),
            "response": trimmed(response, self.account),
        }
        last = self.evidence[-1] if self.evidence else None
        if last and all(last[name] == value for name, value in call.items()):
            last["times"] += 1
            return
        self.evidence.append({"at": now(), **call, "times": 1})

    def _note_words(self, response: dict) -> None:
        """Keeps the words of statuses in a response."""
        kinds = {
            "ReplicationInstance": "ReplicationInstanceStatus",
            "ReplicationTask": "Status",
            "Connection": "Status",
        }
        for kind, member in kinds.items():
            many = response.get(f"{kind}s")
            for one in [*(many if isinstance(many, list) else []), response.get(kind)]:
                if isinstance(one, dict) and isinstance(one.get(member), str):
                    self.words[kind].add(one[member])
                    if one.get("StopReason"):
                        self.words["StopReason"].add(one["StopReason"])


def now() -> str:
    """Returns the time in UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
