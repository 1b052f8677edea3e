"""An interpreter of Automation documents (schema 0.3): the actions that the runbook uses, read strictly.

What it does not know is an error: a reference without a value, a member that an action does not have. The order of
steps is that of the user guide of Systems Manager: nextStep, isEnd, onFailure, else the next in the list.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import botocore.exceptions

from oracles.runbook.dms import KilledError, WrongCallError

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.:]+)\s*\}\}")
SHARED = {"name", "action", "inputs", "nextStep", "isEnd", "onFailure", "timeoutSeconds", "maxAttempts", "outputs"}
# Of each action: its inputs that are required, and those that it may have. None: any.
ACTIONS: dict[str, tuple[set[str], set[str] | None]] = {
    "aws:loop": ({"Steps", "LoopCondition", "MaxIterations"}, set()),
    "aws:executeScript": ({"Runtime", "Handler", "Script"}, {"InputPayload"}),
    "aws:executeAwsApi": ({"Service", "Api"}, None),
    "aws:branch": ({"Choices", "Default"}, set()),
    "aws:approve": ({"Approvers"}, {"NotificationArn", "Message", "MinRequiredApprovals"}),
    "aws:sleep": ({"Duration"}, set()),
}
OUTPUT_TYPES = {"Boolean": bool, "String": str, "Integer": int}
STEPS_AT_MOST = 1000


class DocumentError(Exception):
    """A document that Systems Manager would not run, or not as it is meant."""


class StepError(Exception):
    """A step that failed."""


class Clock:
    """A clock that goes on only when somebody sleeps or calls."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Returns the time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds


@dataclass
class Execution:
    """The course of an execution: the steps in their order, their outputs and its end."""

    status: str = "InProgress"
    steps: list[str] = field(default_factory=list)
    outputs: dict[str, object] = field(default_factory=dict)
    failure: str = ""


class Automation:
    """A document with what its steps reach: clients, approvers and a clock."""

    def __init__(self, document: dict, client: Callable[[str], object], approve: Callable[[dict], bool]) -> None:
        self.document, self.client, self.approve, self.clock = document, client, approve, Clock()
        if document["schemaVersion"] != "0.3":
            raise DocumentError("schemaVersion must be 0.3")
        check_steps(document["mainSteps"])

    def run(self, parameters: dict[str, object]) -> Execution:
        """Runs the document; a failed step without another way ends it as Failed."""
        values = self._parameters(parameters)
        execution = Execution()
        try:
            self._steps(self.document["mainSteps"], values, execution)
            execution.status = "Success"
        except StepError as error:
            execution.status, execution.failure = "Failed", str(error)
        return execution

    def _parameters(self, given: dict[str, object]) -> dict[str, object]:
        declared = self.document["parameters"]
        if set(given) - set(declared):
            raise DocumentError(f"unknown parameters {set(given) - set(declared)}")
        values = {}
        for name, one in declared.items():
            if name not in given and "default" not in one:
                raise DocumentError(f"{name} is not given")
            value = given.get(name, one.get("default"))
            texts = value if isinstance(value, list) else [str(value)]
            if "allowedValues" in one and value not in one["allowedValues"]:
                raise DocumentError(f"{name}: {value!r} is not one of {one['allowedValues']}")
            if "allowedPattern" in one and not all(re.search(one["allowedPattern"], text) for text in texts):
                raise DocumentError(f"{name}: {value!r} does not match {one['allowedPattern']}")
            values[name] = value
        return values

    def _steps(self, steps: list[dict], values: dict[str, object], execution: Execution) -> None:
        """Runs steps from the first one on. References see the parameters and the outputs of earlier steps."""
        places = {step["name"]: place for place, step in enumerate(steps)}
        place = 0
        while place < len(steps):
            step = steps[place]
            execution.steps.append(step["name"])
            if len(execution.steps) > STEPS_AT_MOST:
                raise DocumentError("the execution does not end")
            try:
                chosen = self._step(step, values, execution)
            except StepError:
                way = step.get("onFailure", "Abort")
                if not way.startswith("step:"):
                    raise
                place = places[way.removeprefix("step:")]
                continue
            following = chosen or step.get("nextStep")
            if following is None and step.get("isEnd"):
                return
            place = place + 1 if following is None else places[following]

    def _step(  # noqa: C901, PLR0912 - a branch for each action
        self, step: dict, values: dict[str, object], execution: Execution
    ) -> str | None:
        """Runs one step; returns the name of the next one if the step chooses it."""
        inputs, name = step["inputs"], step["name"]
        match step["action"]:
            case "aws:loop":
                for iteration in range(1, inputs["MaxIterations"] + 1):
                    # Nothing says that outputs of the steps within are known outside, or in the next iteration.
                    inner = values | {f"{name}.CurrentIteration": iteration}
                    self._steps(inputs["Steps"], inner, execution)
                    condition = inputs["LoopCondition"]
                    if resolved(condition["Variable"], inner) is not condition["BooleanEquals"]:
                        break
            case "aws:branch":
                for choice in inputs["Choices"]:
                    if resolved(choice["Variable"], values) == choice["StringEquals"]:
                        return choice["NextStep"]
                return inputs["Default"]
            case "aws:approve":
                asked = resolved(inputs, values)
                if not asked["Approvers"] or not asked.get("NotificationArn"):
                    raise StepError("nobody can approve")
                if not self.approve(asked):
                    raise StepError("not approved")
            case "aws:sleep":
                self.clock.sleep(1)
            case "aws:executeAwsApi":
                self._call(resolved(inputs, values))
            case "aws:executeScript":
                payload = self._script(step, json.loads(json.dumps(resolved(inputs["InputPayload"], values))))
                for output in step.get("outputs", []):
                    value = payload[output["Selector"].removeprefix("$.Payload.")]
                    if type(value) is not OUTPUT_TYPES[output["Type"]]:
                        raise DocumentError(f"{name}.{output['Name']} is {value!r}, not {output['Type']}")
                    values[f"{name}.{output['Name']}"] = value
                    execution.outputs[f"{name}.{output['Name']}"] = value
        return None

    def _call(self, inputs: dict) -> None:
        service, api = inputs.pop("Service"), inputs.pop("Api")
        method = re.sub(r"(?<!^)([A-Z])", r"_\1", api).lower()
        try:
            getattr(self.client(service), method)(**inputs)
        except botocore.exceptions.ClientError as error:
            raise StepError(str(error)) from error

    def _script(self, step: dict, payload: dict) -> dict:
        """Runs the script of a step as Systems Manager does: alone in a module, with a time limit."""
        inputs, start = step["inputs"], self.clock.now
        if inputs["Runtime"] != "python3.11":
            raise DocumentError(f"the runtime {inputs['Runtime']} is not the tested one")
        namespace: dict[str, object] = {"__name__": "script"}
        try:
            exec(compile(inputs["Script"], step["name"], "exec"), namespace)  # noqa: S102 - the tested script
            namespace["boto3"] = SimpleNamespace(client=lambda service, **_: self.client(service))
            namespace["time"] = self.clock
            payload = namespace[inputs["Handler"]](payload, {})
        except (KilledError, WrongCallError, DocumentError):
            raise
        except Exception as error:
            raise StepError(f"{type(error).__name__}: {error}") from error
        if self.clock.now - start >= step["timeoutSeconds"] or step["timeoutSeconds"] > 600:
            raise StepError(f"{step['name']} timed out")
        return json.loads(json.dumps(payload))


