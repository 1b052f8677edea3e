"""Reports in every format, by the schemas of others and against each other."""
