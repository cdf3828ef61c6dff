"""The measuring program of the gate, one file that runs in the tree of the baseline and in that of the candidate.

`python probe.py REQUEST`, with the tree on `PYTHONPATH`. It imports NumPy, the tree's `impls` and nothing else of the
project, so that both sides are measured by the same program however old the baseline is. Requests are JSON:

- mode "turns": build the cell's model, then answer one line of JSON for each line on standard input. `{"operation":
  "train_step", "calls": 20}` times 20 calls; `{"operation": "end"}` gives the peak memory and ends.
- mode "trajectory": write every layer's output, the gradients and the parameters after each of a few steps.
- mode "accuracy": train on each fold of each seed and answer with the metrics.

Where the model comes from: a cell names a function of the tree, `module:function`, which takes the dtype and returns a
model and its batches; or it describes one of Threefold's own networks, which then learns scikit-learn's digits.
"""

import hashlib
import importlib
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

#: Steps of a trajectory.
STEPS = 8
#: Examples of the digits that timed batches are made of.
TIMED_EXAMPLES = 256


def main(request_path):
    """Do what the request says; standard output is kept for answers, whatever frameworks print."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.loads(Path(request_path).read_text(encoding="utf-8"))

    def answer(content):
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    try:
        prepare_process(request["cell"], request["threads"])
        {"turns": take_turns, "trajectory": record_trajectory, "accuracy": measure_accuracy}[request["mode"]](
            request, answer
        )
    except Exception as error:
        answer({"failure": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"})
        raise


def prepare_process(cell, threads):
    """What the implementation wants before its framework is loaded, and its number of threads."""
    if cell.get("implementation") is None:
        return
    implementation = importlib.import_module("impls.engines").implementation(cell["implementation"])
    os.environ.update(getattr(implementation, "environment", {}))
    engine = importlib.import_module(f"{implementation.engine}.engine")
    if hasattr(engine, "set_threads"):
        engine.set_threads(threads)


def make_subject(cell, dtype):
    """The cell's model and its batches."""
    if cell.get("build"):
        return load(cell["build"])(dtype)
    inputs, targets = digits(cell)
    order = generator(0).permutation(len(inputs))[:TIMED_EXAMPLES]
    return make_network(cell, dtype), batches_of(inputs[order], targets[order], cell["batch_size"], dtype)


def make_network(cell, dtype, seed=0):
    """One of Threefold's own networks."""
    impls = importlib.import_module("impls")
    find_architecture = importlib.import_module("impls.spec.discovery").architecture
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in cell["settings"].items()}
    architecture = find_architecture(cell["architecture"])(**settings)
    training = impls.Training(**cell["training"])
    return impls.build(architecture, cell["implementation"], training, dtype=dtype, seed=seed)


def load(place):
    """The function `module:function` of the tree."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def generator(seed):
    """A NumPy generator."""
    import numpy as np

    return np.random.default_rng(seed)


def digits(cell):
    """scikit-learn's 1,797 digits in the shape that the network reads, pixels as tokens 1 to 17 where it reads them."""
    import numpy as np

    # The file itself: to import scikit-learn would take most of the time and of the memory of a small cell.
    file = Path(importlib.util.find_spec("sklearn").origin).parent / "datasets" / "data" / "digits.csv.gz"
    data = np.loadtxt(file, delimiter=",", dtype=np.int64)
    pixels = data[:, :-1]
    tokens = cell["settings"].get("source_tokens") or cell["settings"].get("tokens")
    inputs = pixels + 1 if tokens else pixels / 16.0
    return inputs.reshape(len(inputs), *cell["input_shape"]), data[:, -1]


def batches_of(inputs, targets, size, dtype):
    """Whole batches, in the order of the examples."""
    import numpy as np

    if inputs.dtype.kind == "f":
        inputs = inputs.astype(dtype)
    starts = range(0, len(inputs) - size + 1, size)
    return [(inputs[start : start + size], np.asarray(targets[start : start + size])) for start in starts]


def take_turns(request, answer):
    """Time operations, each time from the same starting weights, when the gate says so."""
    model, batches = make_subject(request["cell"], request.get("dtype", "float32"))
    start = model.parameters()
    operations = operations_of(model, batches, request.get("plant") or {})
    for name in request["operations"]:
        operations[name](3)  # what is traced, compiled or allocated once
    answer({"ready": True})
    for line in sys.stdin:
        turn = json.loads(line)
        if turn["operation"] == "end":
            answer({"peak_bytes": peak_bytes()})
            return
        model.load_parameters(start)
        call = operations[turn["operation"]]
        call(1)  # the other process had the caches
        began = time.perf_counter()
        call(turn["calls"])
        answer({"seconds": time.perf_counter() - began})


