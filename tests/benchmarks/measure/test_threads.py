"""Every measured process has the threads it was given, in each framework's own account."""

import subprocess
import sys

import pytest

from benchmarks.execution.child import process_environment
from impls.engines import implementation

TOLD = {
    "numpy": "import threadpoolctl; print(max(pool['num_threads'] for pool in threadpoolctl.threadpool_info()))",
    "torch": "import torch; print(torch.get_num_threads())",
    "keras-tensorflow": (
        "import tensorflow as tf; print(tf.config.threading.get_intra_op_parallelism_threads());"
        "assert tf.config.threading.get_inter_op_parallelism_threads() == 1"
    ),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", TOLD)
def test_a_process_has_the_threads_it_was_given(name: str, threads: int) -> None:
    script = (
        f"from benchmarks.execution.child import fix_threads; fix_threads({name!r}, {threads});"
        f"fix_threads({name!r}, {threads}); {TOLD[name]}"  # twice, as cells of one process do
    )
    environment = process_environment(threads, implementation(name))
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split()[-1] == str(threads)
