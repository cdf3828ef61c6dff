"""Does depth help convolutional networks?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.variants import override, with_overrides
from report.text.formatting import counted

STUDY = "depth-and-kernels"
#: One pixel sees no neighbours: how deep such a network is says nothing about convolution.
SMALLEST_KERNEL = 3


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """For each kernel size, the deepest network beside the one of a single layer."""
    for (task, _), variants in evidence.variants(STUDY).items():
        depths = sorted((override(each, "channels") for each in variants), key=len)
        for kernel in sorted({override(each, "kernel_size") for each in variants}):
            deep, flat = (with_overrides(variants, kernel_size=kernel, channels=depths[end]) for end in (-1, 0))
            if kernel < SMALLEST_KERNEL or deep is None or flat is None:
                continue
            if (pair := contrast(deep, flat, f"{task}, kernel {kernel} × {kernel}")) is not None:
                yield pair.between(*(counted(len(override(each, "channels")), "layer") for each in (deep, flat)))


CLAIM = Claim(
    name="cnn-depth",
    sentence="Deeper convolutional networks classify images better",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="For each kernel size of at least 3 × 3, the network with most layers beside that with one, all else alike. "
    "Worth mentioning is a difference of 0.5 points of accuracy.",
    decided_by="`threefold run --study depth-and-kernels`",
    places="kernel size",
)