def operations_of(model, batches, plant):
    """Name -> function that does a number of calls and waits for the device; faults are planted here by self-tests."""
    synchronize = getattr(model, "synchronize", lambda: None)
    work = plant.get("work", {})
    held = []

    def repeated(name, call):
        def run(calls):
            if plant.get("bytes") and not held:
                held.append(bytearray(os.urandom(4096)) * (plant["bytes"] // 4096))  # touched, so resident
            for number in range(calls):
                call(batches[number % len(batches)])
                if name in work:
                    extra_work(work[name])
            synchronize()

        return run

    steps = {
        "train_step": lambda batch: model.train_step(batch),
        "predict": lambda batch: model.predict(batch[0]),
        "train_epoch": lambda _: model.train_epoch(batches),
    }
    operations = {name: repeated(name, call) for name, call in steps.items()}
    return operations | {"extra_work": extra_work, "reference": reference_load()}


def extra_work(units):
    """Work of about 20 ns a unit."""
    value = 1.0
    for _ in range(units):
        value = value * 1.0000001 + 1e-9
    return value


def reference_load():
    """Work that no commit changes: products, a transcendental function and interpreted Python, about 0.3 ms a call."""
    import numpy as np

    left, right = generator(0).standard_normal((2, 96, 96)).astype("float32")
    out = np.empty_like(left)

    def run(calls):
        for _ in range(calls):
            for _ in range(4):
                np.matmul(left, right, out=out)
                np.tanh(out, out=out)
            extra_work(2000)

    return run


def record_trajectory(request, answer):
    """Leave in the folder, for both precisions, an array file and answer with the digest of each array."""
    import numpy as np

    digests = {}
    for dtype in ("float64", "float32"):
        model, batches = make_subject(request["cell"], dtype)
        arrays = {}
        if hasattr(model, "layer_outputs"):
            arrays |= {f"forward/{name}": value for name, value in model.layer_outputs(batches[0][0]).items()}
        arrays["forward/predict"] = model.predict(batches[0][0])
        arrays |= {f"start/{name}": value for name, value in model.parameters().items()}
        if hasattr(model, "loss_and_gradients"):
            _, gradients = model.loss_and_gradients(batches[0])
            arrays |= {f"gradient/{name}": value for name, value in gradients.items()}
        for step in range(1, STEPS + 1):
            loss = model.train_step(batches[(step - 1) % len(batches)])
            arrays[f"step {step}/loss"] = np.asarray(loss, np.float64)
            arrays |= {f"step {step}/{name}": value for name, value in model.parameters().items()}
        with (Path(request["folder"]) / f"{dtype}.npz").open("wb") as file:
            np.savez(file, **{name.replace("/", "|"): value for name, value in arrays.items()})
        digests[dtype] = {name: digest(value) for name, value in arrays.items()}
    answer({"digests": digests})


def digest(value):
    """SHA-256 over dtype, shape and bytes, its first 16 hexadecimal digits."""
    import numpy as np

    array = np.ascontiguousarray(value)
    return hashlib.sha256(f"{array.dtype.str}{array.shape}".encode() + array.tobytes()).hexdigest()[:16]


def measure_accuracy(request, answer):
    """Metrics of each fold of each seed: of the cell's own function, or of its network on the digits."""
    cell = request["cell"]
    splits = []
    own = load(cell["accuracy"]) if cell.get("accuracy") else None
    for seed in request["seeds"]:
        for fold in range(request["folds"]):
            metrics = own(seed, fold) if own else learn_digits(cell, seed, fold, request["folds"], request["epochs"])
            splits.append({"seed": seed, "fold": fold, "metrics": {name: float(metrics[name]) for name in metrics}})
    answer({"splits": splits})


def learn_digits(cell, seed, fold, folds, epochs):
    """Accuracy and log loss on the held-out fold; folds, order and weights depend on seed and fold alone."""
    import numpy as np

    inputs, targets = digits(cell)
    places = generator([seed, 1]).permutation(len(inputs))
    held_out = places[fold::folds]
    kept = np.setdiff1d(places, held_out)
    model = make_network(cell, "float32", seed=seed * 1000 + fold)
    order = generator([seed, fold, 2])
    for _ in range(epochs):
        rows = order.permutation(kept)
        model.train_epoch(batches_of(inputs[rows], targets[rows], cell["batch_size"], "float32"))
    test = inputs[held_out] if inputs.dtype.kind != "f" else inputs[held_out].astype("float32")
    logits = np.asarray(model.predict(test), np.float64)
    logs = logits - logits.max(axis=1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    right = targets[held_out]
    return {
        "accuracy": float(np.mean(logits.argmax(axis=1) == right)),
        "log_loss": float(-np.mean(logs[np.arange(len(right)), right])),
    }


def peak_bytes():
    """The largest resident memory of this program so far.

    Linux counts it for the program (VmHWM); `ru_maxrss` of a child begins with that of the parent that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import psutil

    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):
        return int(memory.peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main(sys.argv[1])
