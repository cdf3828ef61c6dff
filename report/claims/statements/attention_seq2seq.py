"""Does attention improve encoder-decoders?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import Trained

STUDY = "attention"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task from sequence to sequence, encoder-decoders with attention beside those without."""
    sides = [bench.networks for bench in evidence.benches(_has_attention, _has_none, kind="transduction")]
    for networks in (*sides, *evidence.variants(STUDY).values()):
        for network in filter(_has_attention, networks):
            for plain in filter(_has_none, networks):
                if (pair := contrast(network, plain)) is not None:
                    yield pair.between(f"{network.setting('architecture', 'attention')} attention", "none")


def _has_attention(trained: Trained) -> bool:
    return trained.cell.network == "seq2seq" and trained.setting("architecture", "attention") is not None


def _has_none(trained: Trained) -> bool:
    return trained.cell.network == "seq2seq" and trained.setting("architecture", "attention") is None


CLAIM = Claim(
    name="attention-seq2seq",
    sentence="Attention improves sequence-to-sequence networks",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="Every task from sequence to sequence: recurrent encoder-decoders with attention, the best of which is "
    "enough, beside the one without. Worth mentioning is a difference of 1 point of the word error rate.",
    decided_by="several seeds of pronunciation, `threefold run --study attention`",
)
