"""The example notebook runs from top to bottom, and its stored outputs are what it gives."""

import json

import pytest

from docs.notebooks import NOTEBOOK, executed, markdown

RENEW = "run 'python -m docs.notebooks'"


@pytest.fixture(scope="module")
def stored():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def renewed():
    return executed()


def forms(cell):
    """What kinds of output a cell has, in order."""
    return [(output["output_type"], sorted(output.get("data", {}))) for output in cell.get("outputs", [])]


def test_it_runs_from_top_to_bottom_and_its_outputs_are_stored(stored, renewed):
    assert [cell["source"] for cell in stored["cells"]] == [cell["source"] for cell in renewed["cells"]]
    for number, (before, now) in enumerate(zip(stored["cells"], renewed["cells"], strict=True)):
        assert forms(before) == forms(now), f"cell {number}: {RENEW}"
        if before["cell_type"] == "code":
            assert before["execution_count"] == now["execution_count"], f"cell {number}: {RENEW}"
    assert not [
        output for cell in renewed["cells"] for output in cell.get("outputs", []) if "error" in str(forms(cell))
    ]


def test_tables_of_stored_runs_are_those_of_the_records(stored, renewed):
    tables = [
        [output["data"]["text/html"] for cell in notebook["cells"] if "run." in "".join(cell["source"])
         for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
        for notebook in (stored, renewed)
    ]  # fmt: skip
    assert len(tables[0]) == 2
    assert tables[0] == tables[1], RENEW


def test_the_bar_shows_the_last_epoch(renewed):
    (bar,) = [
        "".join(output["data"]["text/html"])
        for cell in renewed["cells"]
        for output in cell.get("outputs", [])
        if "<progress" in "".join(output.get("data", {}).get("text/html", ""))
    ]
    assert "loss" in bar
    assert "validation" in bar
    assert 'value="0"' not in bar


def test_the_sites_page_has_text_code_and_outputs():
    page = markdown()
    assert page.startswith("# Threefold in a notebook\n")
    assert "```python\nmodel = threefold.build(" in page
    assert page.count("<table") == 2
    assert page.count("data:image/svg+xml;base64,") == 1
    assert page.count("data:image/png;base64,") == 1
    assert "Traceback" not in page
