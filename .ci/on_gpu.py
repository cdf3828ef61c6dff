"""Measures on a machine with a GPU that is somebody else's: `.ci/gpu`, which says how; the standard library alone.

Each part is a command of its own, with a limit, and all together have one. A part that fails or comes to its limit is
one line, and the next one follows. The same command again goes on: parts that are done are left out, and the others
keep what they had finished.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ARCHITECTURES = ("mlp", "cnn", "recurrent", "seq2seq", "transformer")
CONTESTS = ("mlp", "cnn", "lstm", "gru", "transformer")
#: In the order in which they are certified; the last two compile for long, or are slow.
PYTORCH = ("torch", "torch+graph", "torch+tf32", "torch+bf16")
KERAS = ("keras-jax", "keras-torch")
#: Seconds in which a part that is asked to end writes what it has.
GRACE_S = 10.0
THREEFOLD = (sys.executable, "-m", "benchmarks")
#: Parts are not begun with less time left.
LEAST_S = 5.0


@dataclass(frozen=True)
class Part:
    """A command, `threefold` with these words, and how long it may take."""

    name: str
    words: tuple[str, ...]
    limit_s: float


def parts(out: Path) -> list[Part]:
    """All that is measured, what matters most first."""
    certify = ("certify", "--device", "cuda", "--out", str(out / "certificates"))
    overhead = ("overhead", "--device", "cuda", "--rounds", "11")
    return [
        *(
            Part(f"certificates of PyTorch: {name}", (*certify, *_options(PYTORCH), "--architecture", name), 25)
            for name in ARCHITECTURES
        ),
        Part("timings", ("run", "--suite", "gpu-short", "--out", str(out / "gpu-short")), 110),
        *(
            Part(
                f"overhead of {name}",
                (*overhead, "--network", name, "--out", str(out / "overhead" / f"{name}.jsonl")),
                30,
            )
            for name in CONTESTS
        ),
        *(
            Part(
                f"certificates of {implementation}: {name}",
                (*certify, *_options([implementation]), "--architecture", name),
                60,
            )
            for implementation in KERAS
            for name in ARCHITECTURES
        ),
    ]


def _options(implementations: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for name in implementations for word in ("--implementation", name))


def main(arguments: Sequence[str] | None = None, threefold: Sequence[str] = THREEFOLD) -> int:
    """Go through the parts.

    Args:
        arguments: of the command line.
        threefold: the command to which each part's words are given.

    Returns:
        0 if all parts are done, 1 if the command should be given again, or a part failed.
    """
    options = _read(arguments)
    deadline = time.monotonic() + options.seconds
    out: Path = options.out.resolve()
    for folder in ("logs", "overhead"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    environment = _environment(options)
    if not _install(options.wheels, out):
        return 1
    _describe(out)
    done = set(_done(out))
    todo = [part for part in parts(out) if not options.part or part.name in options.part]
    for part in todo:
        if part.name in done:
            print(f"{part.name}: done before", flush=True)
            continue
        left = deadline - time.monotonic()
        if left < LEAST_S:
            print(f"{part.name}: not begun, the {options.seconds:g} s are over", flush=True)
            continue
        if _run(part, [*threefold, *part.words], out, environment, min(options.limits * part.limit_s, left)):
            done.add(part.name)
            _remember(out, done)
    rest = [part.name for part in todo if part.name not in done]
    print(f"{len(todo) - len(rest)} of {len(todo)} parts done; send back the folder {out}", flush=True)
    if rest:
        print(f"the same command goes on with: {', '.join(rest)}", flush=True)
    return 1 if rest else 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=".ci/gpu", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--out", type=Path, default=Path("gpu-results"), help="the folder to be sent back")
    parser.add_argument("--wheels", type=Path, default=PROJECT / "wheels", help="folder of what has to be installed")
    parser.add_argument("--data", type=Path, help="the data cache; otherwise `data` in the folder of wheels, if there")
    parser.add_argument("--seconds", type=float, default=285.0, help="in which everything has to be over")
    parser.add_argument("--limits", type=float, default=1.0, help="how many times each part's own limit it may take")
    parser.add_argument("--part", action="append", help="only this part, by its name; may be given several times")
    return parser.parse_args(arguments)


def _environment(options: argparse.Namespace) -> dict[str, str]:
    """The user's, with the project, the wheels' packages and the data where Python and Threefold find them."""
    before = [str(PROJECT), str(_packages(options.wheels)), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, before)), "PYTHONUNBUFFERED": "1"}
    data: Path = options.data or options.wheels / "data"
    return environment | ({"THREEFOLD_DATA": str(data.resolve())} if data.is_dir() else {})


def _packages(wheels: Path) -> Path:
    return wheels.resolve() / "installed"


def _install(wheels: Path, out: Path) -> bool:
    """Unpack the wheels beside themselves, once; whether it went well. Without wheels everything is there already."""
    files = sorted(str(path) for path in wheels.glob("*.whl"))
    target = _packages(wheels)
    marker = target / ".complete"
    if not files or (marker.exists() and marker.read_text(encoding="utf-8") == "\n".join(files)):
        return True
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--upgrade"]
    log = out / "logs" / "installation.txt"
    with log.open("wb") as file:
        done = subprocess.run([*command, "--target", str(target), *files], stdout=file, stderr=file, check=False)
    if done.returncode:
        print(f"installation: FAILED: {_last_line(log)}; see {log}", flush=True)
        return False
    marker.write_text("\n".join(files), encoding="utf-8")
    return True


def _describe(out: Path) -> None:
    """What the GPU and its driver say of themselves."""
    try:
        shown = subprocess.run(["nvidia-smi"], capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.SubprocessError) as error:
        shown = f"nvidia-smi: {error}\n"
    (out / "logs" / "gpu.txt").write_text(shown, encoding="utf-8")


def _run(part: Part, command: Sequence[str], out: Path, environment: dict[str, str], limit_s: float) -> bool:
    """Whether the command came to a good end in time; its output is in the part's log."""
    log = out / "logs" / f"{part.name.replace(':', '').replace(' ', '-')}.txt"
    began = time.monotonic()
    with log.open("ab") as file:
        # A group of its own: an interrupt reaches it and its workers alone.
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=file,
            env=environment,
            cwd=PROJECT,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            _end(process)
            print(f"{part.name}: stopped after {limit_s:.0f} s, what is finished is kept; see {log}", flush=True)
            return False
        except BaseException:
            _end(process)
            raise
    seconds = time.monotonic() - began
    if code:
        print(f"{part.name}: FAILED after {seconds:.0f} s (exit code {code}): {_last_line(log)}; see {log}", flush=True)
        return False
    print(f"{part.name}: done in {seconds:.0f} s", flush=True)
    return True


def _heed_interrupts() -> None:
    """In the part's process: what a shell starts in the background ignores them otherwise."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt it as a terminal would, and kill it where that is not enough."""
    for number, seconds in ((signal.SIGINT, GRACE_S), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "no output"


def _done(out: Path) -> list[str]:
    state = out / "done.json"
    names: list[str] = json.loads(state.read_text(encoding="utf-8")) if state.exists() else []
    return names


def _remember(out: Path, done: set[str]) -> None:
    beside = out / ".done.json"
    beside.write_text(json.dumps(sorted(done)), encoding="utf-8")
    beside.replace(out / "done.json")


if __name__ == "__main__":
    sys.exit(main())
