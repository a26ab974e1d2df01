"""The shipped sample, published once for all tests of questions."""

import pytest

from enrollment.edition import Edition, Publication, open_edition, publications
from enrollment.publishing import publish_sample
from enrollment.store import Store


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A data directory of its own in which the shipped sample was published, edition by edition."""
    store = Store(tmp_path_factory.mktemp("sample"))
    publish_sample(store)
    return store


@pytest.fixture(scope="session")
def sample_edition(sample_store: Store) -> Edition:
    """The newest edition of the shipped sample."""
    return open_edition(sample_store)


@pytest.fixture(scope="session")
def sample_publications(sample_store: Store) -> tuple[Publication, ...]:
    """All publications of the shipped sample, oldest first."""
    return publications(sample_store)[0]
