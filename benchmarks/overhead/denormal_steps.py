"""A process of `benchmarks.overhead.denormals`: steps of one implementation, in the mode that the process is in.

What is measured is processor time, of all threads together: other processes of the machine hardly touch it.
"""

import json
import statistics
import sys
import time

import numpy as np

from benchmarks.datasets.adding_problem import adding_problem
from benchmarks.execution.child import fix_threads
from benchmarks.execution.floating_point import denormals_are_flushed
from benchmarks.tasks import task as find_task
from impls import Batch, build


def main(implementation: str, threads: str, seconds: str, lags: str, networks: str) -> None:
    """Print whether denormals are flushed here, and the median processor seconds of a step by lag and network."""
    fix_threads(implementation, int(threads))
    medians = {
        lag: {network: median_step(lag, network, implementation, float(seconds)) for network in json.loads(networks)}
        for lag in json.loads(lags)
    }
    print(json.dumps({"flushed": denormals_are_flushed(), "seconds": medians}))


def median_step(lag: int, network: str, implementation: str, seconds: float) -> float:
    """The median processor seconds of a training step from the starting weights, measured for as long as is said."""
    recipe = find_task(f"adding-problem-{lag}").recipes[network]
    data = adding_problem(lag, recipe.batch_size)
    batch = Batch(np.asarray(data.inputs), data.targets)
    model = build(recipe.architecture, implementation, recipe.training)
    start = model.parameters()
    model.train_step(batch)
    taken: list[float] = []
    began = time.process_time()
    while time.process_time() - began < seconds or len(taken) < 3:
        model.load_parameters(start)
        before = time.process_time()
        model.train_step(batch)
        model.synchronize()
        taken.append(time.process_time() - before)
    return statistics.median(taken)


if __name__ == "__main__":
    main(*sys.argv[1:])
