"""A small data set in every form that the ways deliver, with the right hashes."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np

from benchmarks.datasets import Data, Dataset
from benchmarks.datasets.sources.archives import PipArchive, SourceArchive
from benchmarks.datasets.sources.content import content_sha256
from benchmarks.datasets.sources.ways import Download, Files, SystemFiles, Way

CONTENT = b"1,2,0\n3,4,1\n5,6,0\n"
PACKED = gzip.compress(CONTENT, mtime=0)
MEMBER = "sample_data/data/sample.csv"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def parse(files: Files) -> Data:
    rows = np.loadtxt(files["sample.csv"].decode().splitlines(), delimiter=",")
    return Data(rows[:, :2], rows[:, 2].astype(np.int64), classes=("no", "yes"))


def sample_dataset(*ways: Way) -> Dataset:
    data = parse({"sample.csv": CONTENT})
    return Dataset(
        name="sample",
        title="Sample",
        kind="table",
        examples=3,
        shape=(2,),
        source="https://example.org/sample",
        licence="CC0",
        citation="A. Nobody. Nothing. 2026.",
        size_bytes=len(CONTENT),
        sha256=content_sha256(data.inputs, data.targets),
        ways=ways,
        parse=parse,
    )


def system_files(folder: Path) -> SystemFiles:
    """Installed by the system, compressed otherwise than at home, and hence pinned by what it unpacks to."""
    folder.mkdir()
    (folder / "sample.csv.gz").write_bytes(gzip.compress(CONTENT, compresslevel=1, mtime=7))
    return SystemFiles((str(folder),), {"sample.csv.gz": sha256(CONTENT)}, "apt-get install dataset-sample")


def download(url: str, expected: str = sha256(PACKED)) -> Download:
    return Download({"sample.csv.gz": f"{url}/sample.csv.gz"}, {"sample.csv.gz": expected}, len(PACKED))


def pip_archive(wheel: Path, member: str = MEMBER, needs_old_pip: bool = False) -> PipArchive:
    content = wheel.read_bytes()
    return PipArchive("sample-data==1.0", wheel.name, sha256(content), len(content), (member,), needs_old_pip)


def source_archive(archive: Path, member: str = f"sample-data-1.0/{MEMBER}") -> SourceArchive:
    content = archive.read_bytes()
    return SourceArchive("sample-data==1.0", archive.name, sha256(content), len(content), (member,))


def tar_gz(files: dict[str, bytes]) -> bytes:
    """A `.tar.gz` with these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def write_source_archive(folder: Path) -> Path:
    """The sample as a source archive, with a `setup.py` that must never run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sample-data-1.0.tar.gz"
    setup = b"raise SystemExit('setup.py was run')\n"
    path.write_bytes(tar_gz({"sample-data-1.0/setup.py": setup, f"sample-data-1.0/{MEMBER}": CONTENT}))
    return path


def write_wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """The least that pip takes for a wheel."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    path = folder / f"{module}-{version}-py3-none-any.whl"
    info = f"{module}-{version}.dist-info"
    metadata = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in (files | metadata).items():
            archive.writestr(member, content)
    return path
