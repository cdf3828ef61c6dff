"""Do gates extend how far back a recurrent network remembers, and up to which lag?"""

import re
from collections.abc import Iterator, Sequence

from report.claims.base import FEWEST_REPETITIONS, Claim, Contrast, Judged
from report.claims.evidence import Evidence, Trained, contrast

#: A task's name with its lag; what is behind it is a reduced version.
LAGGED = re.compile(r"^(?P<family>adding-problem|copy-memory)-(?P<lag>\d+)(?P<rest>.*)$")
#: Solved is an error of less than this share of the error of always answering the mean.
SOLVED = 0.25


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """Of each memory task at its longest lag with several seeds, LSTM and GRU beside the plain network."""
    for lags in _by_family(evidence).values():
        cells = lags[max(lags)]
        for gated in ("lstm", "gru"):
            if gated in cells and "rnn" in cells and (pair := contrast(cells[gated], cells["rnn"])) is not None:
                yield pair


def remark(evidence: Evidence, _: Sequence[Judged]) -> str:
    """Up to which lag each network solves the adding problem."""
    solved: dict[str, list[int]] = {}
    tried: set[int] = set()
    for family, lags in _by_family(evidence).items():
        for lag, cells in lags.items() if family == "adding-problem" else ():
            tried.add(lag)
            for each in cells.values():
                if -each.mean < SOLVED * _error_of_the_mean(evidence, each):
                    solved.setdefault(each.title, []).append(lag)
    if not tried:
        return ""
    reached = "; ".join(f"{title} up to lag {max(reach)}" for title, reach in sorted(solved.items())) or "none"
    all_lags = ", ".join(map(str, sorted(tried)))
    return f"Of the lags {all_lags} of the adding problem, solved within the same budget: {reached}."


def _by_family(evidence: Evidence) -> dict[str, dict[int, dict[str, Trained]]]:
    """Family -> lag -> cell -> training; lags that a plain and a gated network were trained at with several seeds."""
    families: dict[str, dict[int, dict[str, Trained]]] = {}
    for each in evidence.trained():
        match = LAGGED.match(each.cell.task)
        cell = each.setting("architecture", "cell")
        if match and each.cell.network == "recurrent" and len(each.result.splits) >= FEWEST_REPETITIONS:
            families.setdefault(match["family"], {}).setdefault(int(match["lag"]), {}).setdefault(str(cell), each)
    return {
        family: whole
        for family, lags in families.items()
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
    "enough, beside the plain network with the same recipe. Worth mentioning is 5 % of the error, or 0.5 points of the "
    "token accuracy. Solved is an error below a quarter of that of always answering the mean.",
    decided_by="several seeds at several lags, `threefold run --study memory`",
)
