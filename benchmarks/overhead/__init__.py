"""What our `Model` costs beside the shortest idiomatic loop in the same framework; NumPy beside textbook and PyTorch.

Each contender lives in a process of its own and is idle unless it is its turn; turns alternate, so that a machine that
slows down slows all alike.
"""
