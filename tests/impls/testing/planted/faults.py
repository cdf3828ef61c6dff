"""The table of planted faults, `faults.toml`, read."""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Fault(NamedTuple):
    """One planted fault; the fields are described at the head of the table."""

    name: str
    file: str
    old: str
    new: str
    case: str
    caught: str
    dtype: str = "float32"


TABLE = Path(__file__).with_suffix(".toml")

#: Implementation -> its faults.
FAULTS: dict[str, tuple[Fault, ...]] = {
    implementation: tuple(Fault(**row) for row in rows)
    for implementation, rows in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()
}
