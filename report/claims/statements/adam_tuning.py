"""Does Adam need less tuning than SGD?"""

from collections.abc import Iterator, Sequence

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.measures import Measure, measure_of, smallest_effect
from report.claims.trained import Trained
from report.claims.variants import override
from report.tables.accuracy import resampling_ratio

STUDY = "optimizers"
#: A learning rate works if its result is within this many equivalence margins of the best of both optimizers.
MARGINS = 4
WORKING = Measure("learning rates that work", "plain")


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task, how many of the same learning rates work with Adam and with SGD, split by split."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        adam, sgd = ([each for each in variants if override(each, "optimizer") == name] for name in ("adam", "sgd"))
        if adam and sgd:
            best = max((*adam, *sgd), key=lambda each: each.mean)
            counts = [_working(side, best) for side in (adam, sgd)]
            yield Contrast(
                place=f"{task}, {recipe}",
                first="Adam",
                second="SGD",
                by=best.cell.implementation,
                measure=WORKING,
                gains=tuple(float(one - other) for one, other in zip(*counts, strict=True)),
                smallest=1.0,
                test_to_train=resampling_ratio(best.run, best.cell, best.result.splits),
                run=best.run.label,
                records=tuple(each.key for each in (*adam, *sgd)),
                data=best.facts.dataset,
            )


def _working(optimizer: Sequence[Trained], best: Trained) -> list[int]:
    """For each split the number of learning rates that come near the best; one that diverged has no result."""
    metric, measure = best.metric, measure_of(best.metric)
    if measure is None:
        return []
    tolerance = MARGINS * smallest_effect(metric, best.mean)
    counts = []
    for split in best.result.splits:
        bar = measure.sign * split.metrics[metric] - tolerance
        here = [
            measure.sign * other.metrics[metric]
            for each in optimizer
            for other in each.result.splits
            if (other.seed, other.fold) == (split.seed, split.fold)
        ]
        counts.append(sum(value >= bar for value in here))
    return counts


CLAIM = Claim(
    name="adam-tuning",
    sentence="Adam needs less tuning than SGD: more learning rates work",
    topic="training",
    asks="ahead",
    contrasts=contrasts,
    method="Both with the same learning rates over three and a half decades, on one task of each family. A learning "
    "rate works if its result is within four equivalence margins (2 points of accuracy, 20 % of an error) of the best "
    "one of both. Worth mentioning is one learning rate.",
    decided_by="`threefold run --study optimizers`",
    fewest_data_sets=2,
)
