"""The claims as blocks of Markdown files: short for README, with the reasons in the documentation."""

from collections.abc import Sequence

from report.claims.verdict import Verdict
from report.claims.wording import SIGNS, compared_text, effect_text, summary
from report.tables.views.base import Column, Row, View, escape_markdown, markdown, text
from report.text.formatting import counted

#: How the blocks are to be read.
LEGEND = (
    "Each claim is tested on every task or timing of its kind in the published records, over seeds, folds or process "
    "launches. It is not supported if it fails on one of them, however many it holds on, and supported if it holds on "
    "all of them or, where they can be averaged, in their mean, with or without any single data set. The effect is "
    "that of the comparison that decides, with its 95 % interval."
)
SHORT_LEGEND = (
    "✓ supported: on every task or timing, or in the mean, whichever data set is left out. ✗ not supported: it fails "
    "on one at least, or in the mean. With the effect that decides (95 % interval), and on how many it holds."
)


def short_block(verdicts: Sequence[Verdict]) -> str:
    """The claims that are decided, as a list, without the reasons."""
    decided = [each for each in verdicts if each.status != "undecided"]
    lines = [
        f"- {SIGNS[each.status]} **{escape_markdown(each.sentence)}.** {_short(each)}"
        for each in sorted(decided, key=lambda each: each.status, reverse=True)
    ]
    return "\n\n".join([summary(verdicts), SHORT_LEGEND, "\n".join(lines)])


def _short(verdict: Verdict) -> str:
    tested = [each for each in verdict.places.values() if each != "untested"]
    effect = "" if verdict.decisive is None else f"{effect_text(verdict.decisive)}; "
    held = f"{effect}{tested.count('holds')} of {counted(len(tested), verdict.claim.places)}"
    mean = ", and the mean" if verdict.by_mean else ""
    return escape_markdown(held + mean)


def full_block(verdicts: Sequence[Verdict]) -> str:
    """All claims with what was compared, and why the verdict is what it is."""
    columns = (Column("Claim"), Column("Verdict"), Column("Effect that decides"), Column("Why"))
    rows = tuple(
        Row((text(each.sentence), text(_status(each)), text(_effect(each)), text(_why(each)))) for each in verdicts
    )
    return "\n\n".join([summary(verdicts), LEGEND, markdown(View("claims", "", columns, rows))])


def _status(verdict: Verdict) -> str:
    return f"{SIGNS[verdict.status]} {verdict.status}"


def _effect(verdict: Verdict) -> str:
    decisive = verdict.decisive
    return "" if decisive is None else f"{effect_text(decisive)}; {compared_text(decisive)}"


def _why(verdict: Verdict) -> str:
    reason = verdict.reason[:1].upper() + verdict.reason[1:]
    return f"{reason} {verdict.remark}".strip()
