"""Do gradients vanish in plain recurrent networks?"""

from collections.abc import Iterator
from functools import partial

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.gradients import DECADES, WORTH_MENTIONING, decades_kept


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task with a lag, the gradient at the last position beside that at the first one."""
    kept = partial(decades_kept, when="start")
    for each in evidence.trained():
        if each.setting("architecture", "cell") == "rnn" and each.cell.network == "recurrent":
            splits = [split for split in each.result.splits if kept(split) == kept(split)]
            if splits:
                yield Contrast(
                    place=each.cell.task,
                    first="last position",
                    second="first position",
                    by=f"{each.title}, {each.cell.implementation}",
                    measure=DECADES,
                    gains=tuple(-kept(split) for split in splits),
                    smallest=WORTH_MENTIONING,
                    test_to_train=0.0,
                    run=each.run.label,
                    records=(each.key,),
                    data=each.facts.dataset,
                )


CLAIM = Claim(
    name="vanishing-gradients",
    sentence="In plain recurrent networks, gradients vanish on the way back",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="The norm of the loss's gradient by the hidden state at the last position over that at the first one, with "
    "the starting weights, seed by seed. Worth mentioning is a factor of ten.",
    decided_by="gradients of several seeds, `threefold run --study gradients`",
)
