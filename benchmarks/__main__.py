"""The program `threefold`, also as `python -m benchmarks`: an interrupt while modules are loaded is no error either."""

import sys


def main() -> None:
    """Run the command line; see `benchmarks.cli.main`."""
    try:
        from benchmarks.cli.main import main as run_command_line

        run_command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
