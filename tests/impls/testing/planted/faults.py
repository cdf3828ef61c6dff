"""The tables of planted faults, read: `faults.toml`, and those about sequences, `sequence_faults.toml`."""

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


#: Table -> implementation -> its faults.
TABLES: dict[str, dict[str, tuple[Fault, ...]]] = {
    table: {
        implementation: tuple(Fault(**row) for row in rows)
        for implementation, rows in tomllib.loads(Path(__file__).with_name(f"{table}.toml").read_text("utf-8")).items()
    }
    for table in ("faults", "sequence_faults")
}
