"""Standings: who is certified, and the reference, which is held to what it must keep by itself."""

import pytest

from benchmarks.records.cells import CertificateCell
from report.runs.certification import certificates_of
from tests.report.sample_runs import accuracy_cell, certificate, place


@pytest.mark.parametrize(
    ("own", "standing"),
    [(None, "reference"), (True, "reference"), (False, "failed")],
    ids=["an older run", "held to its own", "fails its own"],
)
def test_the_reference_stands_unless_it_fails_what_it_must_keep_by_itself(own, standing):
    records = [certificate(place("digits", "mlp", "torch"), passed=True)]
    if own is not None:
        records.append(certificate(place("digits", "mlp", "numpy"), passed=own))
    certified = [(record.cell, record) for record in records if isinstance(record.cell, CertificateCell)]
    assert certificates_of(certified).standing(accuracy_cell(place("digits", "mlp", "numpy"))) == standing
    assert certificates_of(certified).standing(accuracy_cell(place("digits", "mlp", "torch"))) == "passed"
