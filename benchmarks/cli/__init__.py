"""The command `threefold`: one module for each command."""
