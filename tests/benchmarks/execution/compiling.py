"""A command that compiles a network by TorchInductor, and leaves what it found in its folder of compiled code."""

import json
import os
from pathlib import Path

import numpy as np

from impls import Batch, Training, build
from impls.mlp import MLP


def main(request: str, result: str) -> int:
    model = build(MLP(inputs=2, hidden=(3,), outputs=2), "torch+compile", Training())
    model.train_step(Batch(np.ones((4, 2), np.float32), np.zeros(4, np.int64)))
    folder = Path(os.environ["TORCHINDUCTOR_CACHE_DIR"])
    built = len(list(folder.rglob("*.so")))
    Path(result).write_text(json.dumps({"folder": str(folder), "built": built, "pid": os.getpid()}))
    return 0
