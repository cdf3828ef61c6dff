"""Do kernels larger than the smallest that see neighbours classify images better still?"""

from report.claims.base import Claim
from report.claims.kernels import PIXEL, larger_kernels

CLAIM = Claim(
    name="cnn-kernel-large",
    sentence="Kernels larger than 3 × 3 classify images better",
    topic="networks",
    asks="ahead",
    contrasts=larger_kernels(lambda smaller: smaller > PIXEL),
    method="At each depth, kernels of each size beside those of the next smaller one that sees neighbours, all else "
    "alike. Worth mentioning is a difference of 0.5 points of accuracy.",
    decided_by="`threefold run --study depth-and-kernels`",
    places="depth",
)
