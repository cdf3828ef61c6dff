"""Publishes a self-test: its pairs, compressed, and the rates that follow from them, which `docs/gate.md` shows.

python -m benchmarks.gate.self_test.publishing results/local/gate-self-test alone

The second word names what is published, in the order of which the page shows several: a self-test on a machine that did
nothing else, whole gates beside other load.
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from benchmarks.gate.launches import Pair
from benchmarks.gate.self_test.judging import rates_of
from benchmarks.gate.self_test.measuring import is_series
from benchmarks.gate.self_test.result import SelfTest
from benchmarks.gate.self_test.run import RESULT
from benchmarks.gate.sequential import Effort
from benchmarks.gate.store import HEADER, PAIRS, read_pairs
from benchmarks.records.store import writing_beside
from impls.errors import ThreefoldError

PUBLISHED = Path(__file__).resolve().parents[3] / "results" / "published" / "gate"
COMPRESSED = f"{PAIRS}.gz"


def publish(folder: Path, published: Path) -> SelfTest:
    """Write pairs and rates of a self-test that has ended; the rates are computed anew, from the pairs.

    Args:
        folder: of the self-test.
        published: where they are written.

    Raises:
        ThreefoldError: the folder holds no self-test that has ended.
    """
    try:
        stored = SelfTest.model_validate_json((folder / RESULT).read_bytes())
    except (OSError, ValidationError):
        raise ThreefoldError(f"{folder}: holds no result; run 'threefold gate --self-test' to its end first") from None
    pairs = read_pairs(folder / PAIRS)
    result = judged(stored, pairs)
    published.mkdir(parents=True, exist_ok=True)
    lines = "".join(pair.model_dump_json() + "\n" for pair in pairs)
    for name, content in (
        (COMPRESSED, gzip.compress(lines.encode(), mtime=0)),
        # Also what says to which sides and versions the pairs belong: with it, the self-test can be continued.
        (HEADER, (folder / HEADER).read_bytes()),
        (RESULT, (result.model_dump_json(indent=2) + "\n").encode()),
    ):
        with writing_beside(published / name) as file:
            file.write(content)
    return result


def judged(stored: SelfTest, pairs: list[Pair]) -> SelfTest:
    """The same self-test with the rates of these pairs."""
    cells = list(dict.fromkeys(pair.cell for pair in pairs))
    rates, agreed = rates_of(pairs, cells, stored.comparisons, stored.limits, Effort(seconds=stored.time_limit_s))
    series = Counter((pair.stage, pair.cell) for pair in pairs if is_series(pair.stage))
    rounds = min(series.values(), default=0)
    return stored.model_copy(update={"rounds": rounds, "rates": rates, "agreement": agreed})


def published_self_tests() -> list[Path]:
    """The folders of all that are published, by name."""
    return sorted(path.parent for path in PUBLISHED.glob(f"*/{RESULT}"))


def read_published(published: Path) -> tuple[SelfTest, list[Pair]]:
    """A published result, and the pairs behind it."""
    result = SelfTest.model_validate_json((published / RESULT).read_bytes())
    lines = gzip.decompress((published / COMPRESSED).read_bytes()).splitlines()
    return result, [Pair.model_validate(json.loads(line)) for line in lines]


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isidentifier():
        sys.exit(__doc__)
    try:
        publish(Path(sys.argv[1]), PUBLISHED / sys.argv[2])
    except ThreefoldError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
