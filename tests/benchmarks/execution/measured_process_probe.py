"""What a measured process is like: `python -m … IMPLEMENTATION THREADS` prints its threads and denormal results.

Threads are counted by the framework's own account. Denormal results are counted by who computed them, and in threads
too: the products are large enough for a BLAS to share them out.
"""

import json
import sys
from importlib.util import find_spec

import numpy as np

from benchmarks.execution.child import fix_threads
from impls.engines import implementations

#: Products of 1e-40, and sums of 600 of them, which are denormal as well.
LEFT, RIGHT = np.full((600, 600), 1e-30, np.float32), np.full((600, 600), 1e-10, np.float32)


def main(implementation: str, threads: str) -> None:
    fix_threads(implementation, int(threads))
    unused = implementations()[implementation].unused
    imported = [name for name in unused if name in sys.modules]
    importable = [name for name in unused if find_spec(name)]
    products = {"numpy": LEFT @ RIGHT, "numpy, by element": LEFT * RIGHT}
    if implementation == "numpy":
        import threadpoolctl

        counted = max(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
    elif implementation == "torch":
        import torch

        counted = torch.get_num_threads()
        left, right = torch.from_numpy(LEFT), torch.from_numpy(RIGHT)
        products |= {"torch": (left @ right).numpy(), "torch, by element": (left * right).numpy()}
    else:
        import tensorflow as tf

        counted = tf.config.threading.get_intra_op_parallelism_threads()
        assert tf.config.threading.get_inter_op_parallelism_threads() == 1
        for name, jit in (("graph", False), ("XLA", True)):
            both = tf.function(lambda left, right: (left @ right, left * right), jit_compile=jit)
            matrix, by_element = both(tf.constant(LEFT), tf.constant(RIGHT))
            products |= {name: matrix.numpy(), f"{name}, by element": by_element.numpy()}
    denormals = {name: int(np.count_nonzero(product)) for name, product in products.items()}
    print(json.dumps({"threads": counted, "denormals": denormals, "imported": imported, "importable": importable}))


if __name__ == "__main__":
    main(*sys.argv[1:])
