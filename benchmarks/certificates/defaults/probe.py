"""One framework's side of every experiment, as a command of a measured process (`benchmarks.execution.host`).

The request names the framework and the file for the arrays.
"""

import importlib
import json
from pathlib import Path

import numpy as np

from benchmarks.records.store import write_beside, writing_beside


def main(request_path: str, result_path: str) -> int:
    """Go through the framework's experiments."""
    request = json.loads(Path(request_path).read_text(encoding="utf-8"))
    arrays = {}
    for subject in ("layers", "optimizers"):
        module = importlib.import_module(f"benchmarks.certificates.defaults.{request['framework']}_{subject}")
        for name, experiment in module.EXPERIMENTS.items():
            arrays[f"default/{name}"], arrays[f"aligned/{name}"] = experiment()
    with writing_beside(Path(request["arrays"])) as file:
        np.savez(file, allow_pickle=False, **arrays)
    write_beside(Path(result_path), json.dumps({"experiments": len(arrays) // 2}))
    return 0
