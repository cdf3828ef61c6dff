"""Do larger kernels help convolutional networks?"""

from collections.abc import Iterator

from report.claims.base import Claim, Contrast
from report.claims.evidence import Evidence, contrast
from report.claims.variants import override, with_overrides
from report.text.formatting import counted

STUDY = "depth-and-kernels"


def contrasts(evidence: Evidence) -> Iterator[Contrast]:
    """At each depth, the largest kernels beside the smallest."""
    for (task, _), variants in evidence.variants(STUDY).items():
        channels = {len(override(each, "channels")): override(each, "channels") for each in variants}
        sizes = sorted({override(each, "kernel_size") for each in variants})
        for depth in sorted(channels):
            large, small = (
                with_overrides(variants, kernel_size=sizes[end], channels=channels[depth]) for end in (-1, 0)
            )
            if large is None or small is None or large is small:
                continue
            if (pair := contrast(large, small, f"{task}, {counted(depth, 'layer')}")) is not None:
                yield pair.between(f"{sizes[-1]} × {sizes[-1]}", f"{sizes[0]} × {sizes[0]}")


CLAIM = Claim(
    name="cnn-kernel",
    sentence="Larger kernels classify images better",
    topic="networks",
    asks="ahead",
    contrasts=contrasts,
    method="At each depth, the largest kernels beside the smallest, all else alike. Worth mentioning is a difference "
    "of 0.5 points of accuracy.",
    decided_by="`threefold run --study depth-and-kernels`",
    places="depth",
)
