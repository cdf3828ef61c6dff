from pathlib import Path

import pytest

from benchmarks.datasets.sources.cache import FOLDER_VARIABLE, data_folder, workspace


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert data_folder().name == "threefold"


@pytest.mark.parametrize("kept", [True, False])
def test_a_workspace_leaves_what_was_renamed_out_of_it_and_nothing_else(tmp_path: Path, kept: bool) -> None:
    folder = tmp_path / "sample"

    def work() -> None:
        with workspace(folder) as temporary:
            (temporary / "half").write_bytes(b"half")
            if kept:
                (temporary / "half").replace(folder / "whole")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert [path.name for path in folder.rglob("*")] == (["whole"] if kept else [])
    assert folder.exists() == kept
