"""Changes of a recipe: each names a field of the recipe, of its `Training` or of its architecture."""

from collections.abc import Mapping
from dataclasses import fields, replace
from math import prod
from typing import Any, get_args, get_type_hints

from benchmarks.kinds import TaskError
from benchmarks.printable import shown
from benchmarks.tasks.base import Recipe
from impls import Architecture, Training
from impls.errors import ThreefoldError
from impls.spec.default_starts import DEFAULT_STARTS
from impls.spec.discovery import architectures
from impls.training import Loss

#: Fields of a recipe itself.
_OF_RECIPE = ("batch_size", "epochs")
#: A framework whose default starting weights are taken; no field either: the cell's settings have it.
INITIALIZATION = "initialization"
#: Another architecture, by its folder's name, in place of the recipe's.
NETWORK = "network"
#: The amount of training data, which is no field of a recipe: the cell has it.
TRAIN_EXAMPLES = "train_examples"
#: What TOML, which has no null, gives for None where a field can be None.
_NONE = "none"
#: Losses of classes and tokens, and of numbers: targets of one sort mean nothing to the other.
_LOSSES: tuple[tuple[Loss, ...], ...] = (
    ("softmax_cross_entropy",),
    ("sigmoid_cross_entropy",),
    ("mean_squared_error", "mean_absolute_error", "huber"),
)


def override_names(architecture: type[Architecture]) -> tuple[str, ...]:
    """What can be changed, by name: fields of a recipe, of the training, and of this architecture."""
    return (
        NETWORK,
        TRAIN_EXAMPLES,
        INITIALIZATION,
        *_OF_RECIPE,
        *(field.name for field in fields(Training)),
        *(field.name for field in fields(architecture)),
    )


def overridden(recipe: Recipe, overrides: Mapping[str, Any]) -> Recipe:
    """The recipe with fields replaced. `train_examples` and `initialization` are checked and left to the cell.

    Args:
        recipe: as the task declares it.
        overrides: field -> value; lists become tuples, and "none" is None for fields that can be None. With `network`
            the fields of that architecture are given, all that have no default.

    Raises:
        TaskError: there is no such field, its value is impossible, or the network would no longer fit the task's data.
    """
    described = _architecture(recipe, overrides)
    known = override_names(described)
    for name in overrides:
        if name not in known:
            raise TaskError(f"override {shown(name)} is unknown; there are {', '.join(sorted(known))}")
    for name in (TRAIN_EXAMPLES, *_OF_RECIPE):
        if name in overrides and not _is_count(overrides[name]):
            raise TaskError(
                f"override {name}={shown(overrides[name])} is not possible; give a whole number of 1 or more"
            )
    if INITIALIZATION in overrides and overrides[INITIALIZATION] not in tuple(DEFAULT_STARTS):
        value = shown(overrides[INITIALIZATION])
        raise TaskError(f"override {INITIALIZATION}={value} is not possible; give one of {', '.join(DEFAULT_STARTS)}")
    try:
        training = replace(recipe.training, **_of(Training, overrides))
        given = _of(described, overrides)
        architecture = described(**given) if NETWORK in overrides else replace(recipe.architecture, **given)
    except ThreefoldError as error:
        raise TaskError(f"override of {error}") from None
    except (TypeError, OverflowError) as error:  # a table where a number is wanted, a size missing, a huge number
        raise TaskError(f"overrides do not make a network: {error}") from None
    _require_fitting(recipe, architecture, training)
    own = {name: overrides[name] for name in _OF_RECIPE if name in overrides}
    return replace(recipe, architecture=architecture, training=training, **own)


def _architecture(recipe: Recipe, overrides: Mapping[str, Any]) -> type[Architecture]:
    if NETWORK not in overrides:
        return type(recipe.architecture)
    known = architectures()
    name = overrides[NETWORK]
    if not isinstance(name, str) or name not in known:
        raise TaskError(f"network {shown(name)} is unknown; there are {', '.join(known)}")
    return known[name]


def _of(described: type[Training] | type[Architecture], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides that are fields of the class, as it takes them."""
    hints = get_type_hints(described)
    names = {field.name for field in fields(described)}
    return {name: _value(value, hints[name]) for name, value in overrides.items() if name in names}


def _value(value: Any, hint: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return None if value == _NONE and type(None) in get_args(hint) else value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _require_fitting(recipe: Recipe, architecture: Architecture, training: Training) -> None:
    """The network has to read the same data and to answer in the same form."""
    before, after = recipe.architecture, architecture
    # Real numbers may be read in another shape: an image as a row, or as a sequence of rows.
    same_inputs = prod(before.input_shape) == prod(after.input_shape) and before.fields == after.fields
    if not same_inputs or before.output_shape != after.output_shape:
        raise TaskError(
            f"the network would take {_form(after)}, the task's data have {_form(before)}; "
            "leave the sizes of inputs and outputs as they are"
        )
    if training.loss != recipe.training.loss:
        possible = next(losses for losses in _LOSSES if recipe.training.loss in losses)
        if training.loss not in possible:
            raise TaskError(f"override loss={training.loss!r} does not fit the task; there are {', '.join(possible)}")


def _form(architecture: Architecture) -> str:
    tokens = "".join(f" of {field.vocabulary} tokens" for field in architecture.fields)
    return f"inputs {architecture.input_shape}{tokens} for outputs {architecture.output_shape}"
