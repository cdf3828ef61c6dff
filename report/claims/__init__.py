"""Claims: sentences on neural networks, each judged by a test on stored records, which can also refute it.

A claim is a file in `report/claims/statements`; [adding a claim](../../docs/adding-a-claim.md) shows one.
"""
