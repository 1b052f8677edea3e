"""Writes dms.json: the shapes of AWS's service model of DMS that the simulation must keep to, without documentation.

Usage: python extract.py > dms.json, where botocore is installed.
"""

import json

import botocore
from botocore.loaders import Loader

OPERATIONS = """
AddTagsToResource CreateReplicationInstance CreateReplicationTask DeleteReplicationInstance DeleteReplicationTask
DescribeAccountAttributes DescribeConnections DescribeEndpoints DescribeEngineVersions DescribeOrderableReplicationInstances
DescribePendingMaintenanceActions DescribeReplicationInstances DescribeReplicationSubnetGroups
DescribeReplicationTasks DescribeTableStatistics ListTagsForResource ModifyReplicationInstance MoveReplicationTask
RemoveTagsFromResource StartReplicationTask StopReplicationTask TestConnection
""".split()

model = Loader().load_service_model("dms", "service-2")
shapes = {}


def add(name):
    if name in shapes:
        return
    shape = model["shapes"][name]
    kept = shapes[name] = {"type": shape["type"]}
    for key in ("enum", "max", "min", "pattern", "required"):
        if shape.get(key):
            kept[key] = shape[key]
    if shape["type"] == "structure":
        kept["members"] = {member: value["shape"] for member, value in shape["members"].items()}
        for member in kept["members"].values():
            add(member)
    elif shape["type"] == "list":
        kept["member"] = shape["member"]["shape"]
        add(kept["member"])


operations = {}
for name in OPERATIONS:
    operation = model["operations"][name]
    kept = operations[name] = {"errors": sorted(error["shape"] for error in operation.get("errors", []))}
    for side in ("input", "output"):
        kept[side] = operation[side]["shape"]
        add(kept[side])

lines = [
    "{",
    f' "source": "botocore {botocore.__version__}, dms/2016-01-01, written by extract.py",',
    ' "operations": {',
    ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(operations.items())),
    " },",
    ' "shapes": {',
    ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(shapes.items())),
    " }",
    "}",
]
print("\n".join(lines))
