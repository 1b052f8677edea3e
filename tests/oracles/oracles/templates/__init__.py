"""CloudFormation templates: what they deploy, and what must hold of it."""
