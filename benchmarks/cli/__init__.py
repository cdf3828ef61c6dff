"""The command `threefold`: one module a verb."""
