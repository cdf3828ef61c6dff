"""Which cells may be compared: those whose implementation has a passing certificate for the same network."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.records.cells import CertificateCell, Place
from benchmarks.records.results import CertificateResult, Record
from report.text.naming import is_baseline

#: Task, network, implementation, device, number type.
_Certified: TypeAlias = tuple[str, str, str, str, str]

Standing: TypeAlias = Literal["passed", "failed", "missing", "reference", "not applicable"]

#: Standings that need no mark in a table.
TRUSTED = ("passed", "reference", "not applicable")


@dataclass(frozen=True)
class Certificates:
    """The standings of a run's implementations."""

    standings: Mapping[_Certified, Standing]
    references: frozenset[str]

    def standing(self, cell: Place) -> Standing:
        """Of an accuracy's or a timing's implementation on its network, device and number type."""
        if is_baseline(cell):
            return "not applicable"
        if cell.implementation in self.references:
            # Older runs hold the reference to nothing.
            own = self.standings.get(_place(cell), "passed")
            return "reference" if own == "passed" else own
        return self.standings.get(_place(cell), "missing")


def certificates_of(certified: Iterable[tuple[CertificateCell, Record]]) -> Certificates:
    """Collect a run's certificate cells. A certificate that could not be made counts as failed."""
    standings: dict[_Certified, Standing] = {}
    references = {"numpy"}
    for cell, record in certified:
        references.add(cell.reference)
        passed = isinstance(record.result, CertificateResult) and record.result.passed
        standings[_place(cell)] = "passed" if passed else "failed"
    return Certificates(standings, frozenset(references))


def _place(cell: Place) -> _Certified:
    """A variant's network is known by its settings: variants that share them share one certificate."""
    network = cell.architecture
    if not is_baseline(cell) and {"architecture", "training"} <= cell.settings.keys():
        network = json.dumps([cell.settings["architecture"], cell.settings["training"]], sort_keys=True, default=str)
    return cell.task, network, cell.implementation, cell.device, cell.dtype
