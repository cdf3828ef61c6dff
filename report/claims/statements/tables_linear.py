"""Do fully connected networks do well on structured data, beside linear models?"""

from report.claims.base import Claim
from report.claims.tables import beside_baselines, is_linear

CLAIM = Claim(
    name="tables-linear",
    sentence="On structured data, fully connected networks are no worse than linear models",
    topic="networks",
    asks="not behind",
    contrasts=beside_baselines(is_linear),
    method="Every table that has this baseline. No worse means a loss below four equivalence margins: 2 points of "
    "accuracy, or 0.04 of R².",
    decided_by="larger tables, `threefold run --study families`",
    fewest_data_sets=2,
)
