"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import json
import os
import subprocess
import sys

import pytest

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
    """What a fresh process prints, with these environment variables and no other word on Keras's backend."""
    kept = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=kept | environment
    )
    (line,) = done.stdout.splitlines()
    return line


def test_the_users_own_backend_does_not_matter(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "nonsense"}), encoding="utf-8")
    code = """if True:
        from impls import build
        from impls.mlp import MLP
        build(MLP(2, (3,), 2), "keras-tensorflow")
        import keras
        print(keras.backend.backend())
    """
    assert outcome_of(code, KERAS_HOME=str(tmp_path), KERAS_BACKEND="torch") == "tensorflow"


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
    line = outcome_of(code, KERAS_BACKEND="torch")
    assert line.startswith("ImplementationError")
    assert "set KERAS_BACKEND=tensorflow before Python starts" in line
