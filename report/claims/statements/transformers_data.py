"""Do Transformers gain more from data than recurrent networks, and at which cost?"""

from collections.abc import Iterator, Sequence
from statistics import median

from report.claims.base import Claim, Contrast, Judged
from report.claims.evidence import Evidence, Trained, contrast
from report.text.formatting import number

STUDY = "recurrent-and-attention"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """By task and size: the Transformer's lead at the largest amount of data beside its lead at the smallest."""
    for place, amounts in _leads(evidence).items():
        few, many = amounts[min(amounts)], amounts[max(amounts)]
        if len(amounts) > 1 and len(few.gains) == len(many.gains):
            yield Contrast(
                place=place,
                first=f"lead with {max(amounts):,} examples",
                second=f"with {min(amounts):,}",
                by=many.by,
                measure=many.measure,
                gains=tuple(late - early for late, early in zip(many.gains, few.gains, strict=True)),
                smallest=many.smallest,
                test_to_train=many.test_to_train,
                run=many.run,
                records=(*many.records, *few.records),
                data=many.data,
            )


def remark(evidence: Evidence, _: Sequence[Judged]) -> str:
    """From which amount of data on the Transformer's mean is ahead, and how long it trains beside the other."""
    parts = []
    for place, amounts in _leads(evidence).items():
        ahead = [size for size, lead in amounts.items() if sum(lead.gains) > 0]
        onwards = [size for size in sorted(ahead) if all(larger in ahead for larger in amounts if larger >= size)]
        where = f"from {onwards[0]:,} examples on" if onwards else f"at no size up to {max(amounts):,} examples"
        parts.append(f"{place}: {where}")
    if not parts:
        return ""
    costs = [cost for pair in _pairs(evidence).values() if (cost := _cost(*pair)) is not None]
    costly = f"It trains {number(median(costs), 2)} times as long in the median." if costs else ""
    return f"Its mean is ahead, {'; '.join(parts)}. {costly}".strip()


def _leads(evidence: Evidence) -> dict[str, dict[int, Contrast]]:
    """Task and size of the networks -> training examples -> the Transformer beside the recurrent network."""
    leads: dict[str, dict[int, Contrast]] = {}
    for (place, examples), (transformer, recurrent) in _pairs(evidence).items():
        if (pair := contrast(transformer, recurrent)) is not None:
            leads.setdefault(place, {})[examples] = pair
    return leads


def _pairs(evidence: Evidence) -> dict[tuple[str, int], tuple[Trained, Trained]]:
    networks: dict[tuple[str, int], dict[bool, Trained]] = {}
    for (task, _), variants in evidence.variants(STUDY).items():
        for each in variants:
            examples = each.cell.train_examples
            if examples is None or each.cell.network not in ("transformer", "recurrent", "seq2seq"):
                continue
            assert each.cell.variant is not None
            size = next((word for word in ("small", "large") if word in each.cell.variant.name), "")
            sides = networks.setdefault((f"{task}, {size}" if size else task, examples), {})
            attends = each.cell.network == "transformer"
            # Of several recurrent networks the best one.
            if attends not in sides or each.mean > sides[attends].mean:
                sides[attends] = each
    return {place: (sides[True], sides[False]) for place, sides in networks.items() if len(sides) == 2}


def _cost(transformer: Trained, recurrent: Trained) -> float | None:
    """Training time over training time; None without learning curves, or by machines of several kinds."""
    if len(transformer.run.trained_on | recurrent.run.trained_on) > 1:
        return None
    seconds = [
        [split.curve[-1].train_seconds for split in each.result.splits if split.curve]
        for each in (transformer, recurrent)
    ]
    return median(seconds[0]) / median(seconds[1]) if all(seconds) else None


CLAIM = Claim(
    name="transformers-data",
    sentence="Transformers gain more from data than recurrent networks",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    remark=remark,
    method="The Transformer's lead over the best recurrent network of the same size with most training examples, "
    "beside that with fewest, seed by seed. Worth mentioning is a metric's equivalence margin.",
    decided_by="`threefold run --study recurrent-and-attention`",
)
