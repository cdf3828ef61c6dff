"""Is Adam better than SGD when both are tuned alike?"""

import math
from collections.abc import Iterator, Sequence

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence, Trained
from report.claims.measures import measure_of, smallest_effect
from report.claims.variants import override
from report.tables.accuracy import resampling_ratio

STUDY = "optimizers"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """On each task, Adam beside SGD, each with the learning rate that its validation part prefers in each split."""
    for (task, recipe), variants in evidence.variants(STUDY).items():
        adam, sgd = ([each for each in variants if override(each, "optimizer") == name] for name in ("adam", "sgd"))
        measure = measure_of(variants[0].metric)
        if not adam or not sgd or measure is None:
            continue
        results = [_tuned(side) for side in (adam, sgd)]
        splits = sorted(results[0].keys() & results[1].keys())
        first = adam[0]
        if splits:
            compared = [results[1][split] for split in splits]
            yield Contrast(
                place=f"{task}, {recipe}",
                first="Adam",
                second="SGD",
                by=f"{first.cell.implementation}, each tuned on {len(adam)} learning rates",
                measure=measure,
                gains=tuple(measure.sign * (results[0][split] - results[1][split]) for split in splits),
                smallest=smallest_effect(first.metric, sum(compared) / len(compared)),
                test_to_train=resampling_ratio(first.run, first.cell, first.result.splits),
                run=first.run.label,
                records=tuple(each.key for each in (*adam, *sgd)),
            )


def _tuned(optimizer: Sequence[Trained]) -> dict[tuple[int, int], float]:
    """Seed and fold -> test metric with the learning rate of the best validation metric."""
    metric = optimizer[0].metric
    measure = measure_of(metric)
    best: dict[tuple[int, int], tuple[float, float]] = {}
    for each in optimizer:
        for split in each.result.splits:
            if split.validation_metrics is not None and measure is not None:
                pair = (measure.sign * split.validation_metrics[metric], split.metrics[metric])
                if not all(map(math.isfinite, pair)):  # a learning rate with which it diverged is not chosen
                    continue
                best[split.seed, split.fold] = max(best.get((split.seed, split.fold), pair), pair)
    return {place: test for place, (_, test) in best.items()}


CLAIM = Claim(
    name="adam-tuned",
    sentence="Tuned alike, Adam reaches better results than SGD",
    topic="training",
    asks="ahead",
    contrasts=contrasts,
    method="Both with the same learning rates, of which each split's validation part chooses one for each; the test "
    "part is compared. Worth mentioning is a metric's equivalence margin, or 5 % of an error.",
    decided_by="`threefold run --study optimizers`",
    fewest_places=2,
)
