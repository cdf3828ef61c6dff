"""Do the implementations reach the same accuracy?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.measures import smallest_effect
from report.claims.trained import Trained
from report.text.naming import implementation_rank


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """The first of each network's implementations in the order of the tables, NumPy mostly, beside all others."""
    networks: dict[tuple[str, ...], list[Trained]] = {}
    for each in evidence.trained():
        if not each.cell.is_baseline:
            key = (each.run.label, each.cell.task, each.cell.architecture, each.cell.device)
            networks.setdefault(key, []).append(each)
    for group in networks.values():
        first, *others = sorted(group, key=lambda each: implementation_rank(each.cell.implementation))
        for other in others:
            place = f"{other.cell.task} ({other.title})"
            smallest = smallest_effect(first.metric, sum(first.values(first.metric)) / len(first.result.splits))
            if (pair := contrast(first, other, place, smallest=smallest)) is not None:
                yield pair.between(first.cell.implementation, other.cell.implementation)


CLAIM = Claim(
    name="same-accuracy",
    sentence="NumPy, PyTorch and Keras reach the same accuracy",
    topic="frameworks",
    asks="equal",
    contrasts=contrasts,
    method="Every network that several implementations trained on the same splits: the first beside each other. Two "
    "are equal if two one-sided tests bound their difference by the metric's equivalence margin (0.5 points of "
    "accuracy).",
    decided_by="more seeds of the networks that stay open",
    places="network",
    fewest_data_sets=2,
)
