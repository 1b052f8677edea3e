"""Faults that the tests seed into copies of the files that they check."""
