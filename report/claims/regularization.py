"""What claims on dropout and weight decay have in common: the gap between training and held-out results."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.metrics.evaluate import metric_of
from benchmarks.records.results import SplitResult
from report.claims.base import Contrast
from report.claims.evidence import Evidence
from report.claims.measures import Measure, measure_of, smallest_effect
from report.claims.trained import Trained
from report.claims.variants import contrast_of, override, with_overrides
from report.statistics.intervals import mean_of

STUDY = "dropout-and-decay"
LOSS = "log_loss"
NONE = {"dropout": 0.0, "weight_decay": 0.0}


def closing_the_gap(field: str, title: str) -> Callable[[Evidence], Iterator[Contrast]]:
    """The contrasts of a claim that one regularizer narrows the gap: its strongest setting beside none of either.

    By the task's principal metric, and by the loss, on which training acts and in which overfitting shows first.
    """

    def contrasts(evidence: Evidence) -> Iterator[Contrast]:
        for (task, _), variants in evidence.variants(STUDY).items():
            strongest = max((override(each, field) for each in variants), default=0.0)
            without, most = with_overrides(variants, **NONE), with_overrides(variants, **(NONE | {field: strongest}))
            if without is None or most is None or without is most:
                continue
            for metric in dict.fromkeys((without.metric, LOSS)):
                if values := without.values(metric):
                    pair = contrast_of(
                        most,
                        without,
                        partial(_minus_gap, metric),
                        Measure(metric, "metric", -1),
                        smallest_effect(metric, mean_of(values)),
                        f"{task}, {metric_of(metric).title}",
                        (f"{title} {strongest:g}", "none"),
                    )
                    if pair is not None:
                        yield pair

    return contrasts


def _minus_gap(metric: str, _: Trained, split: SplitResult) -> float:
    """How much worse the network is on the test part than on its training examples, as a negative number."""
    measure = measure_of(metric)
    if measure is None or split.train_metrics is None:
        return math.nan
    return measure.sign * (split.metrics[metric] - split.train_metrics.get(metric, math.nan))
