"""Every claim: the `CLAIM` of each module of `report.claims.statements`, and those of plug-ins."""

import pkgutil
from collections.abc import Mapping, Sequence
from importlib import import_module

from impls.plugins import OWN, by_name, instance, origin, registered, registry
from report.claims import statements
from report.claims.base import TOPICS, Claim
from report.claims.evidence import Evidence
from report.claims.judging import judge
from report.claims.verdict import Verdict
from report.errors import ReportError
from report.runs.reading import Run

#: The order on the page, within a topic; others follow by name.
ORDER = (
    "tables-linear",
    "tables-boosting",
    "images-fully-connected",
    "images-convolution",
    "cnn-depth",
    "cnn-kernel",
    "cnn-kernel-large",
    "features-linear",
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
    "normalization-batch",
    "normalization-layer",
    "same-accuracy",
    "defaults-accuracy",
    "defaults-speed",
    "speed-numpy",
    "speed-keras",
    "speed-torch-compile",
    "speed-xla",
    "speed-batch-size",
    "speed-gpu",
)


@registry
def claims() -> Mapping[str, Claim]:
    """Name -> claim, in the order of the page."""
    modules = [
        import_module(f"{statements.__name__}.{each.name}") for each in pkgutil.iter_modules(statements.__path__)
    ]
    own = by_name([module.CLAIM for module in modules], "claims", "report/claims/statements")
    everything = registered("claims", own, instance(Claim))
    return {claim.name: claim for claim in sorted(everything.values(), key=_rank)}


def judged_claims(runs: Sequence[Run]) -> list[Verdict]:
    """Every claim, judged on the records of all runs together.

    Raises:
        ReportError: a plug-in's claim cannot be judged.
    """
    evidence = Evidence(runs)
    return [_judged(claim, evidence) for claim in claims().values()]


def _judged(claim: Claim, evidence: Evidence) -> Verdict:
    try:
        return judge(claim, evidence)
    except Exception as error:
        source = origin("claims", claim.name)
        if source == OWN:
            raise
        raise ReportError(f"claim {claim.name!r} of {source} cannot be judged: {error!r}; mend the plug-in") from error


def _rank(claim: Claim) -> tuple[int, int, str]:
    place = ORDER.index(claim.name) if claim.name in ORDER else len(ORDER)
    return TOPICS.index(claim.topic), place, claim.name
