"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import json
import os
import subprocess
import sys

import pytest

from impls.engines import implementations
from tests.impls.answers import (
    ANSWERS,
    answers_where_compiled,
    clipping_holds_beyond_the_squares_of_float32,
    named,
)


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("keras-tensorflow")


# XLA compiles the optimizer too.
@pytest.mark.parametrize("answer", answers_where_compiled(clipping_holds_beyond_the_squares_of_float32), ids=named)
def test_answer_where_compiled(answer):
    answer("keras-tensorflow+xla")


def outcome_of(code, **environment):
    """The line that a fresh process prints, and what it writes to standard error.

    It has these environment variables, and none that an implementation asks for.
    """
    own = implementations()["keras-tensorflow"].environment
    kept = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=kept | environment
    )
    (line,) = done.stdout.splitlines()
    return line, done.stderr


def test_the_users_own_backend_does_not_matter_and_nothing_is_written_on_the_way(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "nonsense"}), encoding="utf-8")
    code = """if True:
        import numpy as np
        from impls import build
        from impls.mlp import MLP
        batch = (np.ones((2, 4), np.float32), np.array([0, 1]))
        for _ in range(6):  # TensorFlow would complain of functions that are made again and again
            model = build(MLP(4, (3,), 2, dropout=0.2), "keras-tensorflow")
            model.train_step(batch)
        model.train_epoch([batch, batch])
        model.predict(batch[0])
        import keras
        print(keras.backend.backend())
    """
    assert outcome_of(code, KERAS_HOME=str(tmp_path), KERAS_BACKEND="torch") == ("tensorflow", "")


# That the message is given where another back end is loaded, Keras on JAX and on PyTorch test in their own processes.
@pytest.mark.nightly
def test_another_backend_that_is_loaded_already_is_one_line():
    code = """if True:
        import keras
        from impls import ThreefoldError, build
        from impls.mlp import MLP
        try:
            build(MLP(2, (3,), 2), "keras-tensorflow")
        except ThreefoldError as error:
            print(type(error).__name__, error)
    """
    line, _ = outcome_of(code, KERAS_BACKEND="torch")
    assert line.startswith("ImplementationError")
    assert "set KERAS_BACKEND=tensorflow before Python starts" in line
