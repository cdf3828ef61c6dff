"""`threefold certify`: prove that implementations run the same mathematics, and show what their defaults cost."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.certificates.certify import certify
from benchmarks.certificates.output import check_certificates, print_certificates, write_certificates
from benchmarks.certificates.pairs import pairwise_cases
from benchmarks.cli.numbers import MOST_THREADS
from benchmarks.cli.terminal import table_console
from benchmarks.environment import has_gpu, processes_at_once
from benchmarks.records.ownership import check_measuring_folder, claim_folder
from impls.building import DTYPES, has_network
from impls.engines import implementation as find_implementation
from impls.engines import implementations
from impls.errors import DeviceError, ImplementationError, TrainingError
from impls.spec.discovery import architectures
from impls.testing import Case, example_cases

Many = list[str] | None


def certify_command(
    architecture: Annotated[Many, typer.Option(help="Only this architecture; may be given several times.")] = None,
    implementation: Annotated[Many, typer.Option(help="This implementation; may be given several times.")] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    dtype: Annotated[Many, typer.Option(help="float64 or float32; may be given several times.")] = None,
    threads: Annotated[int, typer.Option(min=1, max=MOST_THREADS, help="Processor threads of every process.")] = 1,
    out: Annotated[
        Path, typer.Option(help="Folder of records, tables and arrays; what has been measured is not measured again.")
    ] = Path("results/local/certificates"),
    thorough: Annotated[
        bool,
        typer.Option("--thorough", help="Also networks and recipes in which every two settings meet; takes hours."),
    ] = False,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Instead: how far the frameworks' own defaults depart.")
    ] = False,
) -> int:
    """Certify implementations against each other: every architecture, every optimizer, both precisions."""
    console = table_console()
    if defaults:
        return _show_defaults(console, out)
    cases, dtypes = _cases(architecture, thorough), _dtypes(dtype)
    chosen = _implementations(implementation, device, dtypes, {case.architecture.name for case in cases})
    check_certificates(out)
    check_measuring_folder(out)
    claim_folder(out)
    certified = certify(
        cases,
        chosen,
        device,
        dtypes,
        threads,
        folder=out / "arrays",
        side_by_side=processes_at_once(device, threads),
        skip_unable=implementation is None,
        all_cases=thorough,
        tell=lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True),
    )
    write_certificates(out, certified)
    print_certificates(console, certified)
    return 0 if all(each.passed for each in certified) else 1


def _show_defaults(console: Console, out: Path) -> int:
    from benchmarks.certificates.defaults.ledger import check_ledger, print_ledger, take_ledger, write_ledger

    check_ledger(out)
    check_measuring_folder(out)
    claim_folder(out)
    entries = take_ledger(out / "arrays")
    write_ledger(out, entries)
    print_ledger(console, entries)
    return 0 if all(entry.aligned_passed for entry in entries) else 1


def _cases(names: Many, thorough: bool) -> list[Case]:
    chosen = names or list(architectures())
    cases = [case for name in chosen for case in example_cases(name)]
    return [*cases, *(case for name in chosen for case in pairwise_cases(name))] if thorough else cases


def _dtypes(names: Many) -> list[str]:
    for name in names or ():
        if name not in DTYPES:
            raise TrainingError(f"dtype {name!r} is unknown; give one of {', '.join(DTYPES)}")
    return list(names or ("float64", "float32"))


def _implementations(names: Many, device: str, dtypes: Sequence[str], networks: Iterable[str]) -> list[str]:
    """The given ones, or all that can run here and have all of the networks."""
    known = {place for each in implementations().values() for place in each.devices}
    if device not in known:
        raise DeviceError(f"device {device!r} is unknown; give one of {', '.join(sorted(known))}")
    if device == "cuda" and not has_gpu():
        raise DeviceError("device 'cuda': this machine shows no NVIDIA GPU (nvidia-smi); give --device cpu")
    for name in names or ():
        if device not in (chosen := find_implementation(name)).devices and name != "numpy":
            raise DeviceError(f"implementation {name!r} runs on {', '.join(chosen.devices)}, not on {device!r}")
        if not set(dtypes) & set(chosen.dtypes):
            raise ImplementationError(f"implementation {name!r} has no {dtypes[0]}; give --dtype {chosen.dtypes[0]}")
    if names:
        return names
    able = [
        each.name
        for each in implementations().values()
        if not each.missing() and device in each.devices and set(dtypes) & set(each.dtypes)
    ]
    return [name for name in able if all(has_network(network, name) for network in networks)]
