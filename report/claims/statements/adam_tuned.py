"""Is Adam better than SGD when both are tuned alike?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.variants import contrast_of_chosen, override

STUDY = "optimizers"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task, Adam beside SGD, each with the learning rate that its validation part prefers in each split."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        adam, sgd = ([each for each in variants if override(each, "optimizer") == name] for name in ("adam", "sgd"))
        if not adam or not sgd:
            continue
        by = f"{adam[0].cell.implementation}, of learning rates that did not diverge: {len(adam)} and {len(sgd)}"
        if (pair := contrast_of_chosen(adam, sgd, f"{task}, {recipe}", ("Adam", "SGD"), by)) is not None:
            yield pair


CLAIM = Claim(
    name="adam-tuned",
    sentence="Tuned alike, Adam reaches better results than SGD",
    topic="training",
    asks="ahead",
    contrasts=contrasts,
    method="Both with the same learning rates, of which each split's validation part chooses one for each; the test "
    "part is compared. Worth mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="`threefold run --study optimizers`",
    fewest_places=2,
)
