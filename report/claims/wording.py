"""A verdict in words: its effect with the interval, and what was compared where."""

from collections.abc import Mapping, Sequence

from report.claims.base import FEWEST_REPETITIONS, Asks, Judged, Status
from report.claims.verdict import Verdict
from report.text.formatting import ABSENT, counted, p_value

#: Signs of the verdicts, for those who do not see colours.
SIGNS: Mapping[Status, str] = {"supported": "✓", "not supported": "✗", "undecided": "○"}
#: Whose evidence is the mean of the contrasts' gains, in what sense.
HOW: Mapping[Asks, str] = {
    "ahead": "A contrast holds if the gain is above 0 (one-sided p < 0.025, as the 95 % interval has it) and at least "
    "the smallest effect worth mentioning; it fails if the gain is shown to be smaller than that.",
    "not behind": "A contrast holds if the loss is shown to be smaller than the margin (one-sided p < 0.025); it fails "
    "if there is a loss as large.",
    "equal": "A contrast holds if two one-sided tests bound the difference by the margin (p < 0.05); it fails if there "
    "is a significant difference as large.",
}
TEST = (
    "Gains are paired by seed and fold, or by process launch, and tested by Student's t with the variance of Nadeau & "
    "Bengio (2003) where test parts are drawn anew; p-values against the claim are adjusted by Holm (1979) over its "
    "places, as one that fails is enough. Those for it are not, as it has to hold on all of them (Berger 1982): so the "
    "verdict is wrong no more often than stated, while what holds at a single place of many may be. Intervals are not "
    f"adjusted. Fewer than {FEWEST_REPETITIONS} repetitions are no evidence. The claim is not supported if it "
    "fails anywhere. It is supported if it holds everywhere where it was tested, or, where it says that something is "
    "ahead and each place has one contrast, in the mean over the places, counted in smallest effects worth mentioning "
    "(Satterthwaite's degrees of freedom; places of one data set are taken to vary together), if it does so without "
    "any single data set too (without any single place, where there is one data set); such a mean can also refute it. "
    "It is a mean over the places tested, and says nothing of others. Where the test part is fixed, intervals and "
    "p-values say what other seeds would give, not other test examples."
)


def effect_text(judged: Judged) -> str:
    """`+2.900 points of accuracy (+1.245 to +4.555)`."""
    if judged.gain is None:
        return ABSENT
    measure = judged.contrast.measure
    if judged.low is None or judged.high is None:
        return measure.text(judged.gain)
    return f"{measure.text(judged.gain, judged.low, judged.high)} ({measure.between(judged.low, judged.high)})"


def compared_text(judged: Judged) -> str:
    """`CNN beside MLP: mnist-5k`."""
    contrast = judged.contrast
    sides = contrast.first if contrast.first == contrast.second else f"{contrast.first} beside {contrast.second}"
    return f"{sides}: {contrast.place}"


def places_text(verdict: Verdict) -> str:
    """`holds on 12 of 40 timings, fails on 20`: what is not supported may be refuted at a single one of many places."""
    outcomes = [each for each in verdict.places.values() if each != "untested"]
    fails = f", fails on {outcomes.count('fails')}" if "fails" in outcomes else ""
    # Where the places leave no doubt, their mean says nothing more.
    decides = verdict.pooled is not None and not fails and set(outcomes) != {"holds"}
    mean = f"; {verdict.pooled.text}" if verdict.pooled is not None and decides else ""
    return f"holds on {outcomes.count('holds')} of {counted(len(outcomes), verdict.claim.places)}{fails}{mean}"


def p_text(judged: Judged) -> str:
    """The p-value of what the contrast came out as."""
    value = judged.p_against if judged.outcome == "fails" else judged.p_for
    return p_value(value)


def summary(verdicts: Sequence[Verdict]) -> str:
    """`Of 14 claims, these records support 3, refute 5 somewhere at least, and leave 6 undecided.`."""
    counts = {status: sum(each.status == status for each in verdicts) for status in SIGNS}
    return (
        f"Of {counted(len(verdicts), 'claim')}, these records support {counts['supported']}, refute "
        f"{counts['not supported']} somewhere at least, and leave {counts['undecided']} undecided."
    )
