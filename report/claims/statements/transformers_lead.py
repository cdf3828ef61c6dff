"""Do Transformers lead on sequences?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import SEQUENCES, Trained


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each sequence, the Transformer beside every network that is none.

    (To pick the best of them by the results that are compared would favour it.)
    """
    for bench in evidence.benches(_is_transformer, _is_another, inputs=SEQUENCES):
        for network in filter(_is_transformer, bench.networks):
            for other in filter(_is_another, bench.networks):
                if (pair := contrast(network, other)) is not None:
                    yield pair


def _is_transformer(trained: Trained) -> bool:
    return trained.cell.network == "transformer"


def _is_another(trained: Trained) -> bool:
    return not trained.cell.is_baseline and not _is_transformer(trained)


CLAIM = Claim(
    name="transformers-lead",
    sentence="Transformers lead on sequences",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="Every text, series and memory task: the Transformer has to be ahead of every other network there. Worth "
    "mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="several seeds of each sequence task, `threefold run --study families`",
    fewest_data_sets=2,
)
