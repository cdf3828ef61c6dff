"""The test of a claim: each contrast by a corrected t-test, adjusted within the claim, and the verdict on all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from report.claims.base import FEWEST_REPETITIONS, Asks, Claim, Contrast, Judged, Outcome, Status, Verdict
from report.claims.evidence import Evidence
from report.statistics.paired import ALPHA, PairedTest, corrected_paired_test, holm
from report.text.formatting import counted
from report.text.wording import listing

#: Places that a verdict names at most.
MOST_NAMED = 4


def judge(claim: Claim, evidence: Evidence) -> Verdict:
    """Test a claim on what the records hold.

    *ahead* holds where the gain is above 0 (one-sided p < 0.025, as the 95 % interval has it) and at least the smallest
    effect, and fails where it is below the smallest effect. *not behind* holds where the loss is below the smallest
    effect, and fails where there is a loss as large. *equal* holds where two one-sided tests bound the difference by
    the margin (Schuirmann 1987, p < 0.05), and fails where there is a difference at least as large. Variances are those
    of Nadeau & Bengio (2003); p-values are adjusted by Holm (1979) within the claim.
    """
    judged = _judged(_distinct(claim.contrasts(evidence)), claim.asks)
    places: dict[str, list[Judged]] = {}
    for each in judged:
        places.setdefault(each.contrast.place, []).append(each)
    outcomes = {place: _of_place([each.outcome for each in here]) for place, here in places.items()}
    status = _status(list(outcomes.values()), claim.fewest_places)
    decisive = _decisive(status, places, outcomes, partial(_size, asks=claim.asks))
    reason = _reason(claim, status, outcomes)
    return Verdict(claim, status, reason, outcomes, decisive, tuple(judged), claim.remark(evidence, judged))


def _distinct(contrasts: Iterable[Contrast]) -> list[Contrast]:
    """Of what several runs hold alike, the contrast with the most repetitions."""
    distinct: dict[tuple[str, str, str], Contrast] = {}
    for each in contrasts:
        key = (each.place, each.first, each.second)
        if key not in distinct or len(each.gains) > len(distinct[key].gains):
            distinct[key] = each
    return list(distinct.values())


@dataclass(frozen=True)
class _Tests:
    """One contrast's mean, interval and unadjusted p-values."""

    mean: PairedTest
    p_for: float
    p_against: float


def _judged(contrasts: Sequence[Contrast], asks: Asks) -> list[Judged]:
    tests = [_tests(each, asks) if len(each.gains) >= FEWEST_REPETITIONS else None for each in contrasts]
    p_for = iter(holm([each.p_for for each in tests if each]))
    p_against = iter(holm([each.p_against for each in tests if each]))
    judged = []
    for contrast, test in zip(contrasts, tests, strict=True):
        if test is None:
            gain = sum(contrast.gains) / len(contrast.gains) if contrast.gains else None
            judged.append(Judged(contrast, gain, None, None, None, None, "untested"))
            continue
        pair = next(p_for), next(p_against)
        mean = test.mean
        outcome = _OUTCOMES[asks](mean.difference, contrast.smallest, *pair)
        judged.append(Judged(contrast, mean.difference, mean.low, mean.high, *pair, outcome))
    return judged


def _tests(contrast: Contrast, asks: Asks) -> _Tests:
    def above(bound: float) -> float:
        """One-sided p of the hypothesis that the mean gain is at most `bound`."""
        test = corrected_paired_test(contrast.gains, [bound] * len(contrast.gains), contrast.test_to_train, None)
        return test.p_difference / 2 if test.difference > 0 else 1 - test.p_difference / 2

    zeros = [0.0] * len(contrast.gains)
    test = corrected_paired_test(contrast.gains, zeros, contrast.test_to_train, contrast.smallest)
    if asks == "ahead":
        return _Tests(test, above(0.0), 1 - above(contrast.smallest))
    if asks == "not behind":
        return _Tests(test, above(-contrast.smallest), 1 - above(0.0))
    assert test.p_equivalence is not None
    return _Tests(test, test.p_equivalence, test.p_difference)


