"""The test of a claim: each contrast by a corrected t-test, adjusted within the claim, and the verdict on all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from report.claims.adjusting import adjusted_against, adjusted_for
from report.claims.base import FEWEST_REPETITIONS, Asks, Claim, Contrast, Judged, Outcome, Status
from report.claims.evidence import Evidence
from report.claims.pooling import Pooled, pooled
from report.claims.verdict import Verdict
from report.statistics.intervals import variance_factor
from report.statistics.paired import ALPHA, PairedTest, corrected_paired_test
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
    of Nadeau & Bengio (2003); p-values against the claim are adjusted by Holm (1979) over its places, those for it are
    not, as it has to hold at all of them (`report.claims.adjusting`).

    The sentence is not supported if it fails at any place. It is supported if it holds at all of them, or, where it
    says that something is ahead and each place has one contrast, in the mean over them, with or without any single one
    (`report.claims.pooling`), which can also refute it. How often chance alone supports a sentence by each of these
    rules is what `tests/report/claims/test_null.py` counts.
    """
    judged = _judged(_distinct(claim.contrasts(evidence)), claim.asks)
    places: dict[str, list[Judged]] = {}
    for each in judged:
        places.setdefault(each.contrast.place, []).append(each)
    outcomes = {place: _of_place(here) for place, here in places.items()}
    data = sorted({each.contrast.data for each in judged if each.outcome != "untested"})
    together = None
    if claim.asks == "ahead" and all(len(here) == 1 for here in places.values()):
        together = pooled([each.contrast for each in judged if each.outcome != "untested"])
    status = _status(list(outcomes.values()), together, enough=len(data) >= claim.fewest_data_sets)
    decisive = _decisive(status, places, outcomes, partial(_size, asks=claim.asks))
    reason = _reason(claim, status, outcomes, together, evidence)
    sentence = f"{claim.sentence} (tested on {data[0]} alone)" if len(data) == 1 else claim.sentence
    remark = claim.remark(evidence, judged)
    return Verdict(claim, sentence, status, reason, outcomes, decisive, tuple(judged), remark, together)


def _distinct(contrasts: Iterable[Contrast]) -> list[Contrast]:
    """Of what several runs hold alike, the contrast whose mean is known best by its repetitions."""
    distinct: dict[tuple[str, str, str], Contrast] = {}
    for each in contrasts:
        key = (each.place, each.first, each.second)
        if key not in distinct or _variance(each) < _variance(distinct[key]):
            distinct[key] = each
    return list(distinct.values())


def _variance(contrast: Contrast) -> float:
    """Of its mean, as a share of that of one repetition."""
    count = len(contrast.gains)
    return variance_factor(count, contrast.test_to_train) if count > 1 else 1.0


@dataclass(frozen=True)
class _Tests:
    """One contrast's mean, interval and unadjusted p-values."""

    mean: PairedTest
    p_for: float
    p_against: float


def _judged(contrasts: Sequence[Contrast], asks: Asks) -> list[Judged]:
    tests = [_tests(each, asks) if len(each.gains) >= FEWEST_REPETITIONS else None for each in contrasts]
    sides = [(each.place, each.first) for each in contrasts]
    all_for = adjusted_for(sides, [None if each is None else each.p_for for each in tests])
    all_against = adjusted_against(sides, [None if each is None else each.p_against for each in tests])
    judged = []
    for contrast, test, p_for, p_against in zip(contrasts, tests, all_for, all_against, strict=True):
        if test is None or p_for is None or p_against is None:
            gain = sum(contrast.gains) / len(contrast.gains) if contrast.gains else None
            judged.append(Judged(contrast, gain, None, None, None, None, "untested"))
            continue
        mean = test.mean
        outcome = _OUTCOMES[asks](mean.difference, contrast.smallest, p_for, p_against)
        judged.append(Judged(contrast, mean.difference, mean.low, mean.high, p_for, p_against, outcome))
    return judged


