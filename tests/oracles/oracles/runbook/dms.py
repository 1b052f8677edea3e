"""An AWS DMS in memory, behind a real client of botocore: its model checks every request and every response."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import boto3
import botocore.awsrequest
import botocore.session

from oracles.api_models import violations

REGION, ACCOUNT = "eu-west-1", "123456789012"
MODEL = botocore.session.get_session().get_service_model("dms")
# The number of times that a state between two others is described before it ends.
DELAY = 1
AT_REST = ("stopped", "ready", "failed", "failed-move")


def arn(kind: str, name: str) -> str:
    """Returns the ARN of a resource."""
    return f"arn:aws:dms:{REGION}:{ACCOUNT}:{kind}:{name}"


class FaultError(Exception):
    """An error of the API with its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class KilledError(BaseException):
    """The end of an execution at some call: nothing catches it."""


class WrongCallError(AssertionError):
    """A request or response that the model of AWS DMS does not allow."""


@dataclass
class FakeDms:
    """The instances, tasks and tests of an account in one Region."""

    instances: dict[str, dict] = field(default_factory=dict)
    tasks: dict[str, dict] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    connections: dict[tuple[str, str], dict] = field(default_factory=dict)
    # Of each resource in transition: the descriptions that are left, and what happens then.
    pending: dict[str, tuple[int, Callable[[], None]]] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    failing_moves: int = 0
    default_version: str = "3.6.1"
    orderable: list[tuple[str, str]] = field(default_factory=lambda: [("3.5.4", "dms.t3.medium")])
    quotas: dict[str, tuple[int, int]] = field(default_factory=dict)
    forced_public: bool = False
    # Faults by operation, each raised once; the call has its effect before if the second part is true.
    faults: dict[str, tuple[str, bool]] = field(default_factory=dict)
    calls: list[tuple[str, dict]] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    kill_at: int | None = None
    created: int = 0
    tick: Callable[[], None] = lambda: None

    # Setting up.

    def add_instance(self, name: str, **members: object) -> str:
        """Adds an instance as DMS describes it; returns its ARN."""
        self.created += 1
        made = arn("rep", f"ID{self.created}")
        subnets = [
            {"SubnetIdentifier": f"subnet-{zone}", "SubnetAvailabilityZone": {"Name": f"{REGION}{zone}"}}
            for zone in "ab"
        ]
        self.instances[made] = {
            "ReplicationInstanceIdentifier": name,
            "ReplicationInstanceArn": made,
            "ReplicationInstanceStatus": "available",
            "ReplicationInstanceClass": "dms.t3.medium",
            "AllocatedStorage": 50,
            "EngineVersion": "3.5.4",
            "AutoMinorVersionUpgrade": True,
            "MultiAZ": False,
            "AvailabilityZone": f"{REGION}a",
            "PubliclyAccessible": True,
            "ReplicationInstancePublicIpAddress": "203.0.113.7",
            "ReplicationInstancePublicIpAddresses": ["203.0.113.7"],
            "ReplicationInstancePrivateIpAddress": "10.0.0.7",
            "ReplicationInstancePrivateIpAddresses": ["10.0.0.7"],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
            "ReplicationSubnetGroup": {
                "ReplicationSubnetGroupIdentifier": "private-subnets",
                "VpcId": "vpc-1",
                "Subnets": subnets,
            },
            "KmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234",
            "PreferredMaintenanceWindow": "sun:06:00-sun:14:00",
            "DnsNameServers": "10.0.0.2",
            "NetworkType": "IPV4",
            "InstanceCreateTime": 1700000000,
            "PendingModifiedValues": {},
        } | members
        self.tags[made] = {}
        return made

    def add_task(self, name: str, instance: str, status: str = "running", **members: object) -> str:
        """Adds a task; returns its ARN."""
        made = arn("task", name.upper())
        self.tasks[made] = {
            "ReplicationTaskIdentifier": name,
            "ReplicationTaskArn": made,
            "ReplicationInstanceArn": instance,
            "Status": status,
            "MigrationType": "full-load-and-cdc",
            "SourceEndpointArn": arn("endpoint", f"SOURCE-{name.upper()}"),
            "TargetEndpointArn": arn("endpoint", "TARGET"),
            "ReplicationTaskStats": {
                "FullLoadProgressPercent": 100,
                "TablesLoaded": 4,
                "TablesLoading": 0,
                "TablesQueued": 0,
                "TablesErrored": 0,
            },
            "ReplicationTaskCreationDate": 1700000000,
        } | members
        self.tags[made] = {}
        return made

    # The client.

    def client(self) -> object:
        """Returns a client of botocore that calls this DMS."""
        client = _client()
        client.meta.events.unregister("before-send.database-migration-service", unique_id="dms")
        client.meta.events.register("before-send.database-migration-service", self._send, unique_id="dms")
        return client

    def _send(self, request: botocore.awsrequest.AWSPreparedRequest, **_: object) -> botocore.awsrequest.AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rsplit(".", 1)[1]
        parameters = json.loads(request.body or "{}")
        try:
            status, body = 200, self.respond(operation, parameters)
        except FaultError as fault:
            status, body = 400, {"__type": fault.code, "message": str(fault)}
        raw = botocore.awsrequest.HeadersDict({"Content-Type": "application/x-amz-json-1.1"})
        response = botocore.awsrequest.AWSResponse(request.url, status, raw, None)
        response._content = json.dumps(body).encode()  # noqa: SLF001 - a response without a connection
        return response

    def respond(self, operation: str, parameters: dict) -> dict:
        """Returns the response to a request; both are checked by the model.

        Raises FaultError for an error of the API, WrongCallError if the model does not allow one of them, and
        KilledError if the execution is to end here.
        """
        model = MODEL.operation_model(operation)
        self._check(operation, model.input_shape, parameters)
        self.tick()
        self.calls.append((operation, parameters))
        if self.kill_at is not None and len(self.calls) == -self.kill_at:
            raise KilledError  # before the effect
        allowed = {shape.name for shape in model.error_shapes} | {"AccessDeniedException", "InternalFailure"}
        code, has_effect = self.faults.pop(operation, ("", False))
        try:
            if code and not has_effect:
                raise FaultError(code, "injected")  # noqa: TRY301
            response = getattr(self, f"_{operation}")(**parameters)
            self.effects += list(acts([(operation, parameters)]))
            if code:
                raise FaultError(code, "injected")  # noqa: TRY301
        except FaultError as fault:
            if fault.code not in allowed:
                raise WrongCallError(f"{operation} cannot raise {fault.code}") from fault
            if self.kill_at is not None and len(self.calls) == self.kill_at:
                raise KilledError from fault
            raise
        if self.kill_at is not None and len(self.calls) == self.kill_at:
            raise KilledError  # after the effect
        # DMS writes a null into the list of addresses of a private instance.
        self._check(operation, model.output_shape, _without_nulls(response))
        return response

    @staticmethod
    def _check(operation: str, shape: object, value: dict) -> None:
        found = violations(shape, value) if shape else []
        if found:
            raise WrongCallError(f"{operation}: {found}")

    # Transitions.

    def _later(self, name: str, effect: Callable[[], None]) -> None:
        self.pending[name] = (DELAY, effect)

    def _described(self, name: str) -> None:
        if name in self.pending:
            left, effect = self.pending[name]
            if left:
                self.pending[name] = (left - 1, effect)
            else:
                del self.pending[name]
                effect()

    def settle(self) -> None:
        """Ends every transition."""
        while self.pending:
            self._described(next(iter(self.pending)))

    def _becomes(self, thing: dict, **members: object) -> Callable[[], None]:
        def effect() -> None:
            for name, value in members.items():
                if value is None:
                    thing.pop(name, None)
                else:
                    thing[name] = value

        return effect

    # Describing.

    @staticmethod
    def _values(filters: list[dict], name: str) -> list[str] | None:
        found = [one["Values"] for one in filters if one["Name"] == name]
        return found[0] if found else None

    @staticmethod
    def _page(member: str, things: list[dict], filters: list, marker: str | None) -> dict:
        if filters and not things:
            raise FaultError("ResourceNotFoundFault", f"no {member} match")
        start = int(marker or 0)
        page = {member: json.loads(json.dumps(things[start : start + 2]))}
        return page | ({"Marker": str(start + 2)} if start + 2 < len(things) else {})

    def _DescribeReplicationInstances(self, Filters: list = (), Marker: str | None = None) -> dict:  # noqa: N802, N803
        for name in list(self.instances):
            self._described(name)
        arns = self._values(Filters, "replication-instance-arn")
        found = [one for name, one in self.instances.items() if arns is None or name in arns]
        return self._page("ReplicationInstances", found, Filters, Marker)

    def _DescribeReplicationTasks(  # noqa: N802
        self,
        Filters: list = (),  # noqa: N803
        Marker: str | None = None,  # noqa: N803
        WithoutSettings: bool = False,  # noqa: ARG002, N803
    ) -> dict:
        for name in list(self.tasks):
            self._described(name)
        on, named = (self._values(Filters, f"replication-{kind}-arn") for kind in ("instance", "task"))
        found = [
            task
            for name, task in self.tasks.items()
            if (on is None or task["ReplicationInstanceArn"] in on) and (named is None or name in named)
        ]
        return self._page("ReplicationTasks", found, Filters, Marker)

    def _DescribeConnections(self, Filters: list = (), Marker: str | None = None) -> dict:  # noqa: N802, N803
        for one, two in list(self.connections):
            self._described(f"{one} {two}")
        on = self._values(Filters, "replication-instance-arn")
        found = [one for (instance, _), one in self.connections.items() if on is None or instance in on]
        return self._page("Connections", found, Filters, Marker)

    def _DescribeOrderableReplicationInstances(self, Marker: str | None = None) -> dict:  # noqa: N802, N803
        found = [{"EngineVersion": version, "ReplicationInstanceClass": size} for version, size in self.orderable]
        return self._page("OrderableReplicationInstances", found, [], Marker)

    def _DescribeAccountAttributes(self) -> dict:  # noqa: N802
        quotas = [{"AccountQuotaName": name, "Used": used, "Max": most} for name, (used, most) in self.quotas.items()]
        return {"AccountQuotas": quotas}

    def _ListTagsForResource(self, ResourceArn: str) -> dict:  # noqa: N802, N803
        self._existing(self.tags, ResourceArn)
        tags = [{"Key": key, "Value": value} for key, value in self.tags[ResourceArn].items()]
        return {"TagList": tags}

    # Acting.

    def _existing(self, things: dict, name: str) -> dict:
        if name not in things:
            raise FaultError("ResourceNotFoundFault", name)
        return things[name]

    def _AddTagsToResource(self, ResourceArn: str, Tags: list[dict]) -> dict:  # noqa: N802, N803
        self._existing(self.tags, ResourceArn)
        for tag in Tags:
            if len(tag["Value"]) > 256 or not all(ch.isalnum() or ch in " +-=._:/@" for ch in tag["Value"]):
                raise WrongCallError(f"a tag cannot have the value {tag['Value']!r}")
            self.tags[ResourceArn][tag["Key"]] = tag["Value"]
        return {}

    def _CreateReplicationInstance(self, Tags: list[dict] = (), **given: object) -> dict:  # noqa: N802, N803
        name = given["ReplicationInstanceIdentifier"].lower()
        if any(one["ReplicationInstanceIdentifier"] == name for one in self.instances.values()):
            raise FaultError("ResourceAlreadyExistsFault", name)
        members = {
            key: given[key]
            for key in given
            if key not in ("VpcSecurityGroupIds", "ReplicationSubnetGroupIdentifier", "ReplicationInstanceIdentifier")
        }
        public = given.get("PubliclyAccessible", True) or self.forced_public
        addresses = ["203.0.113.9"] if public else []
        made = self.add_instance(
            name,
            **members
            | {
                "ReplicationInstanceStatus": "creating",
                "PubliclyAccessible": public,
                "ReplicationInstancePublicIpAddresses": addresses or [None],
            },
        )
        instance = self.instances[made]
        if not public:
            del instance["ReplicationInstancePublicIpAddress"]
        if given.get("AutoMinorVersionUpgrade", True):
            instance["EngineVersion"] = self.default_version
        self.tags[made] = {tag["Key"]: tag["Value"] for tag in Tags}
        self._later(made, self._becomes(instance, ReplicationInstanceStatus="available"))
        return {"ReplicationInstance": instance}

    def _ModifyReplicationInstance(self, ReplicationInstanceArn: str, **given: object) -> dict:  # noqa: N802, N803
        instance = self._existing(self.instances, ReplicationInstanceArn)
        if instance["ReplicationInstanceStatus"] != "available" or not given.pop("ApplyImmediately", False):
            raise FaultError("InvalidResourceStateFault", "not now")
        instance["ReplicationInstanceStatus"] = "modifying"
        self._later(ReplicationInstanceArn, self._becomes(instance, ReplicationInstanceStatus="available", **given))
        return {"ReplicationInstance": instance}

    def _DeleteReplicationInstance(self, ReplicationInstanceArn: str) -> dict:  # noqa: N802, N803
        instance = self._existing(self.instances, ReplicationInstanceArn)
        if any(task["ReplicationInstanceArn"] == ReplicationInstanceArn for task in self.tasks.values()):
            raise FaultError("InvalidResourceStateFault", "it has tasks")
        instance["ReplicationInstanceStatus"] = "deleting"

        def effect() -> None:
            del self.instances[ReplicationInstanceArn], self.tags[ReplicationInstanceArn]

        self._later(ReplicationInstanceArn, effect)
        return {"ReplicationInstance": instance}

    def _TestConnection(self, ReplicationInstanceArn: str, EndpointArn: str) -> dict:  # noqa: N802, N803
        instance = self._existing(self.instances, ReplicationInstanceArn)
        if instance["ReplicationInstanceStatus"] != "available":
            raise FaultError("InvalidResourceStateFault", "not available")
        test = {"ReplicationInstanceArn": ReplicationInstanceArn, "EndpointArn": EndpointArn, "Status": "testing"}
        self.connections[ReplicationInstanceArn, EndpointArn] = test
        result = {"Status": "successful"}
        if EndpointArn in self.unreachable:
            result = {"Status": "failed", "LastFailureMessage": "no route to host"}
        self._later(f"{ReplicationInstanceArn} {EndpointArn}", self._becomes(test, **result))
        return {"Connection": test}

    def _task_in(self, name: str, *statuses: str) -> dict:
        task = self._existing(self.tasks, name)
        if task["Status"] not in statuses or name in self.pending:
            raise FaultError("InvalidResourceStateFault", f"{name} is {task['Status']}")
        return task

    def _StopReplicationTask(self, ReplicationTaskArn: str) -> dict:  # noqa: N802, N803
        task = self._task_in(ReplicationTaskArn, "running")
        task["Status"] = "stopping"
        ended = self._becomes(task, Status="stopped", RecoveryCheckpoint="checkpoint:V1#1", StopReason="NORMAL")
        self._later(ReplicationTaskArn, ended)
        return {"ReplicationTask": task}

    def _StartReplicationTask(self, ReplicationTaskArn: str, StartReplicationTaskType: str) -> dict:  # noqa: N802, N803
        task = self._task_in(ReplicationTaskArn, "stopped", "failed", "failed-move")
        if StartReplicationTaskType != "resume-processing":
            raise WrongCallError(f"a task is started by {StartReplicationTaskType}")
        task["Status"] = "starting"
        self._later(ReplicationTaskArn, self._becomes(task, Status="running"))
        return {"ReplicationTask": task}

    def _MoveReplicationTask(self, ReplicationTaskArn: str, TargetReplicationInstanceArn: str) -> dict:  # noqa: N802, N803
        task = self._task_in(ReplicationTaskArn, *AT_REST)
        target = self._existing(self.instances, TargetReplicationInstanceArn)
        source = self.instances[task["ReplicationInstanceArn"]]
        if target is source or target["EngineVersion"] < source["EngineVersion"]:
            raise FaultError("InvalidResourceStateFault", "the target is the same or older")
        was, task["Status"] = task["Status"], "moving"
        task["TargetReplicationInstanceArn"] = TargetReplicationInstanceArn
        moved = {"Status": "stopped" if was == "failed-move" else was} | {
            "ReplicationInstanceArn": TargetReplicationInstanceArn
        }
        if self.failing_moves:
            self.failing_moves -= 1
            moved = {"Status": "failed-move", "LastFailureMessage": "lack of storage"}
        self._later(ReplicationTaskArn, self._becomes(task, TargetReplicationInstanceArn=None, **moved))
        return {"ReplicationTask": task}


def acts(calls: list[tuple[str, dict]]) -> Iterator[str]:
    """Yields the calls that change something, but tags, in one word each with the last part of their ARN."""
    for operation, parameters in calls:
        if not operation.startswith(("Describe", "List", "AddTags")):
            named = parameters.get("ReplicationInstanceIdentifier", next(iter(parameters.values())))
            yield f"{operation} {str(named).rsplit(':', 1)[-1]}"


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items()}
    return [_without_nulls(one) for one in value if one is not None] if isinstance(value, list) else value


@cache
def _client() -> object:
    """Returns the one client of a process: to make one takes longer than a whole run."""
    return boto3.session.Session("test", "test", region_name=REGION).client("dms")