def _ahead(gain: float, smallest: float, p_for: float, p_against: float) -> Outcome:
    if p_for < ALPHA / 2 and gain >= smallest:
        return "holds"
    return "fails" if p_against < ALPHA / 2 else "open"


def _not_behind(gain: float, smallest: float, p_for: float, p_against: float) -> Outcome:
    if p_for < ALPHA / 2:
        return "holds"
    return "fails" if p_against < ALPHA / 2 and gain <= -smallest else "open"


def _equal(gain: float, smallest: float, p_for: float, p_against: float) -> Outcome:
    if p_for < ALPHA:
        return "holds"
    return "fails" if p_against < ALPHA and abs(gain) >= smallest else "open"


_OUTCOMES: dict[Asks, Callable[[float, float, float, float], Outcome]] = {
    "ahead": _ahead,
    "not behind": _not_behind,
    "equal": _equal,
}


def _of_place(outcomes: Sequence[Outcome]) -> Outcome:
    """One contrast that holds is enough (it was adjusted for the others); it fails where all fail."""
    if "holds" in outcomes:
        return "holds"
    tested = [each for each in outcomes if each != "untested"]
    if not tested:
        return "untested"
    return "fails" if all(each == "fails" for each in outcomes) else "open"


def _status(outcomes: Sequence[Outcome], fewest: int) -> Status:
    """A place that contradicts refutes the sentence; it is supported where no tested place is left open."""
    tested = [each for each in outcomes if each != "untested"]
    if "fails" in tested:
        return "not supported"
    return "supported" if len(tested) >= fewest and all(each == "holds" for each in tested) else "undecided"


def _decisive(
    status: Status,
    places: dict[str, list[Judged]],
    outcomes: dict[str, Outcome],
    size: Callable[[Judged], float],
) -> Judged | None:
    """Of a supported claim the place where it holds least, by its best contrast there; otherwise the worst one."""
    wanted: Outcome = {"supported": "holds", "not supported": "fails", "undecided": "open"}[status]  # type: ignore[assignment]
    best = [max(places[place], key=size) for place, outcome in outcomes.items() if outcome == wanted]
    if not best and status == "undecided":
        best = [max(places[place], key=size) for place, outcome in outcomes.items() if outcome == "holds"]
    return min(best, key=size, default=None)


def _size(judged: Judged, asks: Asks) -> float:
    """How far it is as the claim says, in smallest effects worth mentioning; the least for what was not tested."""
    if judged.outcome == "untested" or judged.gain is None:
        return float("-inf")
    gain = -abs(judged.gain) if asks == "equal" else judged.gain
    return gain / judged.contrast.smallest if judged.contrast.smallest else gain


def _reason(claim: Claim, status: Status, outcomes: dict[str, Outcome]) -> str:
    places = {
        outcome: [place for place, each in outcomes.items() if each == outcome]
        for outcome in ("holds", "fails", "open", "untested")
    }
    tested = len(outcomes) - len(places["untested"])
    parts = []
    if tested:
        parts.append(f"holds on {len(places['holds'])} of {counted(tested, claim.places)} tested")
    for outcome, words in (("fails", "refuted on"), ("open", "open on"), ("untested", "too few repetitions on")):
        if places[outcome]:
            parts.append(f"{words} {_named(places[outcome], claim.places)}")
    if not outcomes:
        parts.append("no record here says anything about it")
    if status == "undecided":
        if tested and not places["open"]:
            parts.append(f"a sentence of its kind needs {claim.fewest_places}")
        more = "more repetitions, or larger test parts, than here" if places["open"] else claim.decided_by
        parts.append(f"what would decide it: {more}")
    return f"{'; '.join(parts)}."


def _named(places: Sequence[str], noun: str) -> str:
    if len(places) <= MOST_NAMED:
        return listing(list(places))
    return f"{counted(len(places), noun)} ({', '.join(places[: MOST_NAMED - 1])}, …)"
