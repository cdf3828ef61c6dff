"""`python -m benchmarks` is `threefold`."""

from benchmarks.cli.main import main

main()
