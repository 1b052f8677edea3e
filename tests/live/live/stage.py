"""What probes share: instances, endpoints, tasks and a rule, each created when the first probe needs it."""

import argparse
from collections.abc import Callable

from live import function, instances, network, storage, tasks
from live.answers import NotAnswered
from live.aws import Aws


class Stage:
    """The resources of a run. What could not be created once is not tried again: each probe gets the same reason."""

    def __init__(self, aws: Aws, options: argparse.Namespace) -> None:
        self.aws = aws
        self.options = options
        self._made: dict[str, object] = {}
        self._failed: dict[str, NotAnswered] = {}

    def once(self, name: str, make: Callable[[], object]) -> object:
        """Returns what `make` returned at the first use of this name."""
        if name in self._failed:
            raise self._failed[name]
        if name not in self._made:
            try:
                self._made[name] = make()
            except NotAnswered as reason:
                self._failed[name] = reason
                raise
        return self._made[name]

    def offer(self) -> instances.Offer:
        """Returns the class and versions of the instances."""
        return self.once("offer", lambda: instances.choose_offer(self.aws))

    def group(self, name: str) -> str:
        """Returns the name of a subnet group: given by an option, or created in a VPC of the run."""
        option = {"main": "subnet_group", "other": "other_subnet_group", "vpc": "other_vpc_subnet_group"}
        given = getattr(self.options, option.get(name, "nat_subnet_group"))
        if given:
            return given
        if name == "nat":
            raise NotAnswered("no --nat-subnet-group was given")
        if self.options.subnet_group:
            raise NotAnswered(f"no --{option[name].replace('_', '-')} was given")
        return self.once(f"group {name}", lambda: network.create_group(self.aws, name, self.once))

    def begin(self, name: str) -> str:
        """Begins to create an instance, if that did not begin yet; returns its ARN."""
        return self.once(f"begin {name}", lambda: self._create(name))

    def instance(self, name: str) -> dict:
        """Returns the description that an instance had when it came to be available."""
        arn = self.begin(name)
        return self.once(f"instance {name}", lambda: instances.available(self.aws, name, arn))

    def arn(self, name: str) -> str:
        """Returns the ARN of an instance that is available."""
        self.instance(name)
        return self.begin(name)

    def _create(self, name: str) -> str:
        specification = instances.SPECIFICATIONS[name]
        offer = self.offer()
        parameters: dict[str, object] = {"ReplicationSubnetGroupIdentifier": self.group(specification.group)}
        parameters["ResourceIdentifier"] = f"{self.aws.run_id.upper()}-{name}"
        if specification.key:
            if not self.options.other_key:
                raise NotAnswered("no --other-key was given")
            parameters["KmsKeyId"] = self.options.other_key
        if not specification.less_storage:
            parameters["AllocatedStorage"] = offer.storage + 5
        if specification.group in ("main", "other") and self.options.security_group:
            parameters["VpcSecurityGroupIds"] = [self.options.security_group]
        network.ensure_role(self.aws, "dms-vpc-role", "AmazonDMSVPCManagementRole", self.once)
        return instances.create(self.aws, name, offer, **parameters)

    def endpoints(self) -> tuple[str, str]:
        """Returns the ARNs of a source and a target: given by options, or of a bucket of the run."""
        source, target = self.options.source_endpoint, self.options.target_endpoint
        if source and target:
            return source, target
        if source or target:
            raise NotAnswered("--source-endpoint and --target-endpoint are given together or not at all")
        return self.once("endpoints", lambda: storage.create_endpoints(self.aws))

    def task(self, name: str, instance: str = "main", kind: str = "full-load-and-cdc") -> str:
        """Creates a task on an instance; returns its ARN. It is ready."""
        role = ("dms-cloudwatch-logs-role", "AmazonDMSCloudWatchLogsRole")
        logs = network.ensure_role(self.aws, *role, self.once)
        if logs:
            self.aws.touched.add("logs")
        return tasks.create(self.aws, name, self.arn(instance), self.endpoints(), kind, logs=logs)

    def connected(self, instance: str) -> str:
        """Returns the ARN of an instance from which both endpoints were reached."""
        arn = self.arn(instance)
        self.once(f"connected {instance}", lambda: tasks.connect_all(self.aws, arn, self.endpoints()))
        return arn

    def running_task(self, name: str, instance: str = "main") -> str:
        """Creates a task and starts it; returns its ARN. It is running."""
        self.connected(instance)
        arn = self.task(name, instance)
        tasks.start(self.aws, arn)
        return arn

    def rule(self) -> tuple[str, str]:
        """Returns the name of a rule of AWS Config and a result token of it."""
        if self.options.rule and self.options.result_token:
            return self.options.rule, self.options.result_token
        return self.once("rule", lambda: function.invoke_by_rule(self.aws, self.once))
