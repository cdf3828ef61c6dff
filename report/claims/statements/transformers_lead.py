"""Do Transformers lead on sequences?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.evidence import SEQUENCES, Evidence, Trained, contrast


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each sequence, the Transformer beside the best network that is none."""
    for bench in evidence.benches(_is_transformer, _is_another, inputs=SEQUENCES):
        best = max(filter(_is_another, bench.networks), key=lambda each: each.mean)
        for network in filter(_is_transformer, bench.networks):
            if (pair := contrast(network, best)) is not None:
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
    method="Every text, series and memory task: the Transformer beside the best other network there. Worth mentioning "
    "is a metric's equivalence margin, or 5 % of an error.",
    decided_by="several seeds of each sequence task, `threefold run --study families`",
    fewest_places=2,
)
