"""What a claim is, what it is tested on, and what each of these tests comes out as.

A claim breaks down into contrasts: pairs of results on the same splits (or of times of the same launches), one pair for
each place where the sentence says something, mostly a task. `report.claims.judging` tests them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from report.claims.measures import Measure

if TYPE_CHECKING:
    from report.claims.evidence import Evidence

#: What a claim says of the first result of each contrast, beside the second.
Asks: TypeAlias = Literal["ahead", "not behind", "equal"]
#: Parts of the page, in order.
Topic: TypeAlias = Literal["networks", "training", "frameworks"]
#: What one contrast comes out as; untested are those with too few repetitions.
Outcome: TypeAlias = Literal["holds", "fails", "open", "untested"]
Status: TypeAlias = Literal["supported", "not supported", "undecided"]

TOPICS: tuple[Topic, ...] = ("networks", "training", "frameworks")
#: Fewer trainings, or launches, than this are no evidence.
FEWEST_REPETITIONS = 3


@dataclass(frozen=True)
class Contrast:
    """Two results, repetition by repetition: trainings with the same seed and fold, or times of the same launch."""

    #: Where it was measured (`digits`). At a place one `first` is enough, which has to hold beside each `second`.
    place: str
    #: What is compared with what.
    first: str
    second: str
    #: The implementation, or what else the reader has to know of the two.
    by: str
    measure: Measure
    #: What the first is ahead by, one value a repetition, in the measure's own scale; negative where it is behind.
    gains: tuple[float, ...]
    #: The smallest effect worth mentioning, in the same scale.
    smallest: float
    #: Test examples for each training example where test parts are drawn anew; 0 for independent repetitions.
    test_to_train: float
    #: Label of the run, and the keys of the records.
    run: str
    records: tuple[str, ...]
    #: The data set: a claim that was tested on a single one says so.
    data: str = field(kw_only=True)

    def between(self, first: str, second: str) -> "Contrast":
        """The same with other names for the two sides."""
        return replace(self, first=first, second=second)


@dataclass(frozen=True)
class Claim:
    """All that is said of a claim; a module of `report.claims.statements` holds one as `CLAIM`."""

    #: What it is called in tables, and addressed by on the page.
    name: str
    #: Without a full stop.
    sentence: str
    topic: Topic
    asks: Asks
    contrasts: Callable[["Evidence"], Iterable[Contrast]]
    #: How the results were chosen, and what the smallest effect is, in one or two sentences for the reader.
    method: str
    #: What would decide it where the records do not: a command, mostly.
    decided_by: str
    #: What a place is called.
    places: str = "task"
    #: A sentence on a kind of data needs this many data sets before it can be supported.
    fewest_data_sets: int = 1
    #: A further sentence from the records, of what the verdict does not say; empty for none.
    remark: "Callable[[Evidence, Sequence[Judged]], str]" = lambda _, __: ""


@dataclass(frozen=True)
class Judged:
    """A contrast with its test."""

    contrast: Contrast
    #: Mean gain and its 95 % interval, not adjusted; the interval is None for too few repetitions.
    gain: float | None
    low: float | None
    high: float | None
    #: Of the hypothesis that it is not as the claim says, and of the hypothesis that it is; adjusted within the claim.
    p_for: float | None
    p_against: float | None
    outcome: Outcome
