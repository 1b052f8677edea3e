"""Checks of rule-templates and of the reports, decided by programs that others wrote."""
