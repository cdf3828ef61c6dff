"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import pytest

from tests.impls.answers import ANSWERS, named


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("numpy-textbook")
