"""The source archive of pmdarima, which holds several series: pinned once for all of them."""

from benchmarks.datasets.sources.archives import SourceArchive


def from_pmdarima(member: str) -> SourceArchive:
    """The file `member` of pmdarima's folder of data sets."""
    return SourceArchive(
        requirement="pmdarima==2.1.1",
        archive="pmdarima-2.1.1.tar.gz",
        sha256="b8d2a0c0cd3f7ec90825fa25a917b5f66073de58033511de015a9e76e4e3d8f7",
        download_bytes=1_426_078,
        members=(f"pmdarima-2.1.1/pmdarima/datasets/{member}",),
    )
