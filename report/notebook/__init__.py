"""Runs for programs and notebooks: records as pandas tables, and figures drawn from the records that are chosen."""
