"""Estimates of what a run costs.

The prices are assumptions of 2026-11-27, in USD, after the public price pages for us-east-1. They were not read from
AWS, and differ by Region.
"""

import math

ASSUMED_ON = "2026-11-27"
HOUR = {"dms.t3.micro": 0.018, "dms.t3.small": 0.036, "dms.t3.medium": 0.073, "dms.t3.large": 0.146}
STORAGE_HOUR = 0.115 / 730  # for each GB
RECORDED_ITEM = 0.003
SECONDARY = 0.05  # requests to S3, Lambda, CloudWatch, evaluations of rules


def estimate(instance_class: str, instances: int, gigabytes: int, minutes: int) -> str:
    """Returns a sentence with the estimated price of instances for some minutes; each begun hour counts."""
    hours = max(1, math.ceil(minutes / 60)) if instances else 0
    if instances and instance_class not in HOUR:
        return f"{instances} x {instance_class} for {hours} h: no price is known here, see the price page of AWS DMS"
    price = instances * hours * (HOUR.get(instance_class, 0) + gigabytes * STORAGE_HOUR)
    price += SECONDARY + instances * 10 * RECORDED_ITEM
    return (
        f"{instances} x {instance_class} with {gigabytes} GB for {hours} h, and requests: about {price:.2f} USD "
        f"(prices assumed on {ASSUMED_ON}, for us-east-1)"
    )
