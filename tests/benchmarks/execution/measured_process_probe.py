"""How many denormal results a process has: `python -m … IMPLEMENTATION` prints them as JSON, by who computed them.

In threads too: the products are large enough for a BLAS to share them out.
"""

import json
import sys

import numpy as np

#: Products of 1e-40, and sums of 600 of them, which are denormal as well.
LEFT, RIGHT = np.full((600, 600), 1e-30, np.float32), np.full((600, 600), 1e-10, np.float32)


def main(implementation: str) -> None:
    products = {"numpy": LEFT @ RIGHT, "numpy, by element": LEFT * RIGHT}
    if implementation == "torch":
        import torch

        left, right = torch.from_numpy(LEFT), torch.from_numpy(RIGHT)
        products |= {"torch": (left @ right).numpy(), "torch, by element": (left * right).numpy()}
    if implementation.startswith("keras"):
        import tensorflow as tf

        for name, jit in (("graph", False), ("XLA", True)):
            both = tf.function(lambda left, right: (left @ right, left * right), jit_compile=jit)
            matrix, by_element = both(tf.constant(LEFT), tf.constant(RIGHT))
            products |= {name: matrix.numpy(), f"{name}, by element": by_element.numpy()}
    print(json.dumps({name: int(np.count_nonzero(product)) for name, product in products.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
