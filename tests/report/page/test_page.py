"""The page in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.report.browsing import browser_with, log_of, needs_browser

pytestmark = needs_browser

UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """The page, opened with JavaScript on."""
    chrome = browser_with(tmp_path_factory.mktemp("profile"), javascript=True)
    try:
        chrome.get((report / "index.html").as_uri())
        chrome.execute_script(UNFOLD)
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture(scope="module")
def plain_browser(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """The page, opened with JavaScript off."""
    chrome = browser_with(tmp_path_factory.mktemp("plain"), javascript=False)
    try:
        chrome.get((report / "index.html").as_uri())
        yield chrome
    finally:
        chrome.quit()


def test_loads_without_errors_and_without_requests(browser: webdriver.Chrome, report: Path) -> None:
    assert log_of(browser, "browser") == []
    page = (report / "index.html").as_uri()
    messages = [json.loads(entry["message"])["message"] for entry in log_of(browser, "performance")]
    sent = [each["params"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    from_page = [each["request"]["url"] for each in sent if each["documentURL"] == page]
    assert [url for url in from_page if not url.startswith("data:")] == [page]


@pytest.mark.parametrize("name", ["accuracy", "comparisons", "speed", "certificates"])
def test_tables_are_there(browser: webdriver.Chrome, name: str) -> None:
    table = browser.find_element(By.ID, f"table-{name}")
    assert table.is_displayed()
    assert len(table.find_elements(By.CSS_SELECTOR, "tbody tr")) > 3


def test_figures_are_drawn_and_described(browser: webdriver.Chrome) -> None:
    figures = browser.find_elements(By.CSS_SELECTOR, "figure > svg")
    assert len(figures) == 6
    for figure in figures:
        assert figure.size["width"] > 400
        assert figure.get_attribute("role") == "img"
        assert len(figure.get_attribute("aria-label") or "") > 40


def _header(table: WebElement, title: str) -> tuple[int, WebElement]:
    headers = table.find_elements(By.CSS_SELECTOR, "thead th")
    return next((index, header) for index, header in enumerate(headers) if header.text.startswith(title))


def _values(browser: webdriver.Chrome, index: int) -> list[str]:
    script = (
        "return [...document.querySelectorAll('#table-speed tbody tr')].map(r => r.cells[arguments[0]].dataset.value)"
    )
    values: list[str] = browser.execute_script(script, index)
    return values


def test_click_sorts_by_number_both_ways_and_keeps_the_absent_last(browser: webdriver.Chrome) -> None:
    table = browser.find_element(By.ID, "table-speed")
    index, header = _header(table, "Median")
    button = header.find_element(By.TAG_NAME, "button")
    before = _values(browser, index)
    present = [float(value) for value in before if value]
    absent = [""] * before.count("")
    assert absent, "some timings failed"
    assert present != sorted(present)
    browser.execute_script("arguments[0].click()", button)
    assert header.get_attribute("aria-sort") == "ascending"
    ascending = _values(browser, index)
    assert [float(value) for value in ascending[: len(present)]] == sorted(present)
    assert ascending[len(present) :] == absent
    button.send_keys(Keys.ENTER)
    assert header.get_attribute("aria-sort") == "descending"
    descending = _values(browser, index)
    assert [float(value) for value in descending[: len(present)]] == sorted(present, reverse=True)
    assert descending[len(present) :] == absent


def test_only_the_sorted_column_says_so(browser: webdriver.Chrome) -> None:
    table = browser.find_element(By.ID, "table-accuracy")
    for title in ("Mean", "Task"):
        _header(table, title)[1].find_element(By.TAG_NAME, "button").send_keys(Keys.SPACE)
    assert len(table.find_elements(By.CSS_SELECTOR, "th[aria-sort]")) == 1
    tasks = [cell.text for cell in table.find_elements(By.CSS_SELECTOR, "tbody td:first-child")]
    assert tasks == sorted(tasks)


def test_hostile_reason_is_shown_as_it_is(browser: webdriver.Chrome) -> None:
    shown = browser.find_element(By.CSS_SELECTOR, "#problems dl").text
    assert '<script>alert("x")</script> | `code` & *more* next line' in shown


def test_uncertified_lines_are_marked(browser: webdriver.Chrome) -> None:
    for name in ("accuracy", "speed"):
        marked = browser.find_elements(By.CSS_SELECTOR, f"#table-{name} tr.marked td:nth-child(3)")
        assert marked
        assert all(cell.text == "torch+compile ⚠" for cell in marked)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (400, 860)])
def test_first_screen_has_the_run_the_heat_map_and_a_claim(browser: webdriver.Chrome, width: int, height: int) -> None:
    """On a desktop and on a phone, without scrolling in any direction."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.execute_script("scrollTo(0, 0)")
        assert browser.execute_script(OVERFLOW) <= 0
        for selector in (".lead", ".heat", "#claims > .claim .verdict", "#claims > .claim .effect"):
            place = browser.find_element(By.CSS_SELECTOR, selector).rect
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= width
            assert place["y"] + place["height"] <= height, selector
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_heat_map_is_coloured_and_marked(browser: webdriver.Chrome) -> None:
    """Faster is blue, slower is red, and what has no certificate says so."""
    headers = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".heat thead th")]
    columns = [name.replace("\u200b", "") for name in headers]
    assert columns == ["numpy", "torch", "torch+compile", "keras-tensorflow"]
    rows = browser.find_elements(By.CSS_SELECTOR, ".heat tbody tr")
    cells = {row.find_element(By.TAG_NAME, "th").text: row.find_elements(By.TAG_NAME, "td") for row in rows}
    assert list(cells) == ["MLP", "CNN"]
    numpy, torch, compiled, keras = cells["CNN"]
    assert torch.text == "1.0"
    assert numpy.text.startswith("0.9")
    assert keras.text.startswith("2.5")
    assert compiled.text.endswith("⚠")
    assert "not certified" in browser.find_element(By.CSS_SELECTOR, "#summary .key").text
    faster, slower = ([int(value) for value in re.findall(r"\d+", _background(cell))[:3]] for cell in (numpy, keras))
    assert faster[2] > faster[0], "more blue than red"
    assert slower[0] > slower[2], "more red than blue"


def _background(element: WebElement) -> str:
    return element.value_of_css_property("background-color")


def test_page_fits_its_window(browser: webdriver.Chrome) -> None:
    assert browser.execute_script(OVERFLOW) <= 0


def test_without_javascript_everything_but_sorting_is_there(plain_browser: webdriver.Chrome) -> None:
    assert plain_browser.find_elements(By.CSS_SELECTOR, "th button") == []
    shown = {
        each.get_attribute("id") for each in plain_browser.find_elements(By.TAG_NAME, "table") if each.is_displayed()
    }
    assert shown >= {"table-accuracy-side-by-side", "table-speed-side-by-side", "table-comparison-counts"}
    assert "table-speed" not in shown, "long tables are folded"
    plain_browser.find_element(By.XPATH, "//summary[starts-with(., 'All operations')]").click()
    assert plain_browser.find_element(By.ID, "table-speed").is_displayed()
    assert len(plain_browser.find_elements(By.CSS_SELECTOR, "figure > svg")) == 6
    assert "are equivalent in accuracy within 0.5 points" in plain_browser.find_element(By.ID, "insights").text
