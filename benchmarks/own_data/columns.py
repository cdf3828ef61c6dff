"""What a column holds: numbers, categories, dates, or nothing to learn from; and the column as it is loaded."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.own_data.definition import MISSING, OTHER, Column, Role
from benchmarks.own_data.errors import OwnDataError

if TYPE_CHECKING:
    import pandas as pd

#: Categories that have an input of their own; the rarer ones share one.
MOST_CATEGORIES = 50
#: Text columns in which more than this share of the values differ are names or free text, not categories.
DISTINCT_SHARE = 0.5
#: A text column in which more than this share are numbers is one of numbers with slips in it.
NUMBERS_SHARE = 0.9
#: Below this many rows, whole numbers that all differ may be a measurement.
FEWEST_IDENTIFIERS = 20
#: Networks read numbers in single precision, after their squares have been summed.
LARGEST = 1e38
IDENTIFIER = re.compile(r"(?i)^(unnamed.*|index|idx|row.*|no|nr|uuid|guid|key|(.*[ _.-])?id)$")
#: How a date may be written -> its pattern; what is tried is what every value matches.
DATES = {
    r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d",
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?": "ISO8601",
    r"\d{4}/\d{2}/\d{2}": "%Y/%m/%d",
    r"\d{1,2}\.\d{1,2}\.\d{4}": "%d.%m.%Y",
    r"\d{1,2}/\d{1,2}/\d{4}": "%m/%d/%Y",
}
DAY_FIRST = "%d/%m/%Y"


def understand(name: str, values: "pd.Series", given: Role | None = None) -> Column:
    """What the column is, and what is said about it.

    Args:
        name: its name.
        values: as read.
        given: the role that the user chose; None infers it.

    Raises:
        OwnDataError: its values cannot be used; the message names the column and, where there is one, the row.
    """
    if given == "skip":
        return Column(name=name, role="skip", remark="left out, as asked")
    present = values.dropna()
    missing = len(present) < len(values)
    if len(present) == 0:
        return Column(name=name, role="skip", remark="left out: it is empty")
    try:
        distinct = int(present.nunique())
    except TypeError:
        raise OwnDataError(f"column {name!r}: holds lists or records, no single values; flatten it") from None
    if distinct == 1 and not missing:
        return Column(name=name, role="skip", remark="left out: all its values are the same")
    remark = f"{len(values) - len(present):,} missing" if missing else ""
    if values.dtype.kind == "c":
        raise OwnDataError(f"column {name!r}: holds complex numbers; give real and imaginary part as two columns")
    kind = "date" if values.dtype.kind == "M" else "number" if values.dtype.kind in "iufm" else "text"
    if kind == "text" and all(isinstance(each, bool | np.bool_) for each in present):
        given = given or "category"
    if given == "category":
        return _categories(name, values, remark)
    if kind != "text" and given not in (None, kind):
        raise OwnDataError(f"column {name!r}: holds {kind}s, no {given}s; give --column {name}={kind}")
    if kind == "date":
        return Column(name=name, role="date", missing=missing, remark=remark)
    if kind == "number" or given == "number":
        return _numbers(name, values, present, missing, remark, asked=given == "number")
    return _text(name, values, present, missing, remark, given)


def as_loaded(column: Column, values: "pd.Series") -> "Iterator[tuple[str, pd.Series]]":
    """The column as the data set has it: numbers as float64, categories as such, a date as three numbers."""
    import pandas as pd

    if column.role == "number":
        yield column.name, numbers_of(values).astype("float64")
    elif column.role == "category":
        yield column.name, pd.Series(_category_of(column, values), index=values.index, name=column.name)
    elif column.role == "date":
        dates = _dates(column, values)
        days = (dates - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        angle = 2 * np.pi * dates.dt.day_of_year / 365.25
        yield f"{column.name} (days)", days.astype("float64")
        yield f"{column.name} (sine of the year)", np.sin(angle).astype("float64")
        yield f"{column.name} (cosine of the year)", np.cos(angle).astype("float64")


def numbers_of(values: "pd.Series") -> "pd.Series":
    """The values as numbers, nan where there is none; time spans in days."""
    import pandas as pd

    if values.dtype.kind == "m":
        days: pd.Series[float] = values.dt.total_seconds() / 86_400
        return days
    return pd.to_numeric(values, errors="coerce")


def _numbers(
    name: str, values: "pd.Series", present: "pd.Series", missing: bool, remark: str, *, asked: bool
) -> Column:
    numbers = numbers_of(values)
    if asked and (numbers.isna() & values.notna()).any():
        raise _not_a_number(name, values, numbers)
    if np.isinf(numbers.to_numpy("float64", na_value=np.nan)).any():
        row = int(np.flatnonzero(np.isinf(numbers.to_numpy("float64", na_value=np.nan)))[0])
        raise OwnDataError(f"column {name!r}, row {row + 1}: holds an infinite value; put it right or leave it empty")
    large = numbers.abs().to_numpy("float64", na_value=0.0) > LARGEST
    if large.any():
        row = int(np.flatnonzero(large)[0])
        raise OwnDataError(
            f"column {name!r}, row {row + 1}: holds {values.iloc[row]}, which no network can read; put it right, leave "
            "it empty, or take its logarithm"
        )
    if not asked and _numbers_rows(name, present):
        return Column(name=name, role="skip", remark="left out: it numbers the rows (--column NAME=number keeps it)")
    return Column(name=name, role="number", missing=missing, remark=remark)


def _numbers_rows(name: str, present: "pd.Series") -> bool:
    """Whether the column is an identifier: whole numbers that all differ, one after the other or called so."""
    if len(present) < FEWEST_IDENTIFIERS or present.dtype.kind not in "iu" or not present.is_unique:
        return False
    return bool(int(present.max()) - int(present.min()) == len(present) - 1 or IDENTIFIER.match(name))


def _text(
    name: str, values: "pd.Series", present: "pd.Series", missing: bool, remark: str, given: Role | None
) -> Column:
    texts = present.astype(str).str.strip()
    date_format = _date_format(texts) if given in (None, "date") else ""
    if date_format:
        ambiguous = date_format == "%m/%d/%Y" and not texts.str.match(r"\d{1,2}/(?:1[3-9]|[23]\d)/").any()
        note = "read as month/day/year" if ambiguous else ""
        remark = "; ".join(filter(None, (remark, note)))
        return Column(name=name, role="date", missing=missing, date_format=date_format, remark=remark)
    if given == "date":
        raise OwnDataError(f"column {name!r}: its values ({texts.iloc[0]!r}, …) are no dates such as 2024-12-31")
    numbers = numbers_of(values)
    if numbers.notna().sum() == len(present):  # as a Parquet file may hold them, or whole numbers of twenty digits
        return _numbers(name, numbers, numbers_of(present), missing, remark, asked=False)
    if numbers.notna().sum() >= NUMBERS_SHARE * len(present):
        raise _not_a_number(name, values, numbers)
    if len(present) >= FEWEST_IDENTIFIERS and texts.nunique() > DISTINCT_SHARE * len(present):
        what = "names or free text, since most values differ"
        return Column(name=name, role="skip", remark=f"left out: {what} (--text NAME classifies by it)")
    return _categories(name, values, remark)


def _not_a_number(name: str, values: "pd.Series", numbers: "pd.Series") -> OwnDataError:
    rows = np.flatnonzero((numbers.isna() & values.notna()).to_numpy())
    return OwnDataError(
        f"column {name!r}: {len(rows)} of its values are no numbers ({str(values.iloc[rows[0]])!r} in row "
        f"{rows[0] + 1}); put them right, leave them empty, or give --column {name}=category"
    )


def _categories(name: str, values: "pd.Series", remark: str) -> Column:
    texts = values.dropna().astype(str).str.strip()
    counts = texts.value_counts()
    # By frequency, then by name: the choice must not hang on the order of the rows.
    ranked = sorted(counts.index, key=lambda each: (-int(counts[each]), each))
    kept = sorted(ranked[:MOST_CATEGORIES])
    extra: Sequence[str] = [OTHER] if len(ranked) > MOST_CATEGORIES else []
    if extra:
        remark = "; ".join(filter(None, (remark, f"{len(ranked) - MOST_CATEGORIES:,} rare categories share an input")))
    if values.isna().any():
        extra = [*extra, MISSING]
    extra = [each for each in extra if each not in kept]  # a file may call a category so itself
    return Column(name=name, role="category", categories=(*kept, *extra), remark=remark)


def _category_of(column: Column, values: "pd.Series") -> "pd.Categorical":
    import pandas as pd

    known = list(column.categories)
    texts = values.astype("object").where(values.isna(), values.astype(str).str.strip())
    texts = texts.where(values.notna(), MISSING)
    texts = texts.where(texts.isin(known), OTHER)
    return pd.Categorical(texts, categories=known)


def _date_format(texts: "pd.Series") -> str:
    """How all the texts write dates; empty where they are none."""
    import pandas as pd

    for pattern, date_format in DATES.items():
        if texts.str.fullmatch(pattern).all():
            # A day above 12 in the first place decides between day/month and month/day.
            day_first = date_format == "%m/%d/%Y" and texts.str.match(r"(?:1[3-9]|[23]\d)/").any()
            chosen = DAY_FIRST if day_first else date_format
            return chosen if pd.to_datetime(texts, format=chosen, errors="coerce", utc=True).notna().all() else ""
    return ""


def _dates(column: Column, values: "pd.Series") -> "pd.Series":
    import pandas as pd

    if not column.date_format:
        dates = values
    else:
        texts = values.astype("object").where(values.isna(), values.astype(str).str.strip())
        dates = pd.to_datetime(texts, format=column.date_format, utc=True)
    return dates.dt.tz_convert(None) if dates.dt.tz is not None else dates
