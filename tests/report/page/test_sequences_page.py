"""The page of a run with sequence tasks, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.report.browsing import browser_with, log_of, needs_browser

pytestmark = needs_browser

UNFOLD_TABLES = "document.querySelectorAll('details.long').forEach(each => { each.open = true; })"


@pytest.fixture(scope="module")
def browser(sequence_report: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """The page of the sequence run."""
    chrome = browser_with(tmp_path_factory.mktemp("profile"))
    try:
        chrome.get((sequence_report / "index.html").as_uri())
        chrome.execute_script(UNFOLD_TABLES)
        yield chrome
    finally:
        chrome.quit()


def test_nothing_goes_wrong_and_no_text_becomes_a_script(browser: webdriver.Chrome) -> None:
    assert log_of(browser, "browser") == []
    assert "</pre><script>alert('text')</script> & so on" in browser.find_element(By.ID, "sequences").text


def test_section_is_reached_from_the_navigation(browser: webdriver.Chrome) -> None:
    link = browser.find_element(By.CSS_SELECTOR, "nav a[href='#sequences']")
    link.send_keys(Keys.ENTER)
    assert browser.execute_script("return location.hash") == "#sequences"


def test_long_text_unfolds_by_keyboard(browser: webdriver.Chrome) -> None:
    details = browser.find_element(By.CSS_SELECTOR, ".written details")
    rest = details.find_element(By.TAG_NAME, "pre")
    assert not rest.is_displayed()
    details.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert rest.is_displayed()
    font = browser.execute_script("return getComputedStyle(arguments[0]).fontFamily", rest)
    assert "monospace" in font


def test_words_are_marked_right_or_wrong(browser: webdriver.Chrome) -> None:
    table = browser.find_element(By.ID, "table-decoded-pronunciation-additive")
    rows = [row.text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert [("✓" in row, "✗" in row) for row in rows] == [(True, False), (True, False), (False, True)]


def test_figures_inside_are_drawn_and_described(browser: webdriver.Chrome) -> None:
    figures = browser.find_elements(By.CSS_SELECTOR, "#sequences figure > svg")
    assert len(figures) == 4
    for figure in figures:
        assert figure.size["width"] > 400
        assert len(figure.get_attribute("aria-label") or "") > 40


def test_inlined_figures_keep_their_look(browser: webdriver.Chrome) -> None:
    """Styles are classes there: the heat map's darkest cell is dark, and a dashed line dashed."""
    fills = browser.execute_script(
        "return [...document.querySelectorAll('#figure-attention-pronunciation-additive svg path')]"
        ".map(path => getComputedStyle(path).fill)"
    )
    assert "rgb(8, 74, 145)" in fills
    dashes = browser.execute_script(
        "return [...document.querySelectorAll('#figure-lags-adding svg path')]"
        ".map(path => getComputedStyle(path).strokeDasharray)"
    )
    assert len({dash for dash in dashes if dash != "none"}) == 3, "two networks and a baseline"


def test_filter_leaves_the_rows_with_all_words(browser: webdriver.Chrome) -> None:
    table = browser.find_element(By.ID, "table-accuracy")
    rows = table.find_elements(By.CSS_SELECTOR, "tbody tr")
    field = browser.find_element(By.CSS_SELECTOR, "#accuracy .long .filter input")
    field.send_keys("LSTM names")
    left = [row.text for row in rows if row.is_displayed()]
    assert len(left) == 4, "two metrics by two implementations"
    assert all("LSTM" in row and "names" in row for row in left)
    assert browser.find_element(By.CSS_SELECTOR, "#accuracy .long .filter output").text == f"4 of {len(rows)} rows"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    assert all(row.is_displayed() for row in rows)


@pytest.mark.parametrize("width", [1400, 500])
def test_page_fits_its_window(browser: webdriver.Chrome, width: int) -> None:
    browser.set_window_size(width, 900)
    overflow = browser.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