def resolved(value: object, values: dict[str, object]) -> object:
    """Returns a value with its references replaced, once: what a value holds is never read again.

    Raises DocumentError for a reference without a value.
    """
    if isinstance(value, dict):
        return {key: resolved(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, values) for one in value]
    if not isinstance(value, str):
        return value

    def found(match: re.Match) -> object:
        if match.group(1) not in values:
            raise DocumentError(f"{match.group(0)} has no value")
        return values[match.group(1)]

    whole = REFERENCE.fullmatch(value)
    return found(whole) if whole else REFERENCE.sub(lambda match: str(found(match)), value)


def check_steps(steps: list[dict]) -> None:
    """Checks the members of steps, and that the steps that they name exist.

    Raises DocumentError.
    """
    names = [step["name"] for step in steps]
    if len(set(names)) != len(names):
        raise DocumentError(f"two steps have one name: {names}")
    for step in steps:
        required, optional = ACTIONS.get(step["action"], (None, None))
        if required is None:
            raise DocumentError(f"unknown action {step['action']}")
        given = set(step["inputs"])
        unknown = set(step) - SHARED | (given - required - optional if optional is not None else set())
        if unknown or required - given:
            raise DocumentError(f"{step['name']}: unknown {unknown}, missing {required - given}")
        targets = [step.get("nextStep"), step.get("onFailure", "").removeprefix("step:") or None]
        if step["action"] == "aws:branch":
            targets += [step["inputs"]["Default"], *(choice["NextStep"] for choice in step["inputs"]["Choices"])]
        for target in targets:
            if target is not None and target not in (*names, "Abort", "Continue"):
                raise DocumentError(f"{step['name']}: there is no step {target}")
        if step["action"] == "aws:loop":
            if not 1 <= step["inputs"]["MaxIterations"] <= 100:
                raise DocumentError("an aws:loop has 1 to 100 iterations")
            check_steps(step["inputs"]["Steps"])
