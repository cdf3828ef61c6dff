"""Suite files: those that come with the project are sound, wrong ones are refused in one line."""

import json
import time
from pathlib import Path

import pytest

from benchmarks.suites import SuiteError, read_suite, suite_names
from benchmarks.suites.reading import toml_content

SEARCHES = '[tuning]\nmethods = ["random"]\ntrials = 4\n[tuning.space]\nlearning_rate = {{ {} }}\n'
SOUND = 'name = "x"\ntasks = ["digits"]\nimplementations = ["numpy"]\n'


@pytest.mark.parametrize("name", suite_names())
def test_the_projects_own_suites_are_sound_and_named_like_their_files(name: str) -> None:
    assert read_suite(name).name == name


@pytest.mark.parametrize("name", ["quick", "standard"])
def test_what_newcomers_run_repeats_enough_for_a_statement(name: str) -> None:
    suite = read_suite(name)
    assert min(map(suite.repeats_of, suite.tasks)) >= 3
    small_tables = {"breast-cancer", "diabetes", "wine"} & set(suite.tasks)
    assert small_tables
    assert min(map(suite.repeats_of, small_tables)) >= 10
    assert min(suite.timing_of(task).launches for task in suite.tasks) >= 5


def test_a_suite_file_anywhere_will_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SOUND + "folds = 3\n[timing]\nlaunches = 4\n")
    suite = read_suite(str(path))
    assert (suite.folds, suite.timing.launches, suite.tasks) == (3, 4, ("digits",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND.replace("digits", "digit"), "task 'digit' is unknown; there are"),
        (SOUND.replace("numpy", "nunpy"), "implementation 'nunpy' is unknown; there are"),
        (SOUND + 'recipes = ["mpl"]', "recipe 'mpl' is unknown; there are"),
        (SOUND + 'architectures = ["mpl"]', "recipe 'mpl' is unknown; there are"),
        (SOUND + 'folds = "five"', "folds: "),
        (SOUND + "folds = 2.5", "folds: "),
        (SOUND + "folds = 1", "folds: "),
        (SOUND + "threads = 0", "threads: "),
        (SOUND + "max_epochs = 0", "max_epochs: "),
        (SOUND + "keep_training_s = -1", "keep_training_s: "),
        (SOUND + 'devices = ["tpu"]', "devices.0: "),
        (SOUND + "[timing]\nbatch_sizes = []", "timing.batch_sizes: "),
        (SOUND + "colour = 1", "colour: "),
        (SOUND + '[long]\ntasks = ["digit"]', "long.tasks: "),
        (SOUND + '[long]\nimplementations = ["nunpy"]', "long.implementations: "),
        (SOUND + "[seeds]\ndigit = 3", "seeds: task 'digit' is unknown"),
        (SOUND + "[seeds]\ndigits = 0", "seeds.digits: "),
        (SOUND + '[recipes_of]\ndigit = ["mlp"]', "recipes_of: task 'digit' is unknown"),
        (SOUND + '[recipes_of]\ndigits = ["lstm"]', "recipes_of: digits: recipe 'lstm' is unknown; it has mlp, cnn"),
        (SOUND + "[recipes_of]\ndigits = []", "recipes_of.digits: "),
        (SOUND + '[seeds]\ndigits = "ten"', "seeds.digits: "),
        (SOUND + "[seeds]\ndigits = 1000000000", "seeds.digits: "),
        (SOUND + "seeds = 3", "seeds: "),
        (SOUND + "[epochs]\ndigit = 3", "epochs: task 'digit' is unknown"),
        (SOUND + "[epochs]\ndigits = 0", "epochs.digits: "),
        (SOUND + '[timing]\nleave_out = ["digit"]', "timing.leave_out: "),
        (SOUND + "[long]\nlaunches = 0", "long.launches: "),
        (SOUND + SEARCHES.format("low = 0.0, high = 1.0, logarithmic = true"), "a logarithmic axis are above 0"),
        (SOUND + SEARCHES.format("choices = [-1.0, 1.0], logarithmic = true"), "a logarithmic axis are above 0"),
        (SOUND + SEARCHES.format('low = "0.1", high = 1.0'), "tuning.space.learning_rate.low: "),
        (SOUND + SEARCHES.format("low = true, high = 2.0"), "tuning.space.learning_rate.low: "),
        (SOUND + SEARCHES.format("low = 0.1, high = inf"), "tuning.space.learning_rate.high: "),
        (SOUND + SEARCHES.format("choices = [nan]"), "tuning.space.learning_rate.choices.0: "),
        (SOUND + SEARCHES.format("choices = [1e300]"), "tuning.space.learning_rate.choices.0: "),
        (SOUND + SEARCHES.replace("learning_rate", "batch_size").format("low = 8.0, high = 64.0"), "batch_size=26.6"),
        (SOUND + SEARCHES.replace("learning_rate", "epochs").format("choices = [0]"), "epochs=0"),
        (SOUND + SEARCHES.replace("learning_rate", "speed").format("choices = [1]"), "override 'speed' is unknown"),
        (SOUND + SEARCHES.format("low = -0.1, high = 1.0"), "tuning of recipe"),
        ('name = "x"\ntasks = ["digits"]', "implementations: Field required"),
        (SOUND.replace('["digits"]', "[]"), "tasks: "),
        (SOUND.replace('["digits"]', '["digits", "digits"]'), "named twice"),
        # Counts without an upper bound would be planned for ever, texts and truth values are no numbers.
        (SOUND + "folds = 1000000000", "folds: "),
        (SOUND + "repeats = 1000000000", "repeats: "),
        (SOUND + "repeats = true", "repeats: "),
        (SOUND + "threads = 99999999999999999999", "threads: "),
        (SOUND + "max_epochs = 10000000", "max_epochs: "),
        (SOUND + "time_limit_s = true", "time_limit_s: "),
        (SOUND + "time_limit_s = nan", "time_limit_s: "),
        (SOUND + "memory_limit_mib = inf", "memory_limit_mib: "),
        (SOUND + 'memory_limit_mib = "inf"', "memory_limit_mib: "),
        (SOUND + 'keep_training_s = "32"', "keep_training_s: "),
        (SOUND + "keep_training_s = inf", "keep_training_s: "),
        (SOUND + "[timing]\nlaunches = 99999999999999999999", "timing.launches: "),
        (SOUND + '[timing]\nbudget_s = "32"', "timing.budget_s: "),
        (SOUND + "[timing]\nbatch_sizes = [32, 32]", "timing.batch_sizes: 32 is named twice"),
        (SOUND + "[timing]\nbatch_sizes = [true]", "timing.batch_sizes.0: "),
        (SOUND + "[long]\nbatch_sizes = [1, 1]", "long.batch_sizes: 1 is named twice"),
        (SOUND + 'devices = ["cpu", "cpu"]', "devices: 'cpu' is named twice"),
        # What would leave nothing to measure must not end in "all is good".
        (SOUND + 'devices = ["cuda"]', "device 'cuda': none of numpy runs on it"),
        (
            SOUND.replace("numpy", "torch+bf16") + 'dtype = "float64"',
            "dtype 'float64': implementation 'torch+bf16' has no such precision",
        ),
        (SOUND + 'recipes = ["lstm"]', "recipe 'lstm': none of the tasks digits has it"),
        (SOUND.replace("digits", "wine") + "folds = 200", "folds: 200 are more than the 178 examples of task 'wine'"),
        # Control characters of a key or a value do not reach the terminal, nor does all of a long one.
        (SOUND + '"a\\nb\\u001b[31m" = 1', "a\\nb\\x1b[31m: "),
        (SOUND.replace("digits", "d" * 5000), f"task '{'d' * 60}'… is unknown; there are"),
        (SOUND + "x = " + "[" * 300 + "]" * 300, "x: "),
        (SOUND + "x = " + "[" * 5000 + "]" * 5000, "is not TOML: nested too deeply"),
        (SOUND + ".".join("a" * 30_000) + " = 1", "is not TOML: nested too deeply"),
        (SOUND + "[" + ".".join("1" * 30_000) + "]", "is not TOML: nested too deeply"),
        (SOUND + "x = " + "9" * 5000, "is not TOML: "),
        (SOUND + "#" * 2**20, "is larger than 1 MiB"),
        ("name = ", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
    ],
)
def test_a_wrong_suite_file_is_refused_saying_where_and_what(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SuiteError) as refused:
        read_suite(str(path))
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1500


def test_a_byte_order_mark_before_a_suite_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert read_suite(str(path)).name == "x"


def test_points_in_texts_and_comments_are_no_deep_key(tmp_path: Path) -> None:
    """A gate names its files on one line, say, and a line of points separates parts."""
    files = json.dumps([f"package/{number}.py" for number in range(100)])
    content = f"# {'.' * 100}\nfiles = {files}\nrates = {[0.5] * 100}\n\"a.b\".c = 'One. Two.'\n"
    assert toml_content(content.encode())["a.b"] == {"c": "One. Two."}


def test_very_many_names_are_refused_in_time_that_grows_with_them(tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    path.write_text(SOUND + f"[recipes_of]\ndigits = {json.dumps([f'r{number}' for number in range(80_000)])}\n")
    began = time.process_time()
    with pytest.raises(SuiteError, match="recipe 'r0' is unknown"):
        read_suite(str(path))
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("name", ["quik", "nowhere.toml"])
def test_an_unknown_suite_names_those_there_are(name: str) -> None:
    with pytest.raises(SuiteError, match="full, gpu, gpu-short, quick, standard"):
        read_suite(name)


def test_a_folder_is_no_suite_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(SuiteError, match="cannot be read"):
        read_suite(str(folder))
