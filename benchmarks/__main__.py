"""`python -m benchmarks` is `threefold`."""

from benchmarks.cli import main

main()
