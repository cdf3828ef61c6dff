"""Whether the implementations were shown to be the same."""

from collections.abc import Iterator, Sequence

from report.tables.certificates import CertificateRow
from report.text.wording import Doubted, listing, network


def trust_sentences(rows: Sequence[CertificateRow], doubted: Doubted) -> Iterator[str]:
    """How many certificates passed, how near the nearest came to its bound, and which failed where."""
    made = {_place(row) for row in rows}
    failed = {_place(row) for row in rows if not row.passed}
    if not made:
        yield "No equivalence certificate was made: nothing here shows that the implementations do the same."
    elif not failed:
        yield f"{_all(len(made))} passed.{_nearest(rows)}"
    else:
        yield f"{len(failed)} of {len(made)} equivalence certificates did not pass."
        for row in rows:
            if not row.passed:
                where = f"{row.implementation} on {network(row.task, row.architecture, row.device)}"
                stage = f", stage {row.stage} ({row.tensor}: {row.worst:.1e} over {row.bound:.1e})" if row.stage else ""
                yield f"Not certified: {where}{stage}{f': {row.detail}' if row.detail else ''}."
    missing = sorted(set(doubted) - {(place[0], place[1], place[2], place[3]) for place in made})
    if made and missing:
        names = [f"{name} on {network(task, architecture, device)}" for task, architecture, name, device in missing]
        yield f"No certificate was made for {listing(names)}."


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
