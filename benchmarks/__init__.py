"""What is measured: data sets, tasks, suites, the worker processes, their records, and the command line."""
