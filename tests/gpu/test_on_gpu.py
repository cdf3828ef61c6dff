"""`.ci/gpu`: what it measures can be measured, and it comes to an end whatever becomes of a part."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from benchmarks.cli.main import main as threefold
from benchmarks.overhead.contest import CONTESTS
from benchmarks.suites import read_suite, suite_names
from impls.engines import implementations
from impls.spec.discovery import architectures

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / ".ci" / "on_gpu.py"
FAKE = Path(__file__).parent / "fake"

_spec = importlib.util.spec_from_file_location("on_gpu", SCRIPT)
on_gpu = importlib.util.module_from_spec(_spec)
sys.modules["on_gpu"] = on_gpu
_spec.loader.exec_module(on_gpu)

#: Does as its words say: fails, sleeps until it is interrupted, or notes what it was asked.
STUB = """
import pathlib, sys, time
name = pathlib.Path({notes!r})
with name.open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
if "{failing}" in sys.argv:
    sys.exit("out of luck")
if "{sleeping}" in sys.argv:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        print("interrupted, kept", flush=True)
        raise
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """`.ci/gpu` with a stub in Threefold's place: gives the exit code, the lines, and what the stub was asked."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, failing="-", sleeping="-"):
        notes = tmp_path / "notes.txt"
        notes.write_text("")
        stub = tmp_path / "stub.py"
        stub.write_text(STUB.format(notes=str(notes), failing=failing, sleeping=sleeping))
        options = ["--wheels", str(tmp_path / "wheels"), "--out", str(tmp_path / "out"), *arguments]
        code = on_gpu.main(options, (sys.executable, str(stub)))
        return code, capsys.readouterr().out.splitlines(), notes.read_text().splitlines()

    return call


def test_every_part_is_a_command_line_that_threefold_takes(tmp_path, capsys):
    parts = on_gpu.parts(tmp_path)
    for part in parts:
        with pytest.raises(SystemExit, match="0"):
            threefold([*part.words, "--help"])
        named = [value for option, value in zip(part.words, part.words[1:], strict=False) if option[:4] == "--im"]
        assert set(named) <= set(implementations())
        suites = [value for option, value in zip(part.words, part.words[1:], strict=False) if option == "--suite"]
        assert set(suites) <= set(suite_names())
    capsys.readouterr()
    assert len({part.name for part in parts}) == len(parts)


def test_every_architecture_is_certified_by_every_implementation_and_every_contest_held(tmp_path):
    names = {part.name for part in on_gpu.parts(tmp_path)}
    assert set(on_gpu.ARCHITECTURES) == set(architectures())
    assert set(on_gpu.CONTESTS) == {name for name, contest in CONTESTS.items() if contest.idiomatic}
    assert {
        f"certificates of {group}: {name}" for group in ("PyTorch", *on_gpu.KERAS) for name in architectures()
    } < names


def test_all_parts_fit_into_five_minutes():
    assert on_gpu._read([]).seconds + on_gpu.GRACE_S < 300


def test_the_suite_reaches_the_sizes_at_which_a_gpu_has_work():
    suite = read_suite("gpu")
    assert max(suite.timing.batch_sizes) == 8192
    assert set(suite.devices) == {"cuda", "cpu"}
    from benchmarks.runner.plan import chosen_recipes

    networks = [chosen.recipe.architecture for chosen in chosen_recipes(suite)]
    assert max(getattr(network, "width", 0) for network in networks) == 512
    assert max(getattr(network, "target_length", 0) for network in networks) == 256
    assert any(getattr(network, "cell", "") == "lstm" and network.units == (512,) for network in networks)


def test_a_part_that_fails_is_one_line_and_the_others_follow(run, tmp_path):
    code, lines, asked = run(failing="lstm")
    assert code == 1
    assert len(asked) == len(on_gpu.parts(tmp_path))
    (failed,) = [line for line in lines if "FAILED" in line]
    assert failed.startswith("overhead of lstm: FAILED after ")
    assert "(exit code 1): out of luck; see " in failed
    assert lines[-1] == "the same command goes on with: overhead of lstm"


def test_the_same_command_does_only_what_is_left(run):
    run(failing="lstm")
    code, lines, asked = run()
    assert code == 0
    assert [words.split()[0] for words in asked] == ["overhead"]
    assert "lstm" in asked[0]
    assert "overhead of mlp: done before" in lines


def test_a_part_is_interrupted_at_its_limit_and_keeps_what_it_has(run, monkeypatch, tmp_path):
    monkeypatch.setattr(on_gpu, "LEAST_S", 0.0)
    parts = [on_gpu.Part("slow", ("slow",), 1.0), on_gpu.Part("quick", ("quick",), 1.0)]
    monkeypatch.setattr(on_gpu, "parts", lambda out: parts)
    code, lines, asked = run(sleeping="slow")
    assert code == 1
    assert lines[0].startswith("slow: stopped after 1 s, what is finished is kept; see ")
    assert "interrupted, kept" in (tmp_path / "out" / "logs" / "slow.txt").read_text()
    assert asked == ["slow", "quick"]


def test_nothing_is_begun_when_the_time_is_over(run):
    code, lines, asked = run("--seconds", "3")
    assert (code, asked) == (1, [])
    assert all("not begun, the 3 s are over" in line for line in lines[:-2])


def test_wheels_are_unpacked_once_and_what_follows_finds_them(run, tmp_path, monkeypatch):
    wheels = tmp_path / "wheels"
    (wheels / "data").mkdir(parents=True)
    with zipfile.ZipFile(wheels / "tiny_thing-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_thing.py", "")
        wheel.writestr("tiny_thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n")
        wheel.writestr(
            "tiny_thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("tiny_thing-1.0.dist-info/RECORD", "")
    assert run("--part", "timings")[0] == 0
    assert (wheels / "installed" / "tiny_thing.py").exists()
    options = on_gpu._read(["--wheels", str(wheels)])
    environment = on_gpu._environment(options)
    assert str(wheels / "installed") in environment["PYTHONPATH"].split(os.pathsep)
    assert environment["THREEFOLD_DATA"] == str(wheels / "data")

    monkeypatch.setattr(on_gpu.subprocess, "run", None)  # a second installation would need it
    assert on_gpu._install(wheels, tmp_path / "out")


def test_a_broken_wheel_is_one_line(run, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "broken-1.0-py3-none-any.whl").write_bytes(b"no archive")
    code, lines, asked = run()
    assert (code, asked) == (1, [])
    assert len(lines) == 1
    assert lines[0].startswith("installation: FAILED: ")


#: Less of everything, so that a dry run takes a minute: one network of each architecture, one batch size.
LESS = """
import sys
from pathlib import Path
from benchmarks import suites
from benchmarks.cli import certify
from benchmarks.cli.main import main
words = sys.argv[1:]
if words[0] == "certify":
    words += ["--dtype", "float32"]
    cases = certify._cases
    certify._cases = lambda *given: cases(*given)[:1]
