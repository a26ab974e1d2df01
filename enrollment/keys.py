"""Secret keys: an identity number becomes a key that nobody can turn back without them.

A NIK has only a few hundred million likely values, so a plain hash of it is found by trying them all.
Its key is the first 16 bytes of HMAC-SHA256 under a secret that lies in the user's own folder, outside
the data. Each rotation adds a key to the chain and wraps: the key of a person becomes the HMAC of the
key that was kept before, so that what is stored can be carried over without the NIK.

The file holds one key a line, oldest first, as 64 lower-case hex digits; lines that begin with `#` are
comments. Who loses it can no longer compare new deliveries with the people who are kept.
"""

import hashlib
import hmac
import io
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

KEY_BYTES = 16
"""Bytes of a person's key."""

_SECRET_BYTES = 32
_BLOCK = 64
_LARGEST_FILE = 1 << 16
_LINE = re.compile(rb"[0-9a-f]{64}")


class KeyFault(Exception):
    """The key file cannot be used.

    `reason` is `inside_data` (backups and copies of the data would carry it), `readable_by_others`,
    `malformed`, `missing` (and not to be made) or `unwritable` (the system lets us not read or make it).
    """

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(f"{reason}: {path}")
        self.reason = reason
        self.path = path


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The key chain of one user, oldest key first. `made` says that the file was made just now."""

    chain: tuple[bytes, ...]
    path: Path
    made: bool = False

    def __repr__(self) -> str:
        # A traceback or a log line must not show the chain.
        return f"Keys({self.path}, {len(self.chain)} keys, space {self.space})"

    @property
    def space(self) -> str:
        """The key space that new keys belong to: 16 hex digits, the fingerprint of the whole chain."""
        return self.spaces[-1]

    @property
    def spaces(self) -> tuple[str, ...]:
        """The key spaces that the chain has had, oldest first: one for each of its lengths."""
        return tuple(
            hashlib.sha256(b"cakupan key space\n" + b"".join(self.chain[:length])).hexdigest()[:16]
            for length in range(1, len(self.chain) + 1)
        )

    def length_of(self, space: str) -> int | None:
        """How many keys of the chain made the keys of a space; None for the space of somebody else."""
        return self.spaces.index(space) + 1 if space in self.spaces else None

    def key_of(self, nik: str) -> bytes:
        """The key of a person, 16 bytes. Raises ValueError unless `nik` is 16 ASCII digits."""
        if not (len(nik) == 16 and nik.isascii() and nik.isdigit()):
            raise ValueError("not 16 digits")
        return self._through(nik.encode(), 0)

    def wrap(self, key: bytes, from_length: int) -> bytes:
        """A key made by the first `from_length` keys, as the whole chain makes it."""
        return self._through(key, from_length)

    def _through(self, value: bytes, start: int) -> bytes:
        for secret in self.chain[start:]:
            value = hmac.digest(secret, value, "sha256")[:KEY_BYTES]
        return value

    def keyed(self, values: npt.NDArray[np.uint8], from_length: int) -> npt.NDArray[np.uint8]:
        """`wrap` for many values, a row of bytes each, NIKs among them where `from_length` is 0.

        What is hashed of the secret alone, half of everything, is hashed once and copied for each row. No
        DuckDB here: its SHA-256 does without the instructions of the processor and costs twice as much.
        """
        for secret in self.chain[from_length:]:
            inner, outer = (hashlib.sha256(pad).copy for pad in _pads(secret))
            made = io.BytesIO()
            for value in values.view(f"V{values.shape[1]}")[:, 0].tolist():
                within, around = inner(), outer()
                within.update(value)
                around.update(within.digest())
                made.write(around.digest())
            digests = np.frombuffer(made.getbuffer(), np.uint8).reshape(-1, hashlib.sha256().digest_size)
            values = np.ascontiguousarray(digests[:, :KEY_BYTES])
        return values

    def names_of(self) -> tuple[hmac.HMAC, ...]:
        """One digest for each key, newest first, to be fed the bytes of a people file.

        The first names the file. A plain SHA-256 would do for a file, but not for one of a single
        person: its bytes can be guessed and tried.
        """
        return tuple(hmac.new(secret, digestmod=hashlib.sha256) for secret in reversed(self.chain))

    def sql(self, column: str) -> tuple[str, dict[str, bytes]]:
        """`key_of` for a text column: a DuckDB expression of type UUID, and the parameters in it."""
        message = f"encode({column})"
        pads: dict[str, bytes] = {}
        digest = ""
        for position, secret in enumerate(self.chain, 1):
            inner, outer = f"inner_{position}", f"outer_{position}"
            pads[inner], pads[outer] = _pads(secret)
            digest = f"left(sha256(${outer} || unhex(sha256(${inner} || {message}))), {2 * KEY_BYTES})"
            message = f"unhex({digest})"
        return f"{digest}::uuid", pads


def _pads(secret: bytes) -> tuple[bytes, bytes]:
    """What HMAC-SHA256 hashes before the value, and around its digest."""
    padded = secret.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def key_file() -> Path:
    """Where the key file lies: CAKUPAN_KEY_FILE, or `cakupan/key` in the user's configuration folder."""
    if named := os.environ.get("CAKUPAN_KEY_FILE"):
        return Path(named).expanduser()
    configured = os.environ.get("XDG_CONFIG_HOME")
    return (Path(configured) if configured else Path.home() / ".config") / "cakupan" / "key"


