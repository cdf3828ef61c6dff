"""The example notebook: executed from top to bottom, and shown as a page of the site with its stored outputs.

`python -m docs.notebooks` executes `docs/notebook.ipynb` and stores the outputs in it. For MkDocs this is a hook.
"""

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

PROJECT = Path(__file__).resolve().parent.parent
NOTEBOOK = PROJECT / "docs" / "notebook.ipynb"
#: Of the forms in which an output is stored, the first one that is there is shown.
FORMS = ("text/html", "image/svg+xml", "image/png", "text/plain")
#: What else a kernel stores, which changes from one execution to the next.
VOLATILE = ("execution", "language_info")


def executed(path: Path = NOTEBOOK) -> dict[str, Any]:
    """The notebook with the outputs of a new kernel, in which every cell has run.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    importable = (str(PROJECT), str(PROJECT / "report" / "exported"), os.environ.get("PYTHONPATH", ""))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, importable))}
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(PROJECT)}}
    )
    client.execute(env=environment)
    for cell in notebook.cells:
        for name in VOLATILE:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":  # what packages warn of depends on what else is installed
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    stored: dict[str, Any] = json.loads(nbformat.writes(notebook))
    return stored


def renew(path: Path = NOTEBOOK) -> None:
    """Store the outputs of a new execution."""
    path.write_text(json.dumps(executed(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def markdown(path: Path = NOTEBOOK) -> str:
    """The notebook as a page: text, code and stored outputs."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
        else:
            parts.append(f"```python\n{source}\n```")
            parts += [shown for output in cell["outputs"] if (shown := _shown(output))]
    return "\n\n".join(parts) + "\n"


def on_files(files: "Files", config: Any) -> "Files":
    """Add the notebook's page."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, "notebook.md", content=markdown()))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point links to the notebook at its page."""
    return markdown.replace("](notebook.ipynb)", "](notebook.md)")


def _shown(output: dict[str, Any]) -> str:
    """An output in Markdown."""
    if output["output_type"] == "stream":
        return f"```text\n{_text(output['text']).rstrip()}\n```"
    data = output.get("data", {})
    form = next((form for form in FORMS if form in data), None)
    if form is None:
        return ""
    content = _text(data[form])
    if form == "text/plain":
        return f"```text\n{content}\n```"
    if form == "text/html":
        # A blank line would end the block of HTML.
        return "<div>\n" + "\n".join(line for line in content.splitlines() if line.strip()) + "\n</div>"
    encoded = content.replace("\n", "") if form == "image/png" else base64.b64encode(content.encode()).decode()
    return f'<img alt="output of the cell above" src="data:{form};base64,{encoded}">'


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


if __name__ == "__main__":
    renew()
