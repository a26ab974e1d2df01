"""Names from the data as parts of a sentence."""

from collections.abc import Mapping

Names = Mapping[str | None, str]


def plain(name: str) -> str:
    """A name from the data as part of a sentence: it cannot set anything in bold."""
    return name.replace("**", "*")
