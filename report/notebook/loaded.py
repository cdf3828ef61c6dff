"""A run as a program or notebook uses it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from benchmarks.records.results import Manifest, Record
from benchmarks.records.store import writing_beside
from impls.errors import ThreefoldError
from report.contents import Contents, contents_of
from report.figures.plain import Figure
from report.notebook import frames
from report.runs.reading import Run, read_run

#: What `LoadedRun.where` chooses by: fields of a record's cell.
CHOSEN_BY = ("kind", *frames.PLACE)


@dataclass(frozen=True)
class DrawnFigure:
    """A figure of the report; a notebook shows it."""

    figure: Figure

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        return self.figure.title

    @property
    def caption(self) -> str:
        """What it shows and how to read it."""
        return self.figure.caption

    @cached_property
    def svg(self) -> str:
        """The figure as SVG."""
        from report.figures.drawing import draw  # it imports Matplotlib

        return draw(self.figure.drawing, self.figure.name, self.title, png=False)[0]

    @cached_property
    def png(self) -> bytes:
        """The figure as PNG, at 144 pixels an inch."""
        from report.figures.drawing import draw

        pixels = draw(self.figure.drawing, self.figure.name, self.title, png=True)[1]
        assert pixels is not None
        return pixels

    def save(self, path: Path | str) -> None:
        """Write it to a file that ends with .svg or .png, in the place of one that is there.

        Raises:
            ThreefoldError: the file has another ending.
        """
        path = Path(path)
        content = {".svg": lambda: self.svg.encode(), ".png": lambda: self.png}.get(path.suffix.lower())
        if content is None:
            raise ThreefoldError(f"{path}: a figure is written as .svg or .png; give such a name")
        with writing_beside(path) as file:
            file.write(content())

    def _repr_svg_(self) -> str:
        return self.svg


class DrawnFigures(Mapping[str, DrawnFigure]):
    """A run's figures by name, each drawn when it is accessed."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = {figure.name: DrawnFigure(figure) for figure in figures}

    def __getitem__(self, name: str) -> DrawnFigure:
        if name not in self._figures:
            known = ", ".join(self._figures) or "none, since the records are too few"
            raise KeyError(f"there is no figure {name!r}; there are {known}")
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return f"<figures: {', '.join(self._figures)}>"


@dataclass(frozen=True)
class LoadedRun:
    """A run's records as pandas tables, and the report's tables and figures of them.

    Everything is computed from the records when it is first asked for. `where` gives a run of chosen records, so that
    tables and figures are functions of these.
    """

    #: As the report reads it.
    run: Run

    def __repr__(self) -> str:
        return f"<run {self.run.label!r}: {len(self.run.records)} records, tasks {', '.join(self.run.manifest.tasks)}>"

    @property
    def manifest(self) -> Manifest:
        """What holds for all records: suite, commit, versions, machine, tasks."""
        return self.run.manifest

    @property
    def problems(self) -> tuple[str, ...]:
        """A line for everything in the folder that does not count."""
        return self.run.problems

    @cached_property
    def records(self) -> pd.DataFrame:
        """One row a record: `report.notebook.frames.records_frame`."""
        return frames.records_frame(self.run)

    @cached_property
    def accuracy(self) -> pd.DataFrame:
        """One row a training, a column a metric: `report.notebook.frames.accuracy_frame`."""
        return frames.accuracy_frame(self.run)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """One row an epoch of a training: `report.notebook.frames.curves_frame`."""
        return frames.curves_frame(self.run)

    @cached_property
    def timings(self) -> pd.DataFrame:
        """One row an operation of a launch: `report.notebook.frames.timings_frame`."""
        return frames.timings_frame(self.run)

    @cached_property
    def samples(self) -> pd.DataFrame:
        """One row a round of an operation: `report.notebook.frames.samples_frame`."""
        return frames.samples_frame(self.run)

    @cached_property
    def certificates(self) -> pd.DataFrame:
        """One row a stage of a certificate: `report.notebook.frames.certificates_frame`."""
        return frames.certificates_frame(self.run)

    @cached_property
    def peaks(self) -> pd.DataFrame:
        """One row a device and dtype: `report.notebook.frames.peaks_frame`."""
        return frames.peaks_frame(self.run)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The report's tables by name ("accuracy", "speed", "comparisons" …): means, intervals, ratios, tests."""
        return {
            name: pd.DataFrame(
                [astuple(row) for row in table.rows], columns=[field.name for field in fields(table.row_type)]
            )
            for name, table in self._contents.tables.items()
        }

    @cached_property
    def figures(self) -> DrawnFigures:
        """The report's figures by name, drawn from these records."""
        return DrawnFigures([figure for of_run in self._contents.figures for figure in of_run.all])

    def where(self, **chosen: str | Sequence[str]) -> "LoadedRun":
        """The run with only the records whose cell has these values; the machine's peaks stay.

        Args:
            **chosen: `kind`, `task`, `architecture`, `implementation`, `device` or `dtype`, each one value or several.

        Raises:
            ThreefoldError: a name is none of these, or no record has the values.
        """
        records = self.run.records
        for name, wanted in chosen.items():
            if name not in CHOSEN_BY:
                raise ThreefoldError(f"where: there is no {name!r}; records are chosen by {', '.join(CHOSEN_BY)}")
            values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            known = dict.fromkeys(getattr(record.cell, name) for record in records if hasattr(record.cell, name))
            if unknown := [value for value in values if value not in known]:
                raise ThreefoldError(
                    f"where: no record has {name}={unknown[0]!r}; there are {', '.join(map(str, known)) or 'none'}"
                )
            records = tuple(record for record in records if _has(record, name, values))
        return LoadedRun(replace(self.run, records=records))

    @cached_property
    def _contents(self) -> Contents:
        return contents_of([self.run])


def load(folder: Path | str) -> LoadedRun:
    """Read what `threefold run` has stored in a folder; nothing is trained or measured.

    Raises:
        RunFolderError: the folder holds no run.
    """
    return LoadedRun(read_run(Path(folder)))


def _has(record: Record, name: str, values: Sequence[str]) -> bool:
    return not hasattr(record.cell, name) or getattr(record.cell, name) in values
