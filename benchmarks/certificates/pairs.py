"""Networks and recipes in which every two settings meet: the long mode of `threefold certify`.

Most faults that depend on settings depend on one or on two of them (Kuhn, Wallace & Gallo 2004); so a few dozen
networks that have every pair of values stand for the thousands that have every combination.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from impls.spec.discovery import architectures
from impls.testing import Case, pairwise_choices
from impls.training import LOSSES, OPTIMIZERS, Training

Choice = Mapping[str, Any]

#: Factor -> the settings that are chosen between, of every recipe.
RECIPES: dict[str, Sequence[Choice]] = {
    "optimizer": [{"optimizer": name} for name in OPTIMIZERS],
    "decay": [{"weight_decay": 0.0}, {"weight_decay": 0.1}],
    "l2": [{"l2": 0.0}, {"l2": 0.05}],
    "clipping": [{"clip_norm": None}, {"clip_norm": 0.05}],
    "constants": [{}, {"momentum": 0.5, "beta_1": 0.8, "beta_2": 0.95, "rho": 0.7}, {"momentum": 0.0, "beta_1": 0.0}],
}
#: Of networks with one vector of outputs; those with tokens at every position have one loss.
LOSS: Sequence[Choice] = [{"loss": name} for name in LOSSES]


def pairwise_cases(architecture: str) -> list[Case]:
    """Cases in all stages such that every two choices, of the architecture's settings and the recipe's, meet in one.

    Raises:
        ArchitectureError: the architecture is unknown, or says no choices (`CHOICES` in its `examples.py`).
    """
    choices = pairwise_choices(architecture)
    classes = architectures()
    factors: dict[str, Sequence[Choice]] = {f"network/{name}": each for name, each in choices.items()}
    several_losses = all(
        len(classes[architecture](**_merged(choices, {name: choice})).output_shape) == 1
        for name, each in choices.items()
        for choice in each
    )
    factors |= {f"recipe/{name}": each for name, each in RECIPES.items()}
    if several_losses:
        factors["recipe/loss"] = LOSS
    cases = []
    for number, row in enumerate(_rows([len(each) for each in factors.values()]), 1):
        chosen = dict(zip(factors, row, strict=True))
        settings: dict[str, dict[str, Any]] = {"network": {}, "recipe": {"learning_rate": 0.01}}
        for factor, index in chosen.items():
            settings[factor.partition("/")[0]] |= factors[factor][index]
        cases.append(
            Case(
                f"{architecture}: pairs {number}",
                classes[architecture](**settings["network"]),
                Training(**settings["recipe"]),
            )
        )
    return cases


def _merged(choices: Mapping[str, Sequence[Choice]], chosen: Mapping[str, Choice]) -> dict[str, Any]:
    """Settings with the first choice of every factor that is not chosen."""
    settings: dict[str, Any] = {}
    for name, each in choices.items():
        settings |= chosen.get(name, each[0])
    return settings


def _rows(counts: Sequence[int]) -> list[list[int]]:
    """For each row, which choice of each factor it has."""
    from allpairspy import AllPairs

    return [list(row) for row in AllPairs([list(range(count)) for count in counts])]
