"""The shipped sample, published once for all tests of questions."""

from pathlib import Path

import pytest

from enrollment.edition import Edition, Publication, open_edition, publications
from enrollment.store import Store


@pytest.fixture(scope="session")
def sample_store(published_sample: Path) -> Store:
    """A data directory of its own in which the shipped sample was published, edition by edition."""
    return Store(published_sample / "data")


@pytest.fixture(scope="session")
def sample_edition(sample_store: Store) -> Edition:
    """The newest edition of the shipped sample."""
    return open_edition(sample_store)


@pytest.fixture(scope="session")
def sample_publications(sample_store: Store) -> tuple[Publication, ...]:
    """All publications of the shipped sample, oldest first."""
    return publications(sample_store)[0]
