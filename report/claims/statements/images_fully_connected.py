"""Do fully connected networks fall behind on images?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import Trained


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each image data set, every other network beside the fully connected one."""
    for bench in evidence.benches(_is_fully_connected, _is_other, inputs=("images",)):
        for other in filter(_is_other, bench.networks):
            for network in filter(_is_fully_connected, bench.networks):
                if (pair := contrast(other, network)) is not None:
                    yield pair


def _is_fully_connected(trained: Trained) -> bool:
    return trained.is_fully_connected


def _is_other(trained: Trained) -> bool:
    return not trained.cell.is_baseline and not trained.is_fully_connected


CLAIM = Claim(
    name="images-fully-connected",
    sentence="On images, fully connected networks fall behind the others",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="Every image data set: the other networks, the best of which is enough, beside the fully connected one. "
    "Worth mentioning is a difference of 0.5 points of accuracy.",
    decided_by="more image data sets, `threefold run --study families`",
    fewest_data_sets=2,
)
