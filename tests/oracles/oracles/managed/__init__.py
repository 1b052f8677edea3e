"""The paths for instances that code manages: each step's code, and what it does to the resources."""
