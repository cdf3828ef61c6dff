"""Do fully connected networks do well on structured data, beside gradient boosting?"""

from report.claims.base import Claim
from report.claims.tables import beside_baselines, is_boosting

CLAIM = Claim(
    name="tables-boosting",
    sentence="On structured data, fully connected networks are no worse than gradient boosting",
    topic="networks",
    asks="not behind",
    contrasts=beside_baselines(is_boosting),
    method="Every table that has this baseline. No worse means a loss below four equivalence margins: 2 points of "
    "accuracy, or 0.04 of R².",
    decided_by="gradient boosting beside them, `threefold run --study families`",
    fewest_data_sets=2,
)
