"""Mutation testing of what is certified: is every change of the mathematics noticed by certificates and contract alone?

`python -m tests.mutants` changes one operator or number of `impls` after the other and asks the certificate, without
any unit test, whether it notices. What survives is either equivalent, with its reason in `equivalent.toml`, or a hole.
"""
