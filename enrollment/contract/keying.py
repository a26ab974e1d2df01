"""How the persons of one file become keys: from identity numbers, or from keys that were made before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract.values import NIK_DIGITS
from enrollment.contract.whole_columns import Bytes, fixed_width
from enrollment.keys import KEY_BYTES, Keys


@dataclass(frozen=True, slots=True)
class Keying:
    """The keying of a file whose persons are named by NIK or, where `given` says in which space, by key.

    Keys of a space that the chain has had are carried over to its newest one; those of a foreign space stay
    as they are.
    """

    chain: Keys
    given: str | None = None

    @property
    def key_space(self) -> str:
        """The space of the keys that are made."""
        if self.given is None or self.chain.length_of(self.given):
            return self.chain.space
        return self.given

    def keys(self, column: pa.Array) -> npt.NDArray[np.uint8]:
        """The keys of a column, 16 bytes each; keys are 32 hexadecimal digits, UUIDs or 16 bytes.

        Raises ValueError where a person is not named.
        """
        letters = plain_keys(column) if self.given else identities(column)
        if letters is None or len(letters) != len(column):
            # Nothing of the value: it may be a NIK.
            raise ValueError("a person without a NIK or a key")
        return self.chain.keyed(letters, self._from_length)

    @property
    def _from_length(self) -> int:
        """How many secrets of the chain what names a person has gone through already."""
        if self.given is None:
            return 0
        return self.chain.length_of(self.given) or len(self.chain.chain)


def identities(column: pa.Array) -> Bytes:
    """The NIKs among texts, one row of bytes each."""
    return fixed_width(column, NIK_DIGITS)[1]


def plain_keys(column: pa.Array) -> Bytes | None:
    """The keys among 16 bytes, UUIDs or 32 hexadecimal digits, one row each; None for other texts."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    column = column.storage if isinstance(column, pa.ExtensionArray) else column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return fixed_width(column.cast(pa.binary()), KEY_BYTES)[1]
    _, digits = fixed_width(pc.replace_substring(column, "-", ""), 2 * KEY_BYTES)
    try:
        made = bytes.fromhex(digits.tobytes().decode("ascii"))
    except ValueError:
        return None
    # What fromhex skips, blanks, is missing from the length.
    return np.frombuffer(made, np.uint8).reshape(-1, KEY_BYTES) if 2 * len(made) == digits.size else None
