"""Tables of the kind that the UCI repository has, made from fixed seeds; and ten broken ones."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd


def iris_like(folder: Path) -> tuple[Path, str]:
    """150 rows, four measurements, three classes of equal size."""
    generator = np.random.default_rng(0)
    kinds = np.repeat(np.arange(3), 50)
    measured = np.array([[5, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3, 5.6, 2]])[kinds]
    frame = pd.DataFrame(measured + 0.3 * generator.standard_normal((150, 4)), columns=["sl", "sw", "pl", "pw"]).round(
        1
    )
    frame["kind"] = np.array(["setosa", "versicolor", "virginica"])[kinds]
    path = folder / "iris.csv"
    frame.to_csv(path, index=False)
    return path, "kind"


def credit_like(folder: Path) -> tuple[Path, str]:
    """1,000 rows: numbers and categories with gaps, an identifier, a constant; semicolons and decimal commas."""
    generator = np.random.default_rng(1)
    age = generator.integers(19, 75, 1000).astype(float)
    amount = generator.lognormal(8, 1, 1000)
    purpose = generator.choice(["car", "house", "school", "other"], 1000, p=[0.5, 0.3, 0.15, 0.05])
    risk = age / 20 - np.log(amount) + (purpose == "car") + generator.standard_normal(1000)
    frame = pd.DataFrame({"id": np.arange(1000) + 4711, "age": age, "amount": amount.round(2), "purpose": purpose})
    frame["bank"] = "ours"
    frame.loc[generator.choice(1000, 80, replace=False), "age"] = np.nan
    frame.loc[generator.choice(1000, 60, replace=False), "purpose"] = np.nan
    frame["good"] = np.where(risk > np.median(risk), "yes", "no")
    path = folder / "credit.csv"
    frame.to_csv(path, sep=";", decimal=",", index=False, na_rep="?")
    return path, "good"


def letters_like(folder: Path) -> tuple[Path, str]:
    """5,000 rows, 16 whole numbers, 26 classes; Parquet."""
    generator = np.random.default_rng(2)
    letters = generator.integers(0, 26, 5000)
    centres = generator.integers(2, 14, (26, 16))
    features = np.clip(np.rint(centres[letters] + generator.standard_normal((5000, 16))), 0, 15).astype(int)
    frame = pd.DataFrame(features, columns=[f"f{number}" for number in range(16)])
    frame["letter"] = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))[letters]
    path = folder / "letters.parquet"
    frame.to_parquet(path)
    return path, "letter"


def rentals_like(folder: Path) -> tuple[Path, str]:
    """800 rows, dates, a boolean, categories and a count to predict; tabs, packed by gzip."""
    generator = np.random.default_rng(3)
    days = pd.date_range("2021-01-01", periods=800)
    holiday = generator.random(800) < 0.1
    weather = generator.choice(["sun", "rain", "snow"], 800)
    warmth = -np.cos(2 * np.pi * days.day_of_year / 365.25)
    count = 500 + 300 * warmth - 150 * (weather != "sun") + 80 * holiday + 40 * generator.standard_normal(800)
    frame = pd.DataFrame(
        {"day": days.strftime("%d.%m.%Y"), "holiday": holiday, "weather": weather, "count": count.round()}
    )
    path = folder / "rentals.tsv.gz"
    path.write_bytes(gzip.compress(frame.to_csv(sep="\t", index=False).encode()))
    return path, "count"


def houses_like(folder: Path) -> tuple[Path, str]:
    """100,000 rows, eight columns and a price, as arrays."""
    generator = np.random.default_rng(4)
    columns = generator.standard_normal((100_000, 8)).astype(np.float32)
    price = columns @ np.arange(8) + np.where(columns[:, 0] > 0, 5, 0) + generator.standard_normal(100_000)
    path = folder / "houses.npz"
    np.savez(path, X=columns, price=price)
    return path, "price"


TABLES: dict[str, Callable[[Path], tuple[Path, str]]] = {
    "iris": iris_like,
    "credit": credit_like,
    "letters": letters_like,
    "rentals": rentals_like,
    "houses": houses_like,
}

_ROWS = "\n".join(f"{number % 7},{'xy'[number % 2]}" for number in range(40))
_GOOD = f"size,kind\n{_ROWS}\n"

#: Name of a file, its content, the target, and what the one line says.
BROKEN: dict[str, tuple[str, bytes, str, str]] = {
    "no such column": ("t.csv", _GOOD.encode(), "colour", r"has no column 'colour'; it has size, kind$"),
    "empty": ("t.csv", b"", "kind", r"t\.csv: is empty$"),
    "only names": ("t.csv", b"size,kind\n", "kind", r"has column names but no rows$"),
    "no names": ("t.csv", _ROWS.encode(), "kind", r"its first line holds '0', no column names; add a line of names$"),
    "torn line": ("t.csv", f"{_GOOD}3\n".encode(), "kind", r"line 42 has 1 field, the first line has 2 names"),
    "two of a name": ("t.csv", _GOOD.replace("size", "kind").encode(), "kind", r"2 columns are called 'kind'"),
    "slips among numbers": (
        "t.csv", _GOOD.replace("\n3,", "\nthree,", 1).encode(), "kind",
        r"column 'size': 1 of its values are no numbers \('three' in row 4\)",
    ),
    "one class": ("t.csv", _GOOD.replace("x", "y").encode(), "kind", r"has the one value 'y'; there is nothing to "),
    "a rare class": (
        "t.csv", _GOOD.replace("0,x", "0,z", 1).encode(), "kind",
        r"class 'z' of 'kind' has 1 example, too few for the 5 folds; remove its rows",
    ),
    "not UTF-8": ("t.csv", _GOOD.replace("kind", "Größe").encode("latin-1"), "size", r"is not text in UTF-8"),
    "damaged Parquet": ("t.parquet", b"PAR1 and no more", "kind", r"is no whole Parquet file"),
    "pickled arrays": ("t.npy", b"", "0", r"holds Python objects, which are not read"),
    "a spreadsheet": ("t.xlsx", b"PK", "kind", r"is none of \.csv, .* save the table as CSV or Parquet$"),
    "infinite": ("t.csv", _GOOD.replace("\n3,", "\ninf,", 1).encode(), "kind", r"column 'size', row 4: holds an inf"),
    "a single column": ("t.csv", b"kind\nx\ny\n" * 20, "kind", r"its first line has a single column"),
    "identifiers alone": (
        "t.csv", b"id,kind\n" + b"".join(b"%d,%s\n" % (n, b"xy"[n % 2 : n % 2 + 1]) for n in range(40)), "kind",
        r"no column is left to learn from \(id: left out: it numbers the rows",
    ),
    "a target of names": (
        "t.csv", b"size,kind\n" + b"".join(b"%d,name%d\n" % (n % 7, n) for n in range(40)), "kind",
        r"has 40 different values in 40 rows, too many for classes",
    ),
    "few rows": ("t.csv", b"size,kind\n1,x\n2,y\n", "kind", r"2 rows have a value of 'kind'; 20 are needed at least$"),
}  # fmt: skip
