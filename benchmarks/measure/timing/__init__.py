"""The timing suite, run by pytest-benchmark inside a worker process."""
