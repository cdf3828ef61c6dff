"""Pairwise coverage: every two choices meet in a case, and every case can be built."""

from itertools import combinations

import pytest

from benchmarks.certificates.pairs import LOSS, RECIPES, pairwise_cases
from impls.spec.discovery import architectures
from impls.testing import pairwise_choices


def settings_of(case):
    return vars(case.architecture) | {f"training.{name}": value for name, value in vars(case.training).items()}


@pytest.mark.parametrize("name", architectures())
def test_every_two_choices_meet_in_a_case(name):
    cases = pairwise_cases(name)
    factors = [*pairwise_choices(name).values()]
    recipes = [*RECIPES.values(), *([LOSS] if len({case.training.loss for case in cases}) > 1 else [])]
    factors += [[{f"training.{key}": value for key, value in each.items()} for each in choices] for choices in recipes]
    seen = [settings_of(case) for case in cases]
    for one, other in combinations(factors, 2):
        for first in one:
            for second in other:
                both = {**first, **second}.items()
                assert any(all(settings[key] == value for key, value in both) for settings in seen), (first, second)
    combined = 1
    for choices in factors:
        combined *= len(choices)
    assert len(cases) < combined / 100
    assert all(case.stages is None for case in cases)
    assert len({case.name for case in cases}) == len(cases)
