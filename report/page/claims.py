"""The claims as the page has them, decided ones first."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.claims.base import TOPICS, Topic
from report.claims.picture import Picture, picture_of
from report.claims.verdict import Verdict
from report.claims.wording import HOW, SIGNS, compared_text, effect_text, p_text, places_text
from report.tables.views.base import Column, Row, View, numeric, text

HEADINGS: dict[Topic, str] = {
    "networks": "Which network for which data?",
    "training": "What does training depend on?",
    "frameworks": "Do the frameworks differ?",
}
#: Lines of a claim's table on the page at most; `tables/evidence.csv` has all.
MOST_CONTRASTS = 60


@dataclass(frozen=True)
class ShownClaim:
    """A claim with its verdict in words."""

    verdict: Verdict
    sign: str
    #: Effect with interval; what was compared, and how many places came out so. Empty without a tested contrast.
    effect: str
    compared: str
    how: str
    picture: Picture | None
    table: View
    left_out: int


@dataclass(frozen=True)
class ClaimGroup:
    """The claims of one topic that the records decide."""

    heading: str
    claims: tuple[ShownClaim, ...]

    @property
    def more(self) -> str:
        """How many there are beside the first, which alone is on the first screen, and how they came out."""
        statuses = [each.verdict.status for each in self.claims[1:]]
        return ", ".join(f"{statuses.count(status)} more {status}" for status in dict.fromkeys(statuses))


def decided_claims(verdicts: Sequence[Verdict]) -> list[ClaimGroup]:
    """By topic, the supported ones first; topics without one are left out."""
    groups = []
    for topic in TOPICS:
        decided = [each for each in verdicts if each.claim.topic == topic and each.status != "undecided"]
        if decided:
            decided.sort(key=lambda each: each.status != "supported")
            groups.append(ClaimGroup(HEADINGS[topic], tuple(map(_shown, decided))))
    return groups


def undecided_claims(verdicts: Sequence[Verdict]) -> list[ShownClaim]:
    """Those that the records leave open."""
    return [_shown(each) for each in verdicts if each.status == "undecided"]


def _shown(verdict: Verdict) -> ShownClaim:
    decisive = verdict.decisive
    return ShownClaim(
        verdict,
        SIGNS[verdict.status],
        effect_text(decisive) if decisive else "",
        f"{compared_text(decisive)}; {places_text(verdict)}" if decisive else "",
        HOW[verdict.claim.asks],
        picture_of(verdict),
        _table(verdict),
        max(0, len(verdict.evidence) - MOST_CONTRASTS),
    )


def _table(verdict: Verdict) -> View:
    columns = (
        Column("Outcome"),
        Column("Where"),
        Column("Compared"),
        Column("By"),
        Column("Effect (95 % interval)"),
        Column("Worth mentioning", numeric=True),
        Column("p (adjusted)", numeric=True),
        Column("Repetitions", numeric=True),
        Column("Records"),
    )
    rows = []
    for each in verdict.evidence[:MOST_CONTRASTS]:
        contrast = each.contrast
        cells = (
            text(each.outcome),
            text(contrast.place),
            text(f"{contrast.first} beside {contrast.second}"),
            text(contrast.by),
            text(effect_text(each)),
            numeric(contrast.measure.size(contrast.smallest), contrast.smallest),
            numeric(p_text(each), each.p_against if each.outcome == "fails" else each.p_for),
            numeric(str(len(contrast.gains)), len(contrast.gains)),
            text(f"{contrast.run}: {_keys(contrast.records)}"),
        )
        rows.append(Row(cells, marked=each.outcome == "untested"))
    return View(f"claim-{verdict.claim.name}", "What was compared", columns, tuple(rows))


def _keys(records: Sequence[str]) -> str:
    shown = ", ".join(records[:2])
    return f"{shown} and {len(records) - 2} more" if len(records) > 2 else shown
