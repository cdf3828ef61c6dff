"""From CSV bytes to a table whose text columns have declared categories."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.datasets.errors import DatasetCorrupt

if TYPE_CHECKING:
    import pandas as pd


def read_table(content: bytes, categories: Mapping[str, Sequence[str]]) -> "pd.DataFrame":
    """Read a CSV file with a header line: text columns become categorical, every other column float64.

    Args:
        content: the file's content.
        categories: text column -> all categories it may have.

    Raises:
        DatasetCorrupt: it is no such table, or a value is not among the declared categories.
    """
    import pandas as pd

    try:
        table = pd.read_csv(io.BytesIO(content), keep_default_na=False)
        if table.empty:
            raise DatasetCorrupt("the table has no rows")
        for name, declared in categories.items():
            if unknown := set(table[name]).difference(declared):
                raise DatasetCorrupt(f"the table's column {name!r} has undeclared values, such as {unknown.pop()!r}")
        numbers = {name: "float64" for name in table.columns if name not in categories}
        return table.astype(numbers | {name: pd.CategoricalDtype(list(each)) for name, each in categories.items()})
    except (ValueError, KeyError) as error:
        raise DatasetCorrupt(f"the table cannot be read: {str(error).splitlines()[0]}") from error
