"""Do gates extend how far back a recurrent network remembers, and up to which lag?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from report.claims.base import FEWEST_REPETITIONS, Claim, Contrast, Judged
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import Trained
from report.claims.variants import leaves_out_clipping

#: A task's name with its lag; what is behind it is a reduced version.
LAGGED = re.compile(r"^(?P<family>adding-problem|copy-memory)-(?P<lag>\d+)(?P<rest>.*)$")
#: Solved is an error of less than this share of the error of always answering the mean.
SOLVED = 0.25


class Budget(NamedTuple):
    """What is trained alike, and differs by its lag alone."""

    run: str
    family: str
    rest: str
    variant: str
    implementation: str
    device: str


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """Of each memory task at its longest lag with several seeds, LSTM and GRU beside the plain network."""
    for budget, lags in _by_budget(evidence).items():
        cells = lags[max(lags)]
        for gated in ("lstm", "gru"):
            if gated in cells:
                place = f"{cells[gated].cell.task}, {budget.variant}" if budget.variant else None
                if (pair := contrast(cells[gated], cells["rnn"], place)) is not None:
                    yield pair


def remark(evidence: Evidence, _: Sequence[Judged]) -> str:
    """Up to which lag each network solves the adding problem, with the budget that was tried at most lags."""
    tried = [lags for budget, lags in _by_budget(evidence).items() if budget.family == "adding-problem"]
    if not tried:
        return ""
    lags = max(tried, key=len)
    solved: dict[str, int] = {}
    for lag, cells in sorted(lags.items()):
        for each in cells.values():
            if -each.mean < SOLVED * _error_of_the_mean(evidence, each):
                solved[each.title] = lag
    reached = "; ".join(f"{title} up to lag {lag}" for title, lag in sorted(solved.items())) or "none"
    all_lags = ", ".join(map(str, sorted(lags)))
    return f"Of the lags {all_lags} of the adding problem, solved within the same budget: {reached}."


def _by_budget(evidence: Evidence) -> Mapping[Budget, dict[int, dict[str, Trained]]]:
    """Budget -> lag -> cell -> training; lags that a plain and a gated network were trained at with several seeds."""
    budgets: dict[Budget, dict[int, dict[str, Trained]]] = {}
    for each in evidence.trained():
        cell = each.cell
        match = LAGGED.match(cell.task)
        repeated = len(each.result.splits) >= FEWEST_REPETITIONS
        if match and cell.network == "recurrent" and repeated and not leaves_out_clipping(each):
            variant = cell.variant.name if cell.variant else ""
            budget = Budget(each.run.label, match["family"], match["rest"], variant, cell.implementation, cell.device)
            cells = budgets.setdefault(budget, {}).setdefault(int(match["lag"]), {})
            cells.setdefault(str(each.setting("architecture", "cell")), each)
    return {
        budget: whole
        for budget, lags in budgets.items()
        if (whole := {lag: cells for lag, cells in lags.items() if "rnn" in cells and len(cells) > 1})
    }


def _error_of_the_mean(evidence: Evidence, trained: Trained) -> float:
    """Root mean squared error of the task's baseline, which always answers the mean; 0 where there is none."""
    for each in evidence.trained():
        cell = each.cell
        if cell.is_baseline and cell.architecture == "mean" and cell.task == trained.cell.task:
            return -each.mean
    return 0.0


CLAIM = Claim(
    name="gates-lag",
    sentence="Gates extend the lag over which a recurrent network remembers",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    remark=remark,
    method="Each memory task at the longest lag that was trained with several seeds: LSTM or GRU, one of which is "
    "enough, beside the plain network with the same recipe. What was trained with and without its recipe's clipping "
    "counts once, with it. Worth mentioning is 5 % of the error, or 0.5 points of the token accuracy. Solved is an "
    "error below a quarter of that of always answering the mean.",
    decided_by="several seeds at several lags, `threefold run --study memory`",
)
