"""Do Transformers gain more from data than recurrent networks, and at which cost?"""

from collections.abc import Iterator, Sequence
from statistics import median

from report.claims.base import Claim, Contrast, Judged
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.trained import Trained
from report.text.formatting import number

STUDY = "recurrent-and-attention"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """By task and size: the Transformer's lead at the largest amount of data beside its lead at the smallest, over each
    recurrent network (to pick the best of them by these results would favour one of the two).
    """
    for place, opponents in _leads(evidence).items():
        for opponent, amounts in opponents.items():
            few, many = amounts[min(amounts)], amounts[max(amounts)]
            if len(amounts) > 1 and len(few.gains) == len(many.gains):
                yield Contrast(
                    place=place,
                    first=f"lead with {max(amounts):,} examples",
                    second=f"lead with {min(amounts):,}, over {opponent}",
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
    """From which amount of data on the Transformer's mean is ahead of all, and how long it trains beside the others."""
    parts = []
    for place, opponents in _leads(evidence).items():
        sizes = sorted(set.intersection(*(set(amounts) for amounts in opponents.values())))
        behind = [size for size in sizes if any(sum(amounts[size].gains) <= 0 for amounts in opponents.values())]
        onwards = [size for size in sizes if not behind or size > behind[-1]]
        where = f"from {onwards[0]:,} examples on" if onwards else f"not with {max(sizes):,} examples"
        parts.append(f"{place}: {where}")
    if not parts:
        return ""
    costs = [cost for pair in _pairs(evidence).values() if (cost := _cost(*pair)) is not None]
    costly = f"It trains {number(median(costs), 2)} times as long in the median." if costs else ""
    return f"Its mean is ahead, {'; '.join(parts)}. {costly}".strip()


def _leads(evidence: Evidence) -> dict[str, dict[str, dict[int, Contrast]]]:
    """Task and size of the networks -> recurrent network -> training examples -> the Transformer beside it."""
    leads: dict[str, dict[str, dict[int, Contrast]]] = {}
    for (place, opponent, examples), (transformer, recurrent) in _pairs(evidence).items():
        if (pair := contrast(transformer, recurrent)) is not None:
            leads.setdefault(place, {}).setdefault(opponent, {})[examples] = pair
    return leads


def _pairs(evidence: Evidence) -> dict[tuple[str, str, int], tuple[Trained, Trained]]:
    """Task and size, recurrent network and training examples -> the Transformer, and that network."""
    transformers: dict[tuple[str, int], Trained] = {}
    others: dict[tuple[str, str, int], Trained] = {}
    for (task, _), variants in evidence.variants(STUDY).items():
        for each in variants:
            examples, variant = each.cell.train_examples, each.cell.variant
            if examples is None or variant is None:
                continue
            size = next((word for word in ("small", "large") if word in variant.name), "")
            place = f"{task}, {size}" if size else task
            if each.cell.network == "transformer":
                transformers[place, examples] = each
            elif each.cell.network in ("recurrent", "seq2seq"):
                others[place, each.title, examples] = each
    return {
        (place, title, examples): (transformers[place, examples], each)
        for (place, title, examples), each in others.items()
        if (place, examples) in transformers
    }


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
    method="The Transformer's lead over each recurrent network of the same size with most training examples, "
    "beside that with fewest, seed by seed. Worth mentioning is a metric's equivalence margin.",
    decided_by="`threefold run --study recurrent-and-attention`",
)
