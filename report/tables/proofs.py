"""What `threefold certify` left in a run's folder `certificates`: worst figures of all networks, and the defaults."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.records.cells import CertificateCell
from benchmarks.records.results import CertificateResult, StageResult
from report.runs.reading import Run
from report.text.naming import implementation_rank, one_line


@dataclass(frozen=True)
class ProofRow:
    """One stage of all certificates of a pair: the figure that came nearest to its bound, or went beyond."""

    reference: str
    implementation: str
    device: str
    dtype: str
    stage: str
    certificates: int
    failed: int
    worst: float
    bound: float
    case: str
    tensor: str
    run: str


@dataclass(frozen=True)
class DefaultRow:
    """One difference between the frameworks' defaults, and what is left of it when they are aligned."""

    item: str
    pytorch_default: str
    keras_default: str
    measure: str
    departure: float
    aligned_departure: float
    aligned_bound: float
    how_aligned: str
    run: str


def proof_rows(runs: Sequence[Run]) -> list[ProofRow]:
    """One row a pair, device, precision and stage; the stages in the order in which they are gone through."""
    rows = []
    for run in runs:
        stages: dict[tuple[str, ...], list[tuple[str, StageResult]]] = {}
        for record in run.certified:
            cell, result = record.cell, record.result
            if isinstance(cell, CertificateCell) and isinstance(result, CertificateResult):
                pair = (cell.reference, cell.implementation, cell.device, cell.dtype)
                for stage in result.stages:
                    stages.setdefault((*pair, stage.stage), []).append((cell.task, stage))
        rows += [_row(place, seen, run.label) for place, seen in stages.items()]
    return sorted(rows, key=lambda row: (row.run, *map(implementation_rank, (row.reference, row.implementation))))


def default_rows(runs: Sequence[Run]) -> list[DefaultRow]:
    """The ledger of differences, in its own order."""
    return [
        DefaultRow(
            item=entry.item,
            pytorch_default=entry.pytorch_default,
            keras_default=entry.keras_default,
            measure=entry.measure,
            departure=entry.departure,
            aligned_departure=entry.aligned_departure,
            aligned_bound=entry.aligned_bound,
            how_aligned=entry.how_aligned,
            run=run.label,
        )
        for run in runs
        for entry in run.ledger
    ]


def _row(place: tuple[str, ...], seen: Sequence[tuple[str, StageResult]], run: str) -> ProofRow:
    case, worst = max(seen, key=lambda pair: _share(pair[1]))
    reference, implementation, device, dtype, stage = place
    return ProofRow(
        reference=reference,
        implementation=implementation,
        device=device,
        dtype=dtype,
        stage=stage,
        certificates=len(seen),
        failed=sum(not stage.passed for _, stage in seen),
        worst=worst.worst,
        bound=worst.bound,
        case=one_line(case),
        tensor=one_line(worst.tensor),
        run=run,
    )


def _share(stage: StageResult) -> tuple[bool, float]:
    """How near to its bound; a stage with bound 0 (equal shapes) is within it or not."""
    return not stage.passed, stage.worst / stage.bound if stage.bound else stage.worst
