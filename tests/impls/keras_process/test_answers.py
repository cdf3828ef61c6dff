"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

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


@pytest.mark.parametrize(
    "configured",
    ['{"backend": "nonsense"}', '{"backend": "numpy"}', pytest.param('{"backend": "jax"}', marks=pytest.mark.nightly)],
)
def test_another_backend_in_the_users_configuration_is_one_line(configured, tmp_path):
    """Of a backend that is not installed too: Keras imports it while it is imported itself."""
    (tmp_path / "keras.json").write_text(configured, encoding="utf-8")
    code = """if True:
        from impls import ThreefoldError, build
        from impls.mlp import MLP
        try:
            build(MLP(2, (3,), 2), "keras-tensorflow")
        except ThreefoldError as error:
            print(type(error).__name__, error)
    """
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment | {"KERAS_HOME": str(tmp_path)},
    )
    (line,) = done.stdout.splitlines()
    assert line.startswith("ImplementationError")
    assert "set KERAS_BACKEND=tensorflow before Python starts" in line
