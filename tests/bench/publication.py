"""What people cost from the sample to an answer, with nothing to hold it against.

A month of people is made; two months are published from nothing; a question is asked of the edition on the
command line; then the bytes on the disk are counted.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from enrollment import publishing
from enrollment.sample_people import write_people
from enrollment.store import Store
from tests.bench.fold import copied, people_files
from tests.bench.process import Cost, cost

MADE, PUBLISHED, ASKED = "a month made", "two months published from nothing", "a question asked of them"


def measure(
    store: Path, folder: Path, people: int, seed: int, rounds: int
) -> Iterator[tuple[str, list[Cost]]]:
    """What each step costs, round by round; making is dear and done once. `store` holds two months."""
    making = folder / "making"
    yield MADE, [cost(make, out=making, people=str(people), seed=str(seed))]
    shutil.rmtree(making)
    published = folder / "published"
    yield PUBLISHED, [cost(publish, data=copied(store, published)) for _ in range(rounds)]
    yield ASKED, [cost(ask, data=published) for _ in range(rounds)]


def make(out: str, people: str, seed: str) -> None:
    """A month of people as a snapshot in CSV, and its rosters."""
    write_people(Path(out), int(people), 1, int(seed))


def publish(data: str) -> None:
    """Fold everything that is loaded and make it current."""
    publishing.publish(Store(Path(data)), who="bench")


def ask(data: str) -> None:
    """Ask the edition by the command, which starts anew for it."""
    question = ["ask", "breakdown", "--dimension", "province", "--csv", "--data", data]
    subprocess.run([sys.executable, "-m", "enrollment", *question], check=True, stdout=subprocess.DEVNULL)


def bytes_kept(folder: Path, people: int) -> dict[str, float]:
    """Bytes of the edition, and of deliveries and of folded people for each person and month."""
    data = folder / "published"
    (edition,) = (data / "store" / "editions").glob("*.duckdb")
    months = people_files(data)
    folded = (data / "store" / "parts").glob("people-*")
    return {
        "edition": edition.stat().st_size,
        "delivered, a person and month": _size(months) / people / len(months),
        "folded, a person and month": _size(folded) / people / len(months),
    }


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
