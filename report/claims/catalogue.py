"""Every claim: the `CLAIM` of each module of `report.claims.statements`."""

import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module

from report.claims import statements
from report.claims.base import TOPICS, Claim, Verdict
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.runs.reading import Run

#: The order on the page, within a topic; others follow by name.
ORDER = (
    "tables-linear",
    "tables-boosting",
    "images-fully-connected",
    "images-convolution",
    "cnn-depth",
    "cnn-kernel",
    "sequences-fully-connected",
    "order-recurrent",
    "vanishing-gradients",
    "gates-gradients",
    "gates-lag",
    "attention-seq2seq",
    "transformers-lead",
    "transformers-data",
    "adam-tuning",
    "adam-tuned",
    "dropout-gap",
    "decay-gap",
    "regularization-accuracy",
    "activation-depth",
    "normalization-rate",
    "same-accuracy",
    "defaults-accuracy",
    "speed-numpy",
    "speed-keras",
    "speed-torch-compile",
    "speed-xla",
    "speed-batch-size",
    "speed-gpu",
)


@cache
def claims() -> Mapping[str, Claim]:
    """Name -> claim, in the order of the page."""
    modules = [
        import_module(f"{statements.__name__}.{each.name}") for each in pkgutil.iter_modules(statements.__path__)
    ]
    own: list[Claim] = [module.CLAIM for module in modules]
    return {claim.name: claim for claim in sorted(own, key=_rank)}


def judged_claims(runs: Sequence[Run]) -> list[Verdict]:
    """Every claim, judged on the records of all runs together."""
    evidence = Evidence(runs)
    return [judge(claim, evidence) for claim in claims().values()]


def _rank(claim: Claim) -> tuple[int, int, str]:
    place = ORDER.index(claim.name) if claim.name in ORDER else len(ORDER)
    return TOPICS.index(claim.topic), place, claim.name
