"""The function of the CloudFormation hook, as Lambda runs it: its responses are what CloudFormation's model takes."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from oracles.api_models import shape, violations
from oracles.facts import facts
from oracles.repository import DMS_RULE, REPOSITORY

HOOK = DMS_RULE.parent / "cloudformation-hook"
RUNTIME = "/2018-06-01/runtime/invocation/"
# CloudFormation Hooks user guide, "Response input".
MEMBERS = {"hookStatus", "errorCode", "message", "clientRequestToken", "annotations"}
ANNOTATION = shape("cloudformation", "Annotation")
REASON = shape("cloudformation", "HookStatusReason")
LONG = "x" * 20_000
PROPERTIES: tuple[dict, ...] = (
    {},
    {"PubliclyAccessible": "false", "MultiAZ": "true", "AutoMinorVersionUpgrade": "true"},
    {"PubliclyAccessible": LONG, "KmsKeyId": LONG, "Tags": [{"Key": LONG, "Value": LONG}] * 3},
    {"EngineName": LONG, "SslMode": LONG, "RedisSettings": {"SslSecurityProtocol": LONG}},
    {"EngineName": "ünïcode \N{MUSICAL SYMBOL G CLEF}\n\x1b[31m", "SslMode": "none"},
    {"ReplicationTaskSettings": json.dumps({"Logging": {"EnableLogging": LONG}})},
    {"CertificatePem": "-----BEGIN CERTIFICATE-----\n" + LONG},
)


def events() -> Iterator[dict]:
    """Yields updates of each type with each list of properties, and a deletion."""
    for resource_type in sorted({rule["resourceType"] for rule in facts().rules.values()}):
        for point in ("UPDATE", "DELETE"):
            for properties in PROPERTIES if point == "UPDATE" else PROPERTIES[:1]:
                yield {
                    "clientRequestToken": "3d6b1a2c-0000-4000-8000-5d1c0f1e7a11",
                    "actionInvocationPoint": f"{point}_PRE_PROVISION",
                    "requestData": {
                        "targetName": resource_type,
                        "targetType": "RESOURCE",
                        "targetLogicalId": LONG,
                        "targetModel": {"resourceProperties": properties, "previousResourceProperties": properties},
                    },
                }


@contextmanager
def function(**environment: str) -> Iterator[tuple[queue.Queue, queue.Queue]]:
    """Starts the function on a Runtime API; yields the queues of payloads and of paths with bodies."""
    payloads: queue.Queue[bytes | None] = queue.Queue()
    results: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class RuntimeApi(BaseHTTPRequestHandler):
        wbufsize = -1  # headers and body in one packet
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            payload = payloads.get()
            if payload is None:
                return
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
            self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            results.put((self.path, body))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lambda_environment = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "hook",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    }
    process = subprocess.Popen([HOOK], env=lambda_environment | environment, stdout=subprocess.DEVNULL)
    try:
        yield payloads, results
    finally:
        process.kill()
        process.wait()
        payloads.put(None)
        server.shutdown()
        server.server_close()


def findings(response: dict) -> Iterator[str]:
    """Yields where a response is not one that CloudFormation takes."""
    yield from (f"{name} is not a member" for name in sorted(set(response) - MEMBERS))
    yield from violations(REASON, response["message"])
    failed = response["hookStatus"] == "FAILED"
    if failed != (response.get("errorCode") in ("NonCompliant", "InternalFailure")):
        yield f"{response['hookStatus']} with {response.get('errorCode')}"
    for annotation in response.get("annotations", []):
        yield from violations(ANNOTATION, {name[0].upper() + name[1:]: value for name, value in annotation.items()})
        if annotation["status"] == "FAILED" and not failed:
            yield "a success with a failed annotation"


def test_every_response_is_one_that_cloudformation_takes() -> None:
    annotated = set()
    with function() as (payloads, results):
        for event in events():
            payloads.put(json.dumps(event).encode())
            path, body = results.get(timeout=30)
            assert path.endswith("/response"), body
            response = json.loads(body)
            assert list(findings(response)) == [], response
            assert response["clientRequestToken"] == event["clientRequestToken"]
            is_deleted = event["actionInvocationPoint"].startswith("DELETE")
            assert (response["hookStatus"] == "SUCCESS") == is_deleted or response["annotations"]
            annotated |= {annotation["annotationName"] for annotation in response.get("annotations", [])}
    assert annotated == set(facts().rules)


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b'"\\ud800"', b"[1,", b"{}{}"])
def test_bytes_that_are_no_json_are_a_failure_of_the_hook(payload: bytes) -> None:
    with function() as (payloads, results):
        payloads.put(payload)
        path, body = results.get(timeout=30)
        assert path.endswith("/response"), body
        assert json.loads(body)["errorCode"] == "InternalFailure"


def test_the_cases_of_the_hook_are_of_its_events() -> None:
    cases = [case for file in (REPOSITORY / "tests/hook/cases").glob("*.json") for case in json.loads(file.read_text())]
    assert {case.get("errorCode") for case in cases} == {None, "NonCompliant", "InternalFailure"}


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("message", "x" * 1025, "length 1025"),
        ("message", "", "min"),
        ("errorCode", "Failed", "FAILED with Failed"),
        ("callbackContexts", {}, "is not a member"),
        ("annotations", [{"annotationName": "", "status": "FAILED"}], "min"),
        ("annotations", [{"annotationName": "x", "status": "WARNED"}], "WARNED"),
        ("annotations", [{"annotationName": "x", "status": "FAILED", "severityLevel": "WORST"}], "WORST"),
        ("annotations", [{"annotationName": "x", "status": "FAILED", "statusMessages": "x"}], "StatusMessages"),
    ],
)
def test_a_response_with_a_fault_is_found(member: str, value: object, words: str) -> None:
    right = {"hookStatus": "FAILED", "errorCode": "NonCompliant", "message": "x", "clientRequestToken": "x"}
    assert list(findings(right)) == []
    assert any(words in finding for finding in findings(right | {member: value}))
