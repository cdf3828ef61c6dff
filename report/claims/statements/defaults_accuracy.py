"""Do the frameworks' defaults move the accuracy?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence

STUDY = "defaults"
#: What differs by a default alone.
PAIRS = (
    ("start torch", "matched"),
    ("start keras", "matched"),
    ("epsilon keras", "matched"),
    ("adamw decay torch", "adamw decay keras"),
    ("rmsprop rho torch", "rmsprop rho keras"),
)


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each network, each default beside what it would otherwise be."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        named = {each.cell.variant.name: each for each in variants if each.cell.variant is not None}
        for first, second in PAIRS:
            if first in named and second in named:
                pair = contrast(named[first], named[second], f"{task} ({recipe}), {first}")
                if pair is not None:
                    yield pair.between(first, second)


CLAIM = Claim(
    name="defaults-accuracy",
    sentence="What PyTorch and Keras take by default makes no difference to the accuracy",
    topic="frameworks",
    asks="equal",
    contrasts=contrasts,
    method="Starting weights, epsilon, decay and decay rates by the default of either framework, beside the matched "
    "recipe or the other framework's default, all by the same implementation. Equal is within a metric's equivalence "
    "margin, or 5 % of an error.",
    decided_by="`threefold run --study defaults`",
    places="comparison",
)
