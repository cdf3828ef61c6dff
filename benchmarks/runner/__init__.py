"""A run: from a suite's plan to a folder of records."""
