"""Our results beside published ones: how ours were trained is said by the records."""

from pathlib import Path

from report.published.beside import beside_block, groups
from report.runs.reading import read_run
from tests.report.sample_runs import accuracy, place, write_run


def test_what_our_trainings_were_is_that_of_the_records(tmp_path: Path) -> None:
    records = [
        accuracy(place("digits", "mlp", "numpy"), [0.9, 0.92, 0.91], epochs=12, examples=(1198, 599)),
        accuracy(place("digits", "cnn", "numpy"), [0.9], epochs=1, examples=(100, 50)),
    ]
    block = beside_block([read_run(write_run(tmp_path, records, label="mine"))])
    (section,) = (each for each in block.split("## ") if each.startswith("Digits read row by row"))
    assert "our run mine, 3 trainings of 12 epochs, 17,226 parameters, on 1,198 examples, tested on 599" in section
    assert "our run mine, one training of 1 epoch, 17,226 parameters, on 100 examples, tested on 50" in section
    assert "hold none of these tasks yet" not in section


def test_the_file_says_nothing_of_our_runs_in_numbers() -> None:
    """Its numbers are those of the sources; a sentence on ours has none, which a new run would make wrong."""
    for group in groups():
        for sentence in group.difference.replace("mnist-5k", "").split(". "):
            _, ours, rest = sentence.partition("ours ")
            assert not (ours and any(letter.isdigit() for letter in rest)), sentence
