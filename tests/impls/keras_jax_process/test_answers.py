"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`.

XLA compiles every network anew: by default the answers that the backend has a part in.
"""

import pytest

from tests.impls.answers import (
    ANSWERS,
    clipping_holds_beyond_the_squares_of_float32,
    named,
)

WANTED = (clipping_holds_beyond_the_squares_of_float32,)


@pytest.mark.parametrize(
    "answer",
    [answer if answer in WANTED else pytest.param(answer, marks=pytest.mark.nightly) for answer in ANSWERS],
    ids=named,
)
def test_answer(answer):
    answer("keras-jax")
