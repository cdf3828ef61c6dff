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

#: Where one fault of each stage is planted, and not one of each figure: to compile or to loop in Python takes long.
A_FAULT_A_STAGE = ("keras-tensorflow", "numpy-textbook")

#: Stages whose faults are planted at night alone, each several seconds: the others of these show that the certificate
#: sees this framework's numbers, and NumPy's faults that the stage sees a fault.
AT_NIGHT = {
    "keras-tensorflow": {
        "batch sizes", "check: no change by looking", "dropout rate", "dropout, drawn masks", "optimizers", "padding",
    },
}  # fmt: skip

#: Figure -> the stage that has it, where their names differ.
STAGE_OF = {
    "forward": "function",
    "loss": "function",
    "gradients": "function",
    "layers": "function",
    "layers in training": "function",
    "dropout, rate drawn": "dropout, drawn masks",
    "dropout, scaling in a step": "dropout, drawn masks",
    "dropout, draws differ": "dropout, drawn masks",
    "dropout, examples differ": "dropout, drawn masks",
    "dropout, positions differ": "dropout, drawn masks",
    "padding, gradients": "padding",
    "decoded tokens": "decoding",
    "optimizer step": "optimizers",
    "3 optimizer steps": "optimizers",
    "batch sizes, gradients": "batch sizes",
    "batch sizes, step": "batch sizes",
    "extremes, gradients": "extremes",
    "extremes, finite": "extremes",
    "extremes, tokens": "extremes",
    "one example, gradients": "one example",
    "one example, finite": "one example",
}


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


def stage_of(fault: Fault) -> str:
    """The stage that has the figure."""
    return STAGE_OF.get(fault.caught, fault.caught)


def faults_of(implementation: str, every: bool = False) -> tuple[Fault, ...]:
    """The faults to plant in an implementation: all, or of each figure and check the first that it has to catch.

    Of `A_FAULT_A_STAGE` it is the first of each stage and check, but for those of `AT_NIGHT`. What shares another one's
    code but for its backend is slow to compile: without `every`, its first fault alone.
    """
    faults = [fault for table in TABLES for fault in FAULTS[table].get(implementation, ())]
    if every:
        shared = _shared(SHARES_CODE_WITH[implementation]) if implementation in SHARES_CODE_WITH else ()
        return (*faults, *shared)
    if implementation in SHARES_CODE_WITH:
        return tuple(faults[:1])
    first: dict[str, Fault] = {}
    for fault in faults:
        if stage_of(fault) not in AT_NIGHT.get(implementation, ()):
            first.setdefault(stage_of(fault) if implementation in A_FAULT_A_STAGE else fault.caught, fault)
    return tuple(first.values())


def _shared(implementation: str) -> list[Fault]:
    """The faults of the files that another backend runs too."""
    return [fault for fault in faults_of(implementation, every=True) if not fault.file.startswith(OWN_FILES)]
