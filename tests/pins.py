"""What each environment of tox installs, pinned to the last package: `python -m tests.pins` writes `requirements/`.

`constraints.txt` has the version of every package; which of them an environment needs follows from what the installed
packages say of themselves. A list that is complete is installed without resolving dependencies, which takes pip longer
than all tests of one of its parts.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).parent.parent
LISTS = PROJECT / "requirements"
PYTHONS = ("3.11", "3.12", "3.13")
#: Values of the markers `sys_platform`, `platform_system`, `os_name` and `platform_machine`.
PLATFORMS = {
    "linux": ("Linux", "posix", "x86_64"), "darwin": ("Darwin", "posix", "arm64"), "win32": ("Windows", "nt", "AMD64"),
}  # fmt: skip

#: What packages need that are installed on other systems alone; the metadata of the others say it here.
ELSEWHERE: Mapping[str, tuple[str, ...]] = {"appnope": (), "cffi": ("pycparser",), "colorama": (), "pycparser": ()}
#: What a build of PyTorch for CUDA brings beyond the CPU's, which the lists are of: tox adds it where it is installed.
OF_CUDA = ("cuda-", "nvidia-", "triton")
#: Packages that come as source alone: where pip is asked for wheels, it takes these all the same.
FROM_SOURCE = ("yattag",)

#: What a report is made with: no framework.
REPORT = (
    "filelock", "jinja2", "matplotlib", "numpy", "pandas", "platformdirs", "psutil", "pyarrow", "pydantic", "rich",
    "scipy", "seaborn", "statsmodels", "tabulate", "typer",
)  # fmt: skip


def _project() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required(*extras: str) -> list[Requirement]:
    """What the project says that it needs, with these of its extras."""
    project = _project()
    groups = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(line) for group in groups for line in group]


def every_extra() -> tuple[str, ...]:
    return tuple(_project()["optional-dependencies"])


def of_these(*names: str) -> list[Requirement]:
    """The project's requirements of these packages alone."""
    return [each for each in required(*every_extra()) if each.name in names]


#: Environment of tox -> what it needs.
ENVIRONMENTS = {
    "bench": required(),
    "report": of_these(*REPORT),
    "tests": required(*every_extra()),
    "docs": required("docs"),
    "lint": of_these("ruff", "import-linter"),
}


def pins() -> dict[str, Version]:
    """The version of each package."""
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


@dataclass
class Closure:
    """Everything that requirements bring, on one Python and platform.

    Attributes:
        names: canonical names of the packages.
        with_extras: the same, each with the extras of it that are needed, such as `mkdocstrings[python]`.
        absent: those of them that are not installed here, so that nothing is known of what they need in turn.
        problems: what does not fit together.
    """

    names: set[str] = field(default_factory=set)
    with_extras: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def closure(requirements: Iterable[Requirement], python: str, platform: str = "linux") -> Closure:
    """Follow what each package needs, by what the installed ones say of themselves.

    Args:
        python: such as `3.11`.
        platform: as in `sys.platform`.
    """
    pinned = pins()
    environment = environment_of(python, platform)
    waiting, result = list(requirements), Closure()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate(environment | {"extra": ""}):
            continue
        if name not in pinned:
            result.problems.append(f"{requirement} is not pinned")
            continue
        if pinned[name] not in requirement.specifier:
            result.problems.append(f"{name}=={pinned[name]} is not {requirement.specifier}")
        result.names.add(name)
        for extra in ("", *requirement.extras):
            if f"{name}[{extra}]" not in result.with_extras:
                result.with_extras.add(f"{name}[{extra}]")
                waiting += _needs(name, extra, environment, result)
    return result


def _needs(name: str, extra: str, environment: dict[str, str], result: Closure) -> Iterator[Requirement]:
    try:
        pythons, needs = _metadata_of(name)
    except PackageNotFoundError:
        if name in ELSEWHERE:
            yield from map(Requirement, ELSEWHERE[name])
        else:
            result.absent.add(name)
        return
    if f"{environment['python_version']}.99" not in pythons:
        result.problems.append(f"{name}=={pins()[name]} is for Python {pythons}")
    for each in needs:
        if name == "torch" and each.name.startswith(OF_CUDA):
            continue
        if not each.marker or each.marker.evaluate(environment | {"extra": extra}):
            needed = copy(each)
            needed.marker = None  # it was asked for with this extra
            yield needed


@cache
def _metadata_of(name: str) -> tuple[SpecifierSet, tuple[Requirement, ...]]:
    """The Pythons that an installed package is for, and what it needs on any system; read once, which takes longest."""
    package = distribution(name)
    wanted = SpecifierSet(package.metadata.get("Requires-Python", ""))
    return wanted, tuple(map(Requirement, package.requires or ()))


def environment_of(python: str, platform: str) -> dict[str, str]:
    """The values of markers with this Python on this system."""
    system, os_name, processor = PLATFORMS[platform]
    return {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": os_name,
        "platform_machine": processor,
    }


def pinned_list(environment: str) -> str:
    """The list of an environment, as pip reads it: of each package that any Python or platform needs, its pin.

    Raises:
        LookupError: a package that this Python and platform need is not installed here, so that its needs are unknown;
            or one that some Python or platform needs is not pinned.
    """
    wanted: dict[str, set[tuple[str, str]]] = {}
    for python in PYTHONS:
        for platform in PLATFORMS:
            everything = closure(ENVIRONMENTS[environment], python, platform)
            if everything.absent and (python, platform) == (f"3.{sys.version_info.minor}", sys.platform):
                raise LookupError(f"{', '.join(sorted(everything.absent))}: not installed here; install all extras")
            if everything.problems:
                raise LookupError(f"{'; '.join(everything.problems)} (Python {python}, {platform})")
            for name in everything.names:
                wanted.setdefault(name, set()).add((python, platform))
    versions = pins()
    lines = [f"{name}=={versions[name]}{_marker(places)}\n" for name, places in sorted(wanted.items())]
    lines = [*(f"--no-binary {name}\n" for name in FROM_SOURCE if name in wanted), *lines]
    return f"# What `tox run -e {environment}` installs; written by `python -m tests.pins`.\n" + "".join(lines)


def _marker(places: set[tuple[str, str]]) -> str:
    """The marker of a package that is needed on these Pythons and platforms: nothing where it is on all of them."""
    pythons = sorted({python for python, _ in places})
    platforms = sorted({platform for _, platform in places})
    parts = [] if len(pythons) == len(PYTHONS) else [_one_of("python_version", pythons)]
    parts += [] if len(platforms) == len(PLATFORMS) else [_one_of("sys_platform", platforms)]
    return f" ; {' and '.join(parts)}" if parts else ""


def _one_of(variable: str, values: list[str]) -> str:
    either = " or ".join(f'{variable} == "{value}"' for value in values)
    return f"({either})" if len(values) > 1 else either


def main() -> None:
    LISTS.mkdir(exist_ok=True)
    for environment in ENVIRONMENTS:
        (LISTS / f"{environment}.txt").write_text(pinned_list(environment), encoding="utf-8")


if __name__ == "__main__":
    main()
