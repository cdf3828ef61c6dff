"""One contender's process: for each line that it reads, it trains an epoch and prints its times.

`python -m benchmarks.overhead.contender model torch mlp 1 cpu`: kind, implementation, contest, threads, device.
"""

import importlib
import sys
import time
from collections.abc import Callable

from benchmarks.execution.child import fix_threads
from benchmarks.overhead.contest import BATCH_SIZE, CONTESTS, TRAINING, Contest, examples
from impls import Batch, build
from impls.engines import implementation as find_implementation

#: Of the implementations for which there is a training loop without a framework's layers around it.
BARE = {"torch+graph": "bare_graph", "keras-jax": "bare_scan"}


def main(kind: str, implementation: str, contest: str, threads: str, device: str) -> None:
    """Warm up, say so, and take turns until the input ends."""
    fix_threads(implementation, int(threads))
    epoch = _epoch(kind, implementation, contest, device)
    epoch()
    epoch()
    print("ready", flush=True)
    for _ in sys.stdin:
        began, began_working = time.perf_counter(), time.process_time()
        epoch()
        working = time.process_time() - began_working
        print(time.perf_counter() - began, working, flush=True)


def _epoch(kind: str, implementation: str, contest: str, device: str) -> Callable[[], object]:
    if kind == "model":
        return _model_epoch(CONTESTS[contest], implementation, device)
    if kind in ("idiomatic", "bare", "gradients"):
        network = find_implementation(implementation).network.removeprefix("in_")
        names = {"idiomatic": f"idiomatic_{network}", "bare": BARE.get(implementation), "gradients": "bare_gradients"}
        module = importlib.import_module(f"benchmarks.overhead.{names[kind]}")
        loop: Callable[[], object] = module.epoch_of(contest, examples(CONTESTS[contest]), device)
        return loop
    from benchmarks.overhead.roofline import PARTS

    return PARTS[kind](CONTESTS[contest])


def _model_epoch(contest: Contest, implementation: str, device: str) -> Callable[[], object]:
    model = build(contest.architecture, implementation, TRAINING, device)
    inputs, targets = examples(contest)
    batches = [
        Batch(inputs[start : start + BATCH_SIZE], targets[start : start + BATCH_SIZE])
        for start in range(0, len(inputs), BATCH_SIZE)
    ]
    return lambda: model.train_epoch(batches)


if __name__ == "__main__":
    main(*sys.argv[1:])
