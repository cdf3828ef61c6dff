"""The worked example of the documentation: one file adds a claim to every report."""

import re
from pathlib import Path

import pytest

from report.claims import statements
from report.claims.catalogue import claims, judged_claims
from tests.report.claims.making import Made

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-claim.md"
BLOCK = re.compile(r'```python title="report/claims/statements/gru_lstm.py"\n(.*?)```', re.DOTALL)


@pytest.mark.parametrize(("gru", "status"), [(0.95, "supported"), (0.85, "not supported")])
def test_a_file_of_statements_is_a_claim(
    gru: float, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "gru_lstm.py").write_text(example, encoding="utf-8")
    monkeypatch.setattr(statements, "__path__", [*statements.__path__, str(tmp_path)])
    made = Made()
    for task in ("names", "movie-reviews"):
        made.task(task, "text").trained(task, "lstm", 0.95, "recurrent", cell="lstm")
        made.trained(task, "gru", gru, "recurrent", cell="gru")
    claims.cache_clear()
    try:
        verdicts = {each.claim.name: each for each in judged_claims([made.run()])}
    finally:
        claims.cache_clear()
    assert verdicts["gru-lstm"].status == status
    assert list(verdicts)[-1] != "gru-lstm", "it stands with its topic"
