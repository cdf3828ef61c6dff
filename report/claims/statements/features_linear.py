"""Do convolutional layers learn features by which a linear classifier does better than by pixels?"""

from collections.abc import Iterator, Sequence

from benchmarks.records.results import SplitResult
from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence
from report.claims.measures import measure_of, smallest_effect
from report.claims.trained import Trained
from report.claims.variants import override
from report.tables.accuracy import resampling_ratio
from report.text.formatting import counted

STUDY = "depth-and-kernels"
INPUTS = "inputs"
#: A kernel of one pixel sees no neighbours: such a layer's features are hardly more than the pixels.
SMALLEST_KERNEL = 3


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """For each network, a linear classifier on its last convolution's features beside one on the pixels."""
    for (task, _), variants in evidence.variants(STUDY).items():
        for each in variants:
            kernel, channels = override(each, "kernel_size"), override(each, "channels")
            splits = [split for split in each.result.splits if split.probes]
            if channels and kernel is not None and kernel >= SMALLEST_KERNEL and splits:
                yield _contrast(each, splits, f"convolution_{len(channels) - 1}", _place(task, len(channels), kernel))


def _place(task: str, layers: int, kernel: int) -> str:
    return f"{task}, {counted(layers, 'layer')}, kernel {kernel} × {kernel}"


def _contrast(each: Trained, splits: Sequence[SplitResult], layer: str, place: str) -> Contrast:
    measure = measure_of("accuracy")
    assert measure is not None
    probed = [{probe.layer: probe.accuracy for probe in split.probes} for split in splits]
    return Contrast(
        place=place,
        first="features of the last convolution",
        second="pixels",
        by="logistic regression on standardized features",
        measure=measure,
        gains=tuple(here[layer] - here[INPUTS] for here in probed if layer in here and INPUTS in here),
        smallest=smallest_effect("accuracy", 1.0),
        test_to_train=resampling_ratio(each.run, each.cell, splits),
        run=each.run.label,
        records=(each.key,),
        data=each.facts.dataset,
    )


CLAIM = Claim(
    name="features-linear",
    sentence="Convolutional networks extract features by which a linear classifier does better than by the pixels",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="Of each network with kernels of at least 3 × 3, a logistic regression on what its last convolution hands "
    "on, beside one on the pixels: both fitted on the training part, after the first training of each seed. Worth "
    "mentioning is a difference of 0.5 points of accuracy.",
    decided_by="`threefold run --study depth-and-kernels`",
    places="network",
)