if words[0] == "run":
    place = words.index("--suite") + 1
    suite = Path(suites.__file__).with_name(f"{words[place]}.toml").read_text()
    for whole, less in (("[64, 1024, 8192]", "[64]"), ("budget_s = 0.05", "budget_s = 0.01")):
        assert whole in suite
        suite = suite.replace(whole, less)
    words[place] = f"{__file__}.toml"
    Path(words[place]).write_text(suite)
    words += ["--task", "mnist-5k", "--recipe", "mlp", "--launches", "1", "--threads", "1"]
if words[0] == "overhead":
    words[words.index("--rounds") + 1] = "6"
    words += ["--implementation", "torch", "--implementation", "torch+graph"]
sys.exit(main(words))
"""


def dry_run(tmp_path, parts):
    """The script itself, with a GPU that is a stand-in; the folder that it leaves."""
    (tmp_path / "less.py").write_text(LESS)
    starting = (
        "import importlib.util, sys; "
        f"spec = importlib.util.spec_from_file_location('on_gpu', {str(SCRIPT)!r}); "
        "on_gpu = importlib.util.module_from_spec(spec); sys.modules['on_gpu'] = on_gpu; "
        "spec.loader.exec_module(on_gpu); "
        f"sys.exit(on_gpu.main(sys.argv[1:], (sys.executable, {str(tmp_path / 'less.py')!r})))"
    )
    environment = os.environ | {
        "PATH": f"{FAKE}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{FAKE}{os.pathsep}{PROJECT}",
        "OMP_NUM_THREADS": "1",
    }
    arguments = ["--wheels", str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--seconds", "7200"]
    arguments += ["--limits", "60"]
    arguments += [word for part in parts for word in ("--part", part)]
    command = [sys.executable, "-c", starting, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done, tmp_path / "out"


@pytest.mark.nightly
def test_the_overhead_contest_runs_with_a_gpu_in_its_place(tmp_path):
    done, out = dry_run(tmp_path, ["overhead of mlp"])
    assert done.returncode == 0, done.stdout + (out / "logs" / "overhead-of-mlp.txt").read_text()
    record = json.loads((out / "overhead" / "mlp.jsonl").read_text())
    assert record["device"] == "cuda"
    assert {"model torch+graph", "bare torch+graph", "model torch", "idiomatic torch"} <= set(record["seconds"])


@pytest.mark.nightly
def test_everything_runs_with_a_gpu_in_its_place(tmp_path):
    names = [part.name for part in on_gpu.parts(tmp_path) if part.name.endswith("mlp") or part.name == "timings"]
    done, out = dry_run(tmp_path, names)
    assert done.returncode == 0, done.stdout + "".join(log.read_text() for log in (out / "logs").iterdir())
    certified = [json.loads(line) for line in (out / "certificates" / "records.jsonl").read_text().splitlines()]
    assert {"torch", "torch+graph", "torch+bf16", "keras-jax"} <= {each["cell"]["implementation"] for each in certified}
    timed = [json.loads(line) for line in (out / "gpu-short" / "records.jsonl").read_text().splitlines()]
    assert {each["cell"]["device"] for each in timed} == {"cpu", "cuda"}
    assert {each["status"] for each in timed} == {"done"}
    assert (out / "gpu-short" / "index.html").exists()
