"""Unfitted scikit-learn transformers of tables; imported where used, for workers must not wait for scikit-learn."""

from collections.abc import Mapping, Sequence
from typing import Any


def standard_scaler() -> Any:
    """Every column to mean 0 and deviation 1."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler()


def mixed_columns(categories: Mapping[str, Sequence[str]]) -> Any:
    """A 0/1 column for each category of each text column, then all other columns to mean 0 and deviation 1.

    Args:
        categories: text column -> all its categories, as the data set declares them, so that every split gets the same
            columns even where a rare category is missing from its training part.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    one_hot = OneHotEncoder(categories=[list(names) for names in categories.values()], sparse_output=False)
    return ColumnTransformer([("categories", one_hot, list(categories))], remainder=StandardScaler())
