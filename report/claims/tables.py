"""What claims on tables have in common: the fully connected network beside one kind of baseline."""

from collections.abc import Callable, Iterator

from report.claims.base import Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.measures import smallest_effect
from report.claims.trained import Trained

#: A loss of less than this many equivalence margins still counts as doing well.
MARGINS = 4


def is_boosting(trained: Trained) -> bool:
    """Whether it is gradient boosting, by the estimator that a baseline's settings name."""
    return "GradientBoosting" in str(trained.setting("baseline"))


def is_linear(trained: Trained) -> bool:
    """Whether it is a linear model, as the baseline's label says."""
    return trained.cell.is_baseline and trained.cell.architecture == "linear"


def beside_baselines(wanted: Callable[[Trained], bool]) -> Callable[[Evidence], Iterator[Contrast]]:
    """The contrasts of a claim on structured data: on each table, fully connected networks beside those baselines."""

    def contrasts(evidence: Evidence) -> Iterator[Contrast]:
        for bench in evidence.benches(wanted, _is_fully_connected, inputs=("table",)):
            for network in filter(_is_fully_connected, bench.networks):
                for baseline in filter(wanted, bench.baselines):
                    smallest = MARGINS * smallest_effect(network.metric, 1.0)
                    if (pair := contrast(network, baseline, smallest=smallest)) is not None:
                        yield pair

    return contrasts


def _is_fully_connected(trained: Trained) -> bool:
    return trained.is_fully_connected
