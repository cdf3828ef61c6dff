"""The pytest-benchmark suite: one process launch times train step, epoch and inference of one network."""
