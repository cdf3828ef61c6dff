"""The Python that a side runs with: this one, or one with other versions of some packages laid over it."""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

from impls.errors import ThreefoldError

#: `name==version`, as lock files and `threefold versions --with` have it.
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,.-]*\])?==([\w.+!*-]+)")


class PreparationError(ThreefoldError):
    """An environment could not be made."""


def pins_of(text: str | None) -> dict[str, str]:
    """Package -> version, from the text of a file of pins; what is not pinned exactly is left out."""
    matches = (PIN.match(line.strip()) for line in (text or "").splitlines())
    return {_normal(match[1]): match[2] for match in matches if match}


def differing_pins(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The packages whose pins differ between two sides and that are installed here, as `name==version` or `name`."""
    return [
        name
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name) and _installed(name) is not None
    ]


def requirements_of(pins: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """What has to be installed over this environment so that these packages have the versions of the pins."""
    return [f"{name}=={pins[name]}" for name in names if name in pins and _installed(name) != pins[name]]


def python_with(requirements: Sequence[str], folder: Path) -> Path:
    """The interpreter of an environment that has these requirements and otherwise the packages of this one.

    It is kept in the folder under a name made of its requirements, Python and this environment, and used again.

    Raises:
        PreparationError: pip could not install them, with its last line.
    """
    if not requirements:
        return Path(sys.executable)
    facts = [sys.version, sysconfig.get_path("purelib"), *sorted(requirements)]
    digest = hashlib.sha256("\0".join(facts).encode()).hexdigest()[:12]
    home = (folder / f"environment-{digest}").resolve()
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = home / "complete"
    if complete.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(home)
    purelib = _output([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    # Behind the environment's own packages on the path, and without the editable installs of this one.
    below = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (Path(purelib) / "below.pth").write_text("\n".join(below) + "\n", encoding="utf-8")
    _output([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *requirements])
    complete.touch()
    return python


def versions_in(python: Path, packages: Sequence[str]) -> dict[str, str]:
    """The versions of these packages as this interpreter sees them; what is not installed is left out."""
    program = (
        "import importlib.metadata as m, json, sys, platform\n"
        "versions = {'python': platform.python_version()}\n"
        "for name in sys.argv[1:]:\n"
        "    try: versions[name] = m.version(name)\n"
        "    except m.PackageNotFoundError: pass\n"
        "print(json.dumps(versions))"
    )

    versions: dict[str, str] = json.loads(_output([str(python), "-c", program, *packages]))
    return versions


def _output(command: list[str]) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        errors = [line for line in lines if line.startswith("ERROR")] or lines
        raise PreparationError(f"could not prepare an environment: {errors[-1].removeprefix('ERROR: ')[:300]}")
    return done.stdout.strip()


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
