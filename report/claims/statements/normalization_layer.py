"""Does layer normalization help a deep network at a large learning rate?"""

from report.claims.normalizing import normalization_claim

CLAIM = normalization_claim("layer")
