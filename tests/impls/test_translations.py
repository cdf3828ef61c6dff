"""The networks of an architecture have the same classes, methods and layers in all three frameworks, in one order."""

import ast
import re
from pathlib import Path

import pytest

import impls
from impls.spec.discovery import architectures

SOURCES = Path(impls.__file__).parent
FRAMEWORKS = ("numpy", "torch", "keras")

#: What NumPy alone has, since PyTorch and Keras differentiate by themselves and keep attention's weights to themselves.
BY_HAND = {"backward", "attention_weights"}
#: Arguments that NumPy's layers take one by one, and the others from their framework.
NUMPY_ARGUMENTS = {"dtype", "generator"}
#: (architecture, framework) -> methods that it does without, and why.
LACKING = {
    ("cnn", "keras"): {"forward"},  # A layer, Reshape, makes images of embedded tokens.
}

#: Files of `impls.scratch` that a framework does without, and why.
NEITHER_NEEDS = {
    "buffers", "layer", "sums", "windows", "erf",  # How layers are made in NumPy.
    "dense", "sequential",  # `nn.Linear`, `keras.layers.Dense` and their own chains.
    "gru", "lstm",  # `recurrent` takes their own.
    "losses", "optimizers",  # They stand beside the layers' folder.
}  # fmt: skip
KERAS_LACKS = {
    "convolution", "embedding", "flatten",  # Keras's own are the contract's.
    "time_steps",  # Keras's recurrent layers take a mask.
}  # fmt: skip


def network_file(architecture, framework):
    return SOURCES / architecture / f"in_{framework}.py"


def signature(function):
    """Name, arguments, and what is returned, whatever the framework calls its arrays."""
    arguments = [each.arg for each in function.args.args if each.arg not in NUMPY_ARGUMENTS]
    returned = re.sub(r"\b(Array|Tensor|Any)\b", "Array", ast.unparse(function.returns)) if function.returns else ""
    return function.name, tuple(arguments), returned.replace("Array | None", "Array")


def public_methods(path):
    """Class -> signatures of its public methods, `__init__` among them, in order; classes in order too."""
    return {
        each.name: [
            signature(member)
            for member in each.body
            if isinstance(member, ast.FunctionDef) and (member.name == "__init__" or not member.name.startswith("_"))
        ]
        for each in ast.parse(path.read_text("utf-8")).body
        if isinstance(each, ast.ClassDef)
    }


@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("name", architectures())
def test_public_methods_are_numpys_in_its_order(name, framework):
    by_hand, translated = (public_methods(network_file(name, each)) for each in ("numpy", framework))
    left_out = BY_HAND | LACKING.get((name, framework), set())
    expected = [
        (class_name, [each for each in methods if each[0] not in left_out]) for class_name, methods in by_hand.items()
    ]
    assert list(translated.items()) == expected


def test_every_network_over_tokens_that_decodes_begins_and_steps():
    for name in ("recurrent", "seq2seq", "transformer"):
        methods = [method for method, *_ in public_methods(network_file(name, "numpy"))["Network"]]
        assert methods.index("forward") < methods.index("begin") < methods.index("step")


@pytest.mark.parametrize("name", ["recurrent", "seq2seq", "transformer"])
def test_one_mask(name):
    for framework in FRAMEWORKS:
        tree = ast.parse(network_file(name, framework).read_text("utf-8"))
        names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
        assert "real" in names
        assert not names & {"mask", "padding", "lengths", "memory_mask"}


def test_layers_stand_in_the_same_files():
    scratch, torch, keras = (
        {path.stem for path in (SOURCES / folder).glob("*.py")} - {"__init__"}
        for folder in ("scratch", "engines/in_torch/layers", "engines/in_keras/layers")
    )
    assert torch == scratch - NEITHER_NEEDS
    assert keras == torch - KERAS_LACKS
