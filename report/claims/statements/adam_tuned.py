"""Is Adam better than SGD when both are tuned alike?"""

from collections.abc import Iterator, Sequence

from report.claims.base import Claim, Contrast, Judged
from report.claims.evidence import Evidence, Trained
from report.claims.variants import chosen, contrast_of_chosen, override
from report.text.formatting import counted

STUDY = "optimizers"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task, Adam beside SGD, each with the learning rate that its validation part prefers in each split."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        adam, sgd = (_of(variants, name) for name in ("adam", "sgd"))
        if not adam or not sgd:
            continue
        by = f"{adam[0].cell.implementation}, of learning rates that did not diverge: {len(adam)} and {len(sgd)}"
        if (pair := contrast_of_chosen(adam, sgd, f"{task}, {recipe}", ("Adam", "SGD"), by)) is not None:
            yield pair


def remark(evidence: Evidence, _: Sequence[Judged]) -> str:
    """Where a choice is at an end of the learning rates that were tried: beyond it there may be a better one."""
    parts = []
    for (task, _recipe), variants in evidence.variants(STUDY).items():
        rates = {override(each, "learning_rate") for each in variants}
        for name, title in (("adam", "Adam"), ("sgd", "SGD")):
            choices = [override(each, "learning_rate") for each, _split in chosen(_of(variants, name))]
            ends = sum(rate in (min(rates), max(rates)) for rate in choices)
            if ends:
                parts.append(f"{title} on {task} in {ends} of {counted(len(choices), 'split')}")
    return f"Chosen at an end of the range, so that a wider one might be better: {'; '.join(parts)}." if parts else ""


def _of(variants: Sequence[Trained], optimizer: str) -> list[Trained]:
    return [each for each in variants if override(each, "optimizer") == optimizer]


CLAIM = Claim(
    name="adam-tuned",
    sentence="Tuned alike, Adam reaches better results than SGD",
    topic="training",
    asks="ahead",
    contrasts=contrasts,
    remark=remark,
    method="Both with the same learning rates, of which each split's validation part chooses one for each; the test "
    "part is compared. Worth mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="`threefold run --study optimizers`",
    fewest_places=2,
)
