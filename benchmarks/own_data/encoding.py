"""The inputs of a user's own table as numbers; everything is fitted on the training part."""

from typing import Any

from benchmarks.own_data.definition import Definition


def table_encoder(definition: Definition) -> Any:
    """An unfitted transformer of the loaded table to as many columns as `Definition.width` says.

    Numbers get the median for missing values, then mean 0 and deviation 1; a column of 0 and 1 says where values were
    missing; each category has a column of 0 and 1.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    from benchmarks.own_data.loading import loaded_names

    numbers = [name for column in definition.used if column.role != "category" for name in loaded_names(column)]
    gaps = [
        name
        for column in definition.used
        if column.role != "category" and column.missing
        for name in loaded_names(column)
    ]
    categories = [column for column in definition.used if column.role == "category"]
    scaled = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    one_hot = OneHotEncoder(categories=[list(each.categories) for each in categories], sparse_output=False)
    parts = [
        ("numbers", scaled, numbers),
        ("missing", MissingIndicator(features="all"), gaps),
        ("categories", one_hot, [column.name for column in categories]),
    ]
    return ColumnTransformer([part for part in parts if part[2]])
