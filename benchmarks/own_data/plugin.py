"""The plug-in by which the processes of a run get the user's own data set and task."""

from pathlib import Path

from benchmarks.own_data.definition import Definition

#: The definition is code: it belongs to the plug-in's digest, and with it to every cell's key. The path does not; the
#: worker of a cluster has none, for it reads what is prepared.
TEMPLATE = '''"""The task that `threefold run --table` made of a file; loaded by the processes of that run."""

from pathlib import Path

from benchmarks.own_data.definition import Definition
from benchmarks.own_data.task import dataset_and_task

DEFINITION = Definition.model_validate_json({definition!r})
PATH = Path(__file__).with_name("path.txt")
DATASET, TASK = dataset_and_task(DEFINITION, Path(PATH.read_text("utf-8") if PATH.exists() else DEFINITION.file))
'''


def write_plugin(definition: Definition, path: Path, folder: Path) -> Path:
    """Write it, to be loaded with `impls.plugins.use`.

    Args:
        definition: of the file.
        path: where the file lies.
        folder: takes the plug-in; needed until the run ends.
    """
    (folder / "path.txt").write_text(str(path.resolve()), encoding="utf-8")
    plugin = folder / "table.py"
    plugin.write_text(TEMPLATE.format(definition=definition.model_dump_json()), encoding="utf-8")
    return plugin
