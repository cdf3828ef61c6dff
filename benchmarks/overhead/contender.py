"""One contender's process: for each line that it reads, it trains an epoch and prints its times.

`python -m benchmarks.overhead.contender model torch mlp 1`: model or idiomatic, implementation, contest, threads.
"""

import importlib
import sys
import time
from collections.abc import Callable

from benchmarks.execution.child import fix_threads
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, TRAINING, Contest, examples
from impls import Batch, build
from impls.engines import implementation as find_implementation


def main(kind: str, implementation: str, contest: str, threads: str) -> None:
    """Warm up, say so, and take turns until the input ends."""
    chosen = find_implementation(implementation)
    fix_threads(implementation, int(threads))
    if kind == "model":
        epoch = _model_epoch(CONTESTS[contest], implementation)
    else:
        module = importlib.import_module(f"benchmarks.overhead.idiomatic_{chosen.network.removeprefix('in_')}")
        epoch = getattr(module, contest)(examples(CONTESTS[contest]))
    epoch()
    epoch()
    print("ready", flush=True)
    for _ in sys.stdin:
        began, began_working = time.perf_counter(), time.process_time()
        epoch()
        working = time.process_time() - began_working
        print(time.perf_counter() - began, working, flush=True)


def _model_epoch(contest: Contest, implementation: str) -> Callable[[], object]:
    model = build(contest.architecture, implementation, TRAINING)
    inputs, targets = examples(contest)
    batches = [
        Batch(inputs[start : start + BATCH_SIZE], targets[start : start + BATCH_SIZE])
        for start in range(0, len(inputs), BATCH_SIZE)
    ]
    return lambda: model.train_epoch(batches)


if __name__ == "__main__":
    main(*sys.argv[1:])
