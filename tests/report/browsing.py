"""A real browser for the tests of the page; they are skipped where there is none."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="chromium and chromedriver are not installed (Debian: chromium-driver)"
)

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
)


def browser_with(profile: Path, javascript: bool = True) -> webdriver.Chrome:
    """A fresh browser that logs what the page says and asks for."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"--user-data-dir={profile}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))


def log_of(chrome: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    """Entries of the browser's log since it was last asked for."""
    entries: list[dict[str, Any]] = chrome.execute("getLog", {"type": kind})["value"]
    return entries
