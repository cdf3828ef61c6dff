"""What a user's own file asks for: classification or regression, from which columns, of how many examples."""

import datetime
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.datasets.sources.content import content_sha256
from benchmarks.own_data.columns import numbers_of, understand
from benchmarks.own_data.definition import Column, Definition, Problem, Role
from benchmarks.own_data.errors import OwnDataError
from benchmarks.own_data.loading import class_names, table_data
from benchmarks.own_data.reading import ending_of, read_file, read_table
from benchmarks.tasks.encodings.texts import WORD
from impls import Array
from impls.spec.tokens import FIRST_SYMBOL

if TYPE_CHECKING:
    import pandas as pd

#: Whole numbers with at most this many different values are classes; with at most `MOST_CONSECUTIVE`, if none between
#: the smallest and the largest is missing.
MOST_CLASSES_OF_NUMBERS, MOST_CONSECUTIVE = 10, 30
MOST_CLASSES = 1000
FEWEST_ROWS = 20
#: From here on a part of the table is held out instead of folds.
LARGE, MOST_HELD_OUT = 200_000, 100_000
#: Texts: positions that networks read at most, and words that have numbers of their own.
MOST_POSITIONS, MOST_WORDS = 128, 10_000
#: Up to this many words, in the median, a text is read letter by letter.
LETTERS_BELOW = 3


class Inferred(NamedTuple):
    """What was inferred of a file."""

    definition: Definition
    #: Rows without a target.
    left_out: int
    #: The rarest class and its examples; None for regression.
    rarest: tuple[str, int] | None


