"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import os
import subprocess
import sys

import pytest

from tests.impls.answers import ANSWERS, COMPILED_ANSWERS, named


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("keras-tensorflow")


@pytest.mark.parametrize("answer", COMPILED_ANSWERS, ids=named)
def test_answer_where_compiled(answer):
    answer("keras-tensorflow+xla")


@pytest.mark.parametrize("configured", ['{"backend": "jax"}', '{"backend": "nonsense"}', '{"backend": "numpy"}'])
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
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment | {"KERAS_HOME": str(tmp_path)},
    )
    (line,) = found.stdout.splitlines()
    assert line.startswith("ImplementationError")
    assert "set KERAS_BACKEND=tensorflow before Python starts" in line
