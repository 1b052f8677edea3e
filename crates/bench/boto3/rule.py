"""A plain boto3 rule, with the smallest loop over the Runtime API around it."""

import http.client
import json
import os

import boto3

config = boto3.client("config")


def handler(event):
    item = json.loads(event["invokingEvent"])["configurationItem"]
    configuration = item["configuration"]
    flag = configuration.get("publiclyAccessible", configuration.get("PubliclyAccessible"))
    private = flag is False
    config.put_evaluations(
        Evaluations=[
            {
                "ComplianceResourceType": item["resourceType"],
                "ComplianceResourceId": item["resourceId"],
                "ComplianceType": "COMPLIANT" if private else "NON_COMPLIANT",
                "Annotation": f"The instance is {'not ' if private else ''}publicly accessible.",
                "OrderingTimestamp": item["configurationItemCaptureTime"],
            }
        ],
        ResultToken=event["resultToken"],
    )


def main():
    runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    invocations = "/2018-06-01/runtime/invocation"
    while True:
        runtime.request("GET", f"{invocations}/next")
        response = runtime.getresponse()
        event = json.loads(response.read())
        identifier = response.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            handler(event)
            path, body = "response", "null"
        except Exception as error:
            path, body = "error", json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
        runtime.request("POST", f"{invocations}/{identifier}/{path}", body)
        runtime.getresponse().read()


main()