def infer(
    path: Path,
    target: str,
    *,
    text: str | None = None,
    problem: Problem | None = None,
    roles: Mapping[str, Role] | None = None,
    folds: int | None = None,
) -> Inferred:
    """Read the file and say what is to be learned from it.

    Args:
        path: the file.
        target: name of the column that is predicted.
        text: name of a column of texts, which alone is read then.
        problem: classification or regression; None infers it.
        roles: what the user says about columns.
        folds: of the cross-validation that the user asks for; None lets large tables have a held-out part.

    Raises:
        OwnDataError: the file cannot be used; the message says why, and what to do.
    """
    ending_of(path)  # before gigabytes of something else are read
    content = read_file(path)
    frame = read_table(path, content)
    roles = roles or {}
    for name in (target, *([text] if text is not None else []), *roles):
        _require_column(path, frame, name)
    if target == text:
        raise OwnDataError(f"{path}: column {target!r} cannot be both the target and the text")
    rows = len(frame)
    frame = frame[frame[target].notna()].reset_index(drop=True)
    if len(frame) < FEWEST_ROWS:
        raise OwnDataError(f"{path}: {len(frame)} rows have a value of {target!r}; {FEWEST_ROWS} are needed at least")
    chosen, classes = _problem(path, target, frame[target], problem)
    common = {
        "file": path.name,
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "file_bytes": len(content),
        "name": _name(path, target, text),
        "target": target,
        "problem": chosen,
        "examples": len(frame),
        "classes": classes,
        "held_out": min(MOST_HELD_OUT, len(frame) // 5) if folds is None and len(frame) > LARGE else None,
    }
    if text is not None:
        if chosen != "classification":
            raise OwnDataError(f"{path}: texts are classified, but {target!r} holds numbers; give a target of classes")
        described = _texts(path, text, frame[text])
    else:
        described = {"columns": _columns(path, target, frame, chosen, roles)}
    form = "table" if text is None else "text"
    unfinished = Definition.model_validate({**common, **described, "form": form, "shape": (), "content_sha256": ""})
    data = table_data(unfinished, frame)
    known = {
        "shape": tuple(int(extent) for extent in data.inputs.shape[1:]),
        "content_sha256": content_sha256(data.inputs, data.targets),
    }
    rarest = None
    if classes:
        counts = np.bincount(data.targets, minlength=len(classes))
        rarest = (classes[int(counts.argmin())], int(counts.min()))
    return Inferred(unfinished.model_copy(update=known), rows - len(frame), rarest)


def check_folds(path: Path, inferred: Inferred, folds: int) -> None:
    """Whether every class has an example for each fold, or two where a part is held out.

    Raises:
        OwnDataError: the rarest class has too few.
    """
    if not inferred.rarest:
        return
    name, count = inferred.rarest
    wanted = folds if inferred.definition.held_out is None else 2
    if count < wanted:
        advice = "remove its rows or join it with another class" + (f", or give --folds {count}" if count > 1 else "")
        how = f"the {folds} folds" if inferred.definition.held_out is None else "two parts"
        raise OwnDataError(
            f"{path}: class {name!r} of {inferred.definition.target!r} has {count} "
            f"example{'' if count == 1 else 's'}, too few for {how}; {advice}"
        )


def _require_column(path: Path, frame: "pd.DataFrame", name: str) -> None:
    if name in frame.columns:
        return
    known = list(frame.columns)
    shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    raise OwnDataError(f"{path}: has no column {name!r}; it has {shown}")


def _name(path: Path, target: str, text: str | None) -> str:
    words = [path.name.partition(".")[0], target, *([text] if text else [])]
    return "-".join(re.sub(r"\W+", "-", word.lower()).strip("-") or "column" for word in words)


def _problem(path: Path, target: str, values: "pd.Series", given: Problem | None) -> tuple[Problem, tuple[str, ...]]:
    """What is asked, and the names of the classes."""
    numbers = values.dtype.kind in "iufm"
    if values.dtype.kind == "M" or all(isinstance(value, datetime.date) for value in values):
        raise OwnDataError(f"{path}: target {target!r} holds dates; give a target of classes or of numbers")
    if values.dtype.kind == "c" or any(isinstance(value, list | dict | np.ndarray) for value in values):
        raise OwnDataError(
            f"{path}: target {target!r} holds no single real values; give a target of classes or of numbers"
        )
    chosen = given or ("classification" if not numbers or _are_classes(values) else "regression")
    if chosen == "regression":
        return chosen, _check_numbers(path, target, values)
    names = class_names(values)
    counts = names.value_counts()
    if len(counts) < 2:
        raise OwnDataError(f"{path}: target {target!r} has the one value {names.iloc[0]!r}; there is nothing to learn")
    if len(counts) > MOST_CLASSES or (len(counts) > MOST_CONSECUTIVE and len(counts) > len(values) / 2):
        raise OwnDataError(
            f"{path}: target {target!r} has {len(counts):,} different values in {len(values):,} rows, too many for "
            "classes; " + ("give --problem regression" if numbers else "is it an identifier? name another column")
        )
    order = counts.index.tolist()
    of_numbers = values.dtype.kind in "iuf"
    return chosen, tuple(sorted(order, key=lambda name: (float(name), "")) if of_numbers else sorted(order))


def _are_classes(values: "pd.Series") -> bool:
    """Whether a target of numbers numbers classes: whole, and few different ones or without a gap."""
    if values.dtype.kind == "m" or not (np.isfinite(values) & (values == values.round())).all():
        return False
    different = values.nunique()
    without_gap = values.max() - values.min() == different - 1
    return bool(different <= MOST_CLASSES_OF_NUMBERS or (different <= MOST_CONSECUTIVE and without_gap))


def _check_numbers(path: Path, target: str, values: "pd.Series") -> tuple[str, ...]:
    numbers = _floats(values)
    if not np.isfinite(numbers).all():
        row = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise OwnDataError(
            f"{path}: target {target!r} holds {str(values.iloc[row])!r} in row {row + 1}, no finite number"
        )
    if numbers.min() == numbers.max():
        raise OwnDataError(f"{path}: target {target!r} has the one value {numbers[0]:g}; there is nothing to learn")
    return ()


def _columns(
    path: Path, target: str, frame: "pd.DataFrame", problem: Problem, roles: Mapping[str, Role]
) -> tuple[Column, ...]:
    try:
        columns = tuple(understand(name, frame[name], roles.get(name)) for name in frame.columns if name != target)
    except OwnDataError as error:
        raise OwnDataError(f"{path}: {error}") from None
    if all(column.role == "skip" for column in columns):
        reasons = "; ".join(f"{column.name}: {column.remark}" for column in columns[:3])
        raise OwnDataError(f"{path}: no column is left to learn from ({reasons or 'there is only the target'})")
    return tuple(_beside_target(column, frame[column.name], frame[target], problem) for column in columns)


def _beside_target(column: Column, values: "pd.Series", target: "pd.Series", problem: Problem) -> Column:
    """The column; one that gives the target away says so: its copy, or other names for the same classes."""
    import pandas as pd

    if column.role == "skip":
        return column
    if problem == "classification":
        same = np.array_equal(pd.factorize(values)[0], pd.factorize(target)[0])
    else:
        same = column.role == "number" and np.array_equal(_floats(values), _floats(target))
    if not same:
        return column
    warning = f"says what the target says: give --column {column.name}=skip unless it is known beforehand"
    return column.model_copy(update={"remark": "; ".join(filter(None, (column.remark, warning)))})


def _floats(values: "pd.Series") -> Array:
    return numbers_of(values).to_numpy(np.float64, na_value=np.nan)


def _texts(path: Path, name: str, values: "pd.Series") -> dict[str, object]:
    texts = values.fillna("").astype(str)
    words = [len(WORD.findall(each)) for each in texts]
    if values.dtype.kind in "iufmM" or max(words) == 0:
        raise OwnDataError(f"{path}: column {name!r} holds no texts; leave --text out to read all columns")
    letters = bool(np.median(words) < LETTERS_BELOW)
    lengths = [len(each) for each in texts] if letters else words
    if letters:
        vocabulary = len(set("".join(texts).lower()))
    else:
        vocabulary = min(len({word for each in texts for word in WORD.findall(each.lower())}), MOST_WORDS)
    length = min(max(int(np.quantile(lengths, 0.95)), 2), MOST_POSITIONS)
    return {"text": name, "letters": letters, "length": length, "vocabulary": vocabulary + FIRST_SYMBOL + 1}
