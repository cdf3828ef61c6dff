"""Do gates mend vanishing gradients?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.gradients import DECADES, WORTH_MENTIONING, decades_kept
from report.claims.trained import Trained
from report.claims.variants import contrast_of, leaves_out_clipping


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task with a lag, LSTM and GRU beside the plain network that was trained alike."""
    groups: dict[tuple[str, str, str, str], dict[str, Trained]] = {}
    for each in evidence.trained():
        if each.cell.network == "recurrent" and not leaves_out_clipping(each):
            variant = each.cell.variant.name if each.cell.variant else ""
            key = (each.run.label, each.cell.task, variant, each.cell.implementation)
            groups.setdefault(key, {})[str(each.setting("architecture", "cell"))] = each
    for (_, task, variant, _), cells in groups.items():
        for gated in ("lstm", "gru"):
            if gated in cells and "rnn" in cells:
                pair = contrast_of(
                    cells[gated],
                    cells["rnn"],
                    lambda _, split: decades_kept(split, "end"),
                    DECADES,
                    WORTH_MENTIONING,
                    f"{task}, {variant}" if variant else task,
                    (cells[gated].title, cells["rnn"].title),
                )
                if pair is not None:
                    yield pair


CLAIM = Claim(
    name="gates-gradients",
    sentence="Gates keep gradients from vanishing: after training, a larger share reaches back in an LSTM or GRU than "
    "in a plain recurrent network",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="The share of the last position's gradient that arrives at the first one, after training: LSTM or GRU, one "
    "of which is enough, beside the plain network with the same recipe. What was trained with and without its recipe's "
    "clipping counts once, with it. Worth mentioning is a factor of ten.",
    decided_by="gradients of several seeds, `threefold run --study gradients`",
    places="setting",
)
