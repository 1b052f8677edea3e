"""A source and a target in one S3 bucket: the cheapest endpoints that there are, and no database."""

import json

from live.aws import Aws
from live.names import tags
from live.network import create_role, patiently

ROWS = "1,one\n2,two\n3,three\n"
TABLES = {
    "TableCount": "1",
    "Tables": [
        {
            "TableName": "items",
            "TablePath": "live/items/",
            "TableOwner": "live",
            "TableColumns": [
                {"ColumnName": "id", "ColumnType": "INT8", "ColumnNullable": "false", "ColumnIsPk": "true"},
                {"ColumnName": "name", "ColumnType": "STRING", "ColumnLength": "20"},
            ],
            "TableColumnsTotal": "2",
        }
    ],
}
ACL = "bucket-owner-full-control"


def create_bucket(aws: Aws) -> str:
    """Creates a private bucket with a table of three rows; returns its name."""
    name = f"{aws.run_id}-{aws.account}"
    place = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    aws.change("s3", "CreateBucket", Bucket=name, **place)
    aws.change("s3", "PutBucketTagging", Bucket=name, Tagging={"TagSet": tags(aws.run_id)})
    aws.change("s3", "PutObject", Bucket=name, Key="source/live/items/LOAD001.csv", Body=ROWS.encode())
    aws.change("s3", "PutObject", Bucket=name, Key="source/changes/", Body=b"")
    return name


def create_endpoints(aws: Aws) -> tuple[str, str]:
    """Creates a bucket, a role that may use it, and both endpoints; returns the ARNs of source and target."""
    bucket = create_bucket(aws)
    arn = f"arn:{aws.partition}:s3:::{bucket}"
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "dms.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": arn}
    objects = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging"],
        "Resource": f"{arn}/*",
    }
    role = create_role(aws, f"{aws.run_id}-s3", trust, {"Statement": [listing, objects]})
    common = {"ServiceAccessRoleArn": role, "BucketName": bucket}
    source = {
        **common,
        "BucketFolder": "source",
        "CdcPath": "changes",
        "ExternalTableDefinition": json.dumps(TABLES),
    }
    target = {**common, "BucketFolder": "target", "CannedAclForObjects": ACL}
    arns = []
    for kind, settings in (("source", source), ("target", target)):

        def create(kind: str = kind, settings: dict = settings) -> dict:
            return aws.change(
                "dms",
                "CreateEndpoint",
                EndpointIdentifier=f"{aws.run_id}-{kind}",
                EndpointType=kind,
                EngineName="s3",
                S3Settings=settings,
                Tags=tags(aws.run_id),
            )

        endpoint = patiently(create, "AccessDeniedFault", 6, aws.pace)
        arns.append(endpoint["Endpoint"]["EndpointArn"])
    aws.own.update(arns)
    return arns[0], arns[1]
