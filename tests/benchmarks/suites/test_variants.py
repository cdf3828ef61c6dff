"""Suites change recipes: what is run then, and what a wrong name is answered with."""

from pathlib import Path

import pytest

from benchmarks.records.cells import AccuracyCell, CertificateCell, TimingCell, Variant
from benchmarks.records.networks import model_spec
from benchmarks.runner.plan import DataFacts, plan
from benchmarks.suites import Suite, SuiteError, read_suite
from benchmarks.tasks import tasks
from impls.mlp import MLP

SOUND = 'name = "x"\ntasks = ["digits", "wine"]\nimplementations = ["numpy", "torch"]\n'
WIDE = '[[variants]]\nname = "wide"\ntasks = ["digits"]\nrecipes = ["mlp"]\noverrides = { hidden = [9], epochs = 2 }\n'


def suite_of(text: str, folder: Path) -> Suite:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_suite(str(path))


def cells_of(suite: Suite) -> list[AccuracyCell | CertificateCell | TimingCell]:
    planned = plan(suite, {name: DataFacts("0") for name in suite.tasks})
    return [each.cell for each in planned if not isinstance(each.cell, AccuracyCell) or each.cell.epochs]  # type: ignore[misc]  # nothing else is planned


@pytest.mark.parametrize(
    ("unchanged", "labels"),
    [
        ("all", {"digits mlp", "digits cnn", "digits mlp:wide", "wine mlp"}),
        ("without variants", {"digits cnn", "digits mlp:wide", "wine mlp"}),
        ("none", {"digits mlp:wide"}),
    ],
)
def test_variants_run_beside_or_instead_of_recipes(unchanged: str, labels: set[str], tmp_path: Path) -> None:
    suite = suite_of(SOUND + f'unchanged_recipes = "{unchanged}"\n' + WIDE, tmp_path)
    trained = [cell for cell in cells_of(suite) if isinstance(cell, AccuracyCell)]
    assert {f"{cell.task} {cell.architecture}" for cell in trained} == labels
    assert len(trained) == 2 * len(labels)


def test_all_cells_of_a_variant_hold_it_and_its_network(tmp_path: Path) -> None:
    cells = [cell for cell in cells_of(suite_of(SOUND + WIDE, tmp_path)) if getattr(cell, "variant", None)]
    assert {cell.kind for cell in cells} == {"accuracy", "timing", "certificate"}
    for cell in cells:
        assert cell.variant == Variant(recipe="mlp", name="wide", overrides={"hidden": [9], "epochs": 2})
        architecture = model_spec(cell).architecture
        assert isinstance(architecture, MLP)
        assert architecture.hidden == (9,)
        assert model_spec(cell).training == tasks()["digits"].recipes["mlp"].training
        if isinstance(cell, AccuracyCell):
            assert cell.epochs == 2


def test_cells_without_a_variant_are_written_as_before_there_were_any() -> None:
    suite = Suite(name="x", tasks=("digits",), implementations=("numpy",))
    for cell in cells_of(suite):
        assert not {"variant", "train_examples", "validation_share", "training_metrics"} & set(cell.model_dump())


def test_variants_that_train_the_same_network_have_one_certificate(tmp_path: Path) -> None:
    few = '[[variants]]\nname = "few"\nrecipes = ["mlp"]\noverrides = { train_examples = 50, batch_size = 8 }\n'
    cells = cells_of(suite_of(SOUND + few, tmp_path))
    certified = [cell for cell in cells if isinstance(cell, CertificateCell) and cell.task == "digits"]
    assert sorted(f"{cell.architecture} {cell.implementation}" for cell in certified) == [
        "cnn numpy", "cnn torch", "mlp numpy", "mlp torch",
    ]  # fmt: skip
    assert {cell.sizes for cell in certified if cell.architecture == "mlp"} == {(8, 32, 64, 256)}
    assert {cell.train_examples for cell in cells if isinstance(cell, AccuracyCell) and cell.variant} == {50}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WIDE.replace('["digits"]', '["digit"]'), "variant 'wide': task 'digit' is unknown; there are"),
        (WIDE.replace('["digits"]', '["names"]'), "variant 'wide': task 'names' is not among those of the suite"),
        (WIDE.replace('["mlp"]', '["mpl"]'), "variant 'wide': recipe 'mpl' is not among .*; there are cnn, mlp"),
        (
            WIDE.replace("hidden", "hiden"),
            "variant 'wide' of recipe 'mlp' of task 'digits': override 'hiden' is unknown",
        ),
        (
            WIDE.replace('recipes = ["mlp"]\n', "").replace("hidden = [9]", "kernel_size = 3"),
            "variant 'wide' of recipe 'mlp' of task 'digits': override 'kernel_size' is unknown",
        ),
        (WIDE.replace("[9]", '"wide"'), "hidden='wide' is not possible"),
        (WIDE + WIDE, "variant 'wide' of recipe 'mlp' of task 'digits' is named twice"),
        (WIDE.replace('"wide"', '"wi:de"'), "variants.0.name"),
        (WIDE.replace('"wide"', '""'), "variants.0.name"),
        ('[[variants]]\nname = "x"\noverrides = {}\n', "variants.0.overrides"),
        ('unchanged_recipes = "none"\n', "leave nothing to run"),
        ("validation_share = 1.0\n", "validation_share"),
    ],
)
def test_a_wrong_variant_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=said) as raised:
        suite_of(SOUND + text, tmp_path)
    assert "\n" not in str(raised.value)
