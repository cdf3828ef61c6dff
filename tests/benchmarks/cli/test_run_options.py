"""What `threefold run` makes of its options: the same word means the same as in `threefold certify`."""

import pytest

from benchmarks.cli.run import _recipes_of as recipes_of
from benchmarks.suites import Suite, read_suite
from impls.errors import ArchitectureError
from impls.spec.discovery import architectures


def test_an_architecture_stands_for_the_recipes_that_the_tasks_have_of_it() -> None:
    names = ("names", "cmudict")
    assert recipes_of(["recurrent"], None, names) == ["rnn", "lstm", "gru"]
    both = recipes_of(["seq2seq", "cnn"], None, names)
    assert set(both or ()) == {"cnn", "seq2seq", "additive", "multiplicative"}
    assert recipes_of(["recurrent"], ["lstm", "mlp"], names) == ["lstm"]
    assert recipes_of(None, ["lstm"], names) == ["lstm"]


@pytest.mark.parametrize("name", architectures())
def test_every_architecture_that_certify_takes_is_taken(name: str) -> None:
    every = tuple(read_suite("full").tasks)
    assert recipes_of([name], None, every)


def test_an_unknown_architecture_is_answered_as_in_certify() -> None:
    with pytest.raises(ArchitectureError, match="architecture 'lstn' is unknown; there are cnn, mlp, recurrent"):
        recipes_of(["lstn"], None, ("names",))


def test_suite_files_of_before_are_read() -> None:
    content = {"name": "x", "tasks": ["names"], "implementations": ["numpy"]}
    assert Suite.model_validate(content | {"architectures": ["lstm"]}).recipes == ("lstm",)
    assert Suite.model_validate(content | {"recipes": ["lstm"]}).recipes == ("lstm",)
