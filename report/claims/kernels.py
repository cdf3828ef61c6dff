"""What claims on kernel sizes have in common: at each depth, kernels of each size beside those of the next smaller."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from report.claims.base import Contrast
from report.claims.contrasts import contrast
from report.claims.evidence import Evidence
from report.claims.variants import override, with_overrides
from report.text.formatting import counted

STUDY = "depth-and-kernels"
#: A kernel of one pixel sees no neighbours.
PIXEL = 1


def larger_kernels(wanted: Callable[[int], bool]) -> Callable[[Evidence], Iterator[Contrast]]:
    """The contrasts of a claim that larger kernels do better than the next smaller ones.

    Args:
        wanted: whether the smaller of two sizes is what the claim speaks of.
    """

    def contrasts(evidence: Evidence) -> Iterator[Contrast]:
        for (task, _), variants in evidence.variants(STUDY).items():
            channels = {len(override(each, "channels")): override(each, "channels") for each in variants}
            sizes = sorted({override(each, "kernel_size") for each in variants})
            for depth in sorted(channels):
                for less, more in pairwise(sizes):
                    large, small = (
                        with_overrides(variants, kernel_size=size, channels=channels[depth]) for size in (more, less)
                    )
                    place = f"{task}, {counted(depth, 'layer')}, {less} to {more}"
                    if large is None or small is None or not wanted(less):
                        continue
                    if (pair := contrast(large, small, place)) is not None:
                        yield pair.between(f"{more} × {more}", f"{less} × {less}")

    return contrasts
