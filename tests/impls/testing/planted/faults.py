"""The tables of planted faults, read: see `TABLES`."""

import tomllib
from pathlib import Path
from typing import NamedTuple

#: The tables by name, in the order in which one fault of each kind is looked for.
#: Of single layers and recipes, of sequences, of what certificates once did not see, and of Keras's other backends.
TABLES = ("faults", "sequence_faults", "blind_spots", "backend_faults")

#: What runs the code of another implementation but for its backend: whose, and the files that are that one's alone.
SHARES_CODE_WITH = {"keras-jax": "keras-tensorflow", "keras-torch": "keras-tensorflow"}
OWN_FILES = "engines/in_keras/backends/"


class Fault(NamedTuple):
    """One planted fault; the fields are described at the head of the table."""

    name: str
    file: str
    old: str
    new: str
    case: str
    caught: str
    dtype: str = "float32"


def _read(table: str) -> dict[str, tuple[Fault, ...]]:
    rows = tomllib.loads(Path(__file__).with_name(f"{table}.toml").read_text("utf-8"))
    return {implementation: tuple(Fault(**row) for row in its_rows) for implementation, its_rows in rows.items()}


#: Table -> implementation -> its faults.
FAULTS: dict[str, dict[str, tuple[Fault, ...]]] = {table: _read(table) for table in TABLES}


def faults_of(implementation: str, every: bool = False) -> tuple[Fault, ...]:
    """The faults to plant in an implementation: all, or of each figure and check the first that it has to catch.

    What shares another one's code but for its backend is slow to compile: without `every`, its first fault alone.
    """
    faults = [fault for table in TABLES for fault in FAULTS[table].get(implementation, ())]
    if every:
        shared = _shared(SHARES_CODE_WITH[implementation]) if implementation in SHARES_CODE_WITH else ()
        return (*faults, *shared)
    if implementation in SHARES_CODE_WITH:
        return tuple(faults[:1])
    first: dict[str, Fault] = {}
    for fault in faults:
        first.setdefault(fault.caught, fault)
    return tuple(first.values())


def _shared(implementation: str) -> list[Fault]:
    """The faults of the files that another backend runs too."""
    return [fault for fault in faults_of(implementation, every=True) if not fault.file.startswith(OWN_FILES)]
