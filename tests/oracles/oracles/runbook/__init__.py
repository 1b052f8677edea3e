"""The Automation runbook of rule-templates/ssm, run without AWS: an interpreter, and an AWS DMS in memory."""
