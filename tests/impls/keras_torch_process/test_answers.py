"""Small inputs that every implementation answers alike; what is asserted stands in `tests/impls/answers.py`."""

import pytest

from tests.impls.answers import ANSWERS, named
from tests.impls.torch_modes import MODES, modes_do_not_matter, modes_do_not_matter_to_writing


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_answer(answer):
    answer("keras-torch")


@pytest.mark.parametrize("mode", MODES)
def test_callers_modes_do_not_matter(mode):
    modes_do_not_matter("keras-torch", mode, "adam")


@pytest.mark.parametrize("mode", MODES)
def test_callers_modes_do_not_matter_to_writing(mode):
    modes_do_not_matter_to_writing("keras-torch", mode)
