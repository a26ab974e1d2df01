"""Names of codes in the reader's language: from reference data, else from the catalogue."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from enrollment import answers, disclosure
from enrollment.edition import Edition
from enrollment.language import Language
from enrollment.rights import OTHERS

PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")


class Names(Mapping[str | None, str]):
    """Names of parts by code, fixed and hashable; an unknown code is its own name."""

    def __init__(self, names: Mapping[str | None, str], not_reported: str, others: str = OTHERS) -> None:
        self._names = dict(names)
        self._not_reported, self._others = not_reported, others
        self._hash = hash((frozenset(self._names.items()), not_reported, others))

    def __getitem__(self, part: str | None) -> str:
        if part == OTHERS:
            return self._others
        return self._names.get(part) or part or self._not_reported

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and other._hash == self._hash and other._names == self._names


@lru_cache(maxsize=256)
def names(edition: Edition, dimension: str, language: Language) -> Names:
    """The names of the parts of a dimension, in the order in which lists show them."""
    found: dict[str | None, str] = {disclosure.REST: language.say("parts.rest")}
    if dimension == "programme":
        found.update({code: language.say(f"parts.programme.{code}") for code in PROGRAMMES})
    for row in answers.dimension_parts(edition):
        if row.dimension == dimension and row.part != disclosure.REST:
            key = f"parts.{dimension}.{row.part}"
            found[row.part] = language.say(key) if language.has(key) else language.pick(row.name, row.name_en)
    return Names(found, language.say("format.not_reported"), language.say("parts.others"))


@lru_cache(maxsize=256)
def short_names(edition: Edition, province: str) -> Names:
    """Names of a province's regencies without what kind of regency they are, for small places."""
    found: dict[str | None, str] = {}
    for row in answers.dimension_parts(edition):
        if row.dimension == "regency" and row.parent == province:
            found[row.part] = row.name.removeprefix("Kabupaten ").removeprefix("Kota ")
    return Names(found, "–")
