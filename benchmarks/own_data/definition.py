"""What was inferred of a user's own file: all that a process needs to make its data set and its task again."""

from typing import Literal, TypeAlias

from benchmarks.records.cells import Frozen

#: How a column is read: as numbers, as categories, as dates (which become three numbers), or not at all.
Role: TypeAlias = Literal["number", "category", "date", "skip"]
Problem: TypeAlias = Literal["classification", "regression"]

#: Stands for a missing value among categories, and for every category that is too rare for a place of its own.
MISSING, OTHER = "(missing)", "(other)"


class Column(Frozen):
    """One column of the inputs."""

    name: str
    role: Role
    #: Whether values are missing somewhere in the file.
    missing: bool = False
    #: Of categories, in alphabetical order; with `MISSING` and `OTHER` at the end where they are needed.
    categories: tuple[str, ...] = ()
    #: Of dates: how they are written, for `pandas.to_datetime`; empty where the file itself has dates.
    date_format: str = ""
    #: What is said about it beside its role: why it is left out, say.
    remark: str = ""

    @property
    def width(self) -> int:
        """Inputs of a network that it becomes."""
        if self.role == "number":
            return 2 if self.missing else 1
        if self.role == "date":
            return 6 if self.missing else 3
        return len(self.categories)


class Definition(Frozen):
    """A file, and how it is understood."""

    #: The file's name and SHA-256.
    file: str
    file_sha256: str
    file_bytes: int
    #: By which the task and the data set go.
    name: str
    form: Literal["table", "text"]
    target: str
    problem: Problem
    #: Rows with a target.
    examples: int
    #: Shape of one example as loaded.
    shape: tuple[int, ...]
    #: SHA-256 of the loaded arrays.
    content_sha256: str
    #: Names of the classes, in the order of their numbers.
    classes: tuple[str, ...] = ()
    #: Of a table.
    columns: tuple[Column, ...] = ()
    #: The column of texts, whether letters or words are read, positions and vocabulary.
    text: str = ""
    letters: bool = False
    length: int = 0
    vocabulary: int = 0
    #: Examples that are held out instead of folds: of a large table.
    held_out: int | None = None

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that are read."""
        return tuple(column for column in self.columns if column.role != "skip")

    @property
    def width(self) -> int:
        """Inputs of a network for a table."""
        return sum(column.width for column in self.used)