def open_keys(data: Path, *, make: bool) -> Keys:
    """The user's keys; a first key is made where there is no file and `make` is set. Raises KeyFault."""
    path = key_file().absolute()
    if path.resolve().is_relative_to(data.resolve()):
        raise KeyFault("inside_data", path)
    try:
        made = make and not path.exists() and _make(path)
        return Keys(_read(path), path, made)
    except FileNotFoundError:
        raise KeyFault("missing", path) from None
    except OSError as error:
        raise KeyFault("unwritable", path) from error


def add_key(keys: Keys) -> Keys:
    """The chain with one more key, written to the file in one step. Raises KeyFault."""
    try:
        chain = (*_read(keys.path), secrets.token_bytes(_SECRET_BYTES))
        if chain[:-1] != keys.chain:
            raise KeyFault("malformed", keys.path)
        written = _written(keys.path, chain)
        try:
            written.replace(keys.path)
        finally:
            written.unlink(missing_ok=True)
        _flush_folder(keys.path.parent)
    except OSError as error:
        raise KeyFault("unwritable", keys.path) from error
    return Keys(chain, keys.path)


def _read(path: Path) -> tuple[bytes, ...]:
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise KeyFault("readable_by_others", path)
        content = file.read(_LARGEST_FILE + 1)
    lines = [line.strip() for line in content.splitlines()]
    lines = [line for line in lines if line and not line.startswith(b"#")]
    if len(content) > _LARGEST_FILE or not lines or not all(map(_LINE.fullmatch, lines)):
        raise KeyFault("malformed", path)
    return tuple(bytes.fromhex(line.decode()) for line in lines)


def _make(path: Path) -> bool:
    """Make the file with its first key; False where somebody else was faster."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = _written(path, (secrets.token_bytes(_SECRET_BYTES),))
    try:
        # A link fails where the name is taken, and shows the file only with its content.
        os.link(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink(missing_ok=True)
    _flush_folder(path.parent)
    return True


def _written(path: Path, chain: tuple[bytes, ...]) -> Path:
    """A flushed file beside `path` with the chain, which only its owner may read."""
    written = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(
                b"# Cakupan: secret keys, oldest first. Keep a copy in a safe place, away from the data\n"
            )
            file.writelines(secret.hex().encode() + b"\n" for secret in chain)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        written.unlink(missing_ok=True)
        raise
    return written


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
