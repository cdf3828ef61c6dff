"""How figures that a report drew are known, so that no other file is overwritten or removed."""

from pathlib import Path

#: Stands in the metadata of both formats.
CREATOR = "Threefold report"
SIGNS = {".svg": f"<dc:title>{CREATOR}</dc:title>".encode(), ".png": f"Software\0{CREATOR}".encode()}


def is_own(path: Path) -> bool:
    """Whether the file was drawn by a report, and may be replaced or removed by one."""
    sign = SIGNS.get(path.suffix)
    return sign is not None and not path.is_symlink() and path.is_file() and sign in path.read_bytes()
