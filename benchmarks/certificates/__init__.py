"""Equivalence certificates across processes: probes leave arrays, comparisons read them; no framework meets another.

What is measured and how it is judged stands in `impls.testing`, which anybody can use in one process; here it is spread
over one process an implementation, stored, compared pair by pair and reported.
"""
