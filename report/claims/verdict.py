"""What a claim comes out as over all places together."""

from collections.abc import Mapping
from dataclasses import dataclass

from report.claims.base import Claim, Judged, Outcome, Status
from report.claims.pooling import Pooled


@dataclass(frozen=True)
class Verdict:
    """A claim, judged."""

    claim: Claim
    #: The claim's, with the data set where there is only one: it may be otherwise on others.
    sentence: str
    status: Status
    #: Why, in one sentence; for an undecided one also what would decide it.
    reason: str
    #: Place -> what it came out as there.
    places: Mapping[str, Outcome]
    #: The contrast that decides, by which the effect is quoted; None without any that was tested.
    decisive: Judged | None
    evidence: tuple[Judged, ...]
    remark: str
    #: All places together; None where they are judged one by one alone.
    pooled: Pooled | None = None

    @property
    def by_mean(self) -> bool:
        """Whether it is the mean over the places that decides, as not all of them, or none, came out so themselves."""
        tested = {each for each in self.places.values() if each != "untested"}
        if self.status == "supported":
            return tested != {"holds"}
        return self.status == "not supported" and "fails" not in tested