def _tests(contrast: Contrast, asks: Asks) -> _Tests:
    def above(bound: float) -> float:
        """One-sided p of the hypothesis that the mean gain is at most `bound`."""
        test = corrected_paired_test(contrast.gains, [bound] * len(contrast.gains), contrast.test_to_train, None)
        return test.p_difference / 2 if test.difference > 0 else 1 - test.p_difference / 2

    zeros = [0.0] * len(contrast.gains)
    test = corrected_paired_test(contrast.gains, zeros, contrast.test_to_train, contrast.smallest)
    if asks == "ahead":
        # Gains that are all the same have no variance to judge them by; the sign test says how likely that is.
        least = 0.5 ** len(contrast.gains) if len(set(contrast.gains)) == 1 else 0.0
        return _Tests(test, max(above(0.0), least), max(1 - above(contrast.smallest), least))
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


def _of_place(judged: Sequence[Judged]) -> Outcome:
    """One side that holds is enough (it was adjusted for the others); the place fails where all sides fail."""
    sides = [_of_side([each.outcome for each in side]) for side in _sides(judged)]
    if "holds" in sides:
        return "holds"
    if all(each == "untested" for each in sides):
        return "untested"
    return "fails" if all(each == "fails" for each in sides) else "open"


def _of_side(outcomes: Sequence[Outcome]) -> Outcome:
    """Beside each other result it has to hold; one that contradicts is enough against it."""
    for certain in ("holds", "untested"):
        if all(each == certain for each in outcomes):
            return certain
    return "fails" if "fails" in outcomes else "open"


def _sides(judged: Sequence[Judged]) -> list[list[Judged]]:
    """A place's contrasts by their first side."""
    sides: dict[str, list[Judged]] = {}
    for each in judged:
        sides.setdefault(each.contrast.first, []).append(each)
    return list(sides.values())


def _status(outcomes: Sequence[Outcome], together: Pooled | None, enough: bool) -> Status:
    """A place that contradicts refutes the sentence; it is supported where it holds at all, or in the mean over them.

    Args:
        outcomes: of the places.
        together: the mean over them, where there is one.
        enough: whether it was tested on as many data sets as such a sentence needs.
    """
    tested = [each for each in outcomes if each != "untested"]
    if "fails" in tested or (together is not None and together.fails):
        return "not supported"
    held = all(each == "holds" for each in tested) or (together is not None and together.holds)
    return "supported" if tested and enough and held else "undecided"


def _decisive(
    status: Status,
    places: dict[str, list[Judged]],
    outcomes: dict[str, Outcome],
    size: Callable[[Judged], float],
) -> Judged | None:
    """Of a supported claim the place where it holds least, by its best side there; otherwise the worst one. Where the
    mean decides, no place may have come out as the claim did.
    """

    def best(wanted: Outcome) -> list[Judged]:
        here = [
            _sides([each for each in places[place] if each.outcome != "untested"])
            for place, outcome in outcomes.items()
            if outcome == wanted
        ]
        return [max((min(side, key=size) for side in sides), key=size) for sides in here]

    wanted: dict[Status, Outcome] = {"supported": "holds", "not supported": "fails", "undecided": "open"}
    return min(best(wanted[status]) or best("open") or best("holds"), key=size, default=None)


def _size(judged: Judged, asks: Asks) -> float:
    """How far it is as the claim says, in smallest effects worth mentioning."""
    gain = judged.gain or 0.0
    gain = -abs(gain) if asks == "equal" else gain
    return gain / judged.contrast.smallest if judged.contrast.smallest else gain


def _reason(
    claim: Claim, status: Status, outcomes: dict[str, Outcome], together: Pooled | None, evidence: Evidence
) -> str:
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
    if together is not None:
        parts.append(together.text)
    if not outcomes:
        parts.append("no record here says anything about it")
    parts += [
        f"not judged: {run.label}, of which {run.missing} of {counted(len(run.manifest.cells), 'cell')} are missing"
        for run in evidence.unfinished
    ]
    if status == "undecided":
        if tested and not places["open"]:
            parts.append(f"a sentence of its kind needs {claim.fewest_data_sets} data sets")
        more = "more repetitions, or larger test parts, than here" if places["open"] else claim.decided_by
        parts.append(f"what would decide it: {more}")
    return f"{'; '.join(parts)}."


def _named(places: Sequence[str], noun: str) -> str:
    if len(places) <= MOST_NAMED:
        return listing(list(places))
    return f"{counted(len(places), noun)} ({', '.join(places[: MOST_NAMED - 1])}, …)"
