"""Runs probes in an AWS account: calls, resources, consent, clean-up and results."""
