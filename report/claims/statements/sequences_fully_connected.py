"""Do fully connected networks fall behind on sequences?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import SEQUENCES, Trained


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each text, series or other sequence, every network that reads it in order beside the fully connected one."""
    for bench in evidence.benches(_is_fully_connected, _reads_in_order, inputs=SEQUENCES):
        for other in filter(_reads_in_order, bench.networks):
            for network in filter(_is_fully_connected, bench.networks):
                if (pair := contrast(other, network)) is not None:
                    yield pair


def _is_fully_connected(trained: Trained) -> bool:
    return trained.is_fully_connected


def _reads_in_order(trained: Trained) -> bool:
    return trained.is_sequence_network


CLAIM = Claim(
    name="sequences-fully-connected",
    sentence="On sequences, fully connected networks fall behind recurrent networks and attention",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="Every text and series that both were trained on: recurrent networks and Transformers, the best of which is "
    "enough, beside the fully connected one. Worth mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="several seeds of texts and series, `threefold run --study families`",
    fewest_data_sets=2,
)
