"""Is Adam better than SGD when both are tuned alike?"""

from collections.abc import Iterator, Sequence

from report.claims.base import Claim, Contrast, Judged
from report.claims.evidence import Evidence
from report.claims.trained import Trained
from report.claims.variants import chosen, contrast_of_chosen, override
from report.text.formatting import counted
from report.text.wording import listing

STUDY = "optimizers"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task, Adam beside SGD, each with the learning rate that its validation part prefers in each split."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        adam, sgd = (_of(variants, name) for name in ("adam", "sgd"))
        if not adam or not sgd or _is_cut_off(variants, sgd) or _is_cut_off(variants, adam):
            continue
        by = f"{adam[0].cell.implementation}, of learning rates that did not diverge: {len(adam)} and {len(sgd)}"
        if (pair := contrast_of_chosen(adam, sgd, f"{task}, {recipe}", ("Adam", "SGD"), by)) is not None:
            yield pair


def remark(evidence: Evidence, _: Sequence[Judged]) -> str:
    """Where a choice is at an end of the learning rates that were tried: beyond it there may be a better one."""
    parts, left_out = [], []
    for (task, _recipe), variants in evidence.variants(STUDY).items():
        sides = {title: _of(variants, name) for name, title in (("adam", "Adam"), ("sgd", "SGD"))}
        for title, side in sides.items():
            ends, splits = _choices_at_an_end(variants, side)
            if ends:
                parts.append(f"{title} on {task} in {ends} of {counted(splits, 'split')}")
        if any(_is_cut_off(variants, side) for side in sides.values()):
            left_out.append(task)
    if not parts:
        return ""
    said = f"Chosen at an end of the range, so that a wider one might be better: {'; '.join(parts)}."
    return f"{said} Left out, as most choices of one of the two are: {listing(left_out)}." if left_out else said


def _is_cut_off(variants: Sequence[Trained], side: Sequence[Trained]) -> bool:
    """Whether most choices of an optimizer are at an end of the range: then it is not tuned."""
    ends, splits = _choices_at_an_end(variants, side)
    return 2 * ends > splits


def _choices_at_an_end(variants: Sequence[Trained], side: Sequence[Trained]) -> tuple[int, int]:
    """How many splits choose the smallest or the largest learning rate of the study, and of how many."""
    rates = {override(each, "learning_rate") for each in variants}
    choices = [override(each, "learning_rate") for each, _ in chosen(side)]
    return sum(rate in (min(rates), max(rates)) for rate in choices), len(choices)


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
    "part is compared. A task on which most choices of one of the two are at an end of the learning rates is left out. "
    "Worth mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="`threefold run --study optimizers`",
    fewest_data_sets=2,
)
