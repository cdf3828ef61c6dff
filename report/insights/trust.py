"""Whether the implementations were shown to be the same."""

import sys
from collections.abc import Iterator, Sequence

from report.insights.statement import Statement
from report.tables.certificates import CertificateRow
from report.text.wording import Doubted, listing, network


def trust_sentences(rows: Sequence[CertificateRow], doubted: Doubted) -> Iterator[str]:
    """How many certificates passed, how near the nearest came to its bound, and which failed where."""
    made = {_place(row) for row in rows}
    failed: dict[tuple[str, ...], list[CertificateRow]] = {}
    for row in rows:
        if not row.passed:
            failed.setdefault(_place(row), []).append(row)
    if not made:
        yield "No equivalence certificate was made: nothing here shows that the implementations do the same."
    elif not failed:
        yield f"{_all(len(made))} passed.{_nearest(rows)}"
    else:
        yield f"{len(failed)} of {len(made)} equivalence certificates did not pass."
        yield from map(_failure, failed.values())
    missing = sorted(set(doubted) - {(place[0], place[1], place[2], place[3]) for place in made})
    if made and missing:
        names = [f"{name} on {network(task, architecture, device)}" for task, architecture, name, device in missing]
        yield f"No certificate was made for {listing(names)}."


def _failure(rows: Sequence[CertificateRow]) -> Statement:
    """Of one certificate: what the first stage that did not pass says, and how many there are."""
    first = rows[0]
    counted = f" in stage {first.stage}" if first.stage else ""
    if len(rows) > 1:
        counted += f" and {len(rows) - 1} more"
    # An implementation that ended in an error has no figure, which the record holds as the largest number there is.
    finite = first.worst is not None and first.bound is not None and first.worst < sys.float_info.max
    figures = f" ({first.tensor}: {first.worst:.1e} over {first.bound:.1e})" if finite else ""
    detail = f": {first.detail.rstrip('.')}" if first.detail else ""
    where = network(first.task, first.architecture, first.device)
    return Statement(where, f"{first.implementation} is not certified{counted}{figures}{detail}.")


def _place(row: CertificateRow) -> tuple[str, str, str, str, str]:
    return row.task, row.architecture, row.implementation, row.device, row.dtype


def _all(count: int) -> str:
    return "The one equivalence certificate" if count == 1 else f"All {count} equivalence certificates"


def _nearest(rows: Sequence[CertificateRow]) -> str:
    shares = [(row.worst / row.bound, row) for row in rows if row.worst is not None and row.bound]
    if not shares:
        return ""
    share, row = max(shares, key=lambda pair: pair[0])
    where = f"{row.implementation} on {network(row.task, row.architecture, row.device)}"
    return f" Nearest to its bound came {where} in the stage {row.stage}, with {share:.1%} of it."
