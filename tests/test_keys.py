import hashlib
import hmac
import os
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from enrollment import keys
from enrollment.keys import KeyFault, Keys

CHAIN = (bytes(range(32)), b"\xff" * 32, hashlib.sha256(b"third").digest())
NIKS = ("3171010101900001", "1101014507850002", "9171011231992345")


@pytest.fixture
def key_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "cakupan" / "key"
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(path))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def by_hand(chain: tuple[bytes, ...], nik: str) -> bytes:
    value = nik.encode()
    for secret in chain:
        value = hmac.new(secret, value, hashlib.sha256).digest()[:16]
    return value


@pytest.mark.parametrize("length", [1, 2, 3])
def test_many_niks_are_keyed_as_each_one_is(length: int) -> None:
    chain = Keys(CHAIN[:length], Path("key"))
    niks = np.frombuffer("".join(NIKS).encode(), np.uint8).reshape(len(NIKS), -1)
    found = [bytes(row) for row in chain.keyed(niks, 0)]
    assert found == [by_hand(chain.chain, nik) for nik in NIKS]
    earlier = chain.keyed(niks, length - 1)
    assert [bytes(row) for row in earlier] == [chain.wrap(nik.encode(), length - 1) for nik in NIKS]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_sql_and_python_make_the_same_key(length: int) -> None:
    chain = Keys(CHAIN[:length], Path("key"))
    niks = pa.table({"nik": pa.array(NIKS)})
    expression, pads = chain.sql("nik")
    with duckdb.connect() as connection:
        connection.register("niks", niks)
        found = connection.sql(f"select {expression} from niks", params=pads).fetchall()  # noqa: S608
    assert found == [(uuid.UUID(bytes=by_hand(chain.chain, nik)),) for nik in NIKS]
    assert [chain.key_of(nik) for nik in NIKS] == [by_hand(chain.chain, nik) for nik in NIKS]


@pytest.mark.parametrize(("kept", "length"), [(1, 1), (1, 2), (1, 3), (2, 3)])
def test_a_kept_key_is_carried_over_to_a_longer_chain(kept: int, length: int) -> None:
    old, new = Keys(CHAIN[:kept], Path("key")), Keys(CHAIN[:length], Path("key"))
    assert new.wrap(old.key_of(NIKS[0]), kept) == new.key_of(NIKS[0])


def test_every_length_of_the_chain_has_a_key_space_of_its_own() -> None:
    chain = Keys(CHAIN, Path("key"))
    assert chain.spaces == tuple(Keys(CHAIN[:length], Path("key")).space for length in (1, 2, 3))
    assert len(set(chain.spaces)) == 3
    assert [chain.length_of(space) for space in chain.spaces] == [1, 2, 3]
    assert chain.length_of("0" * 16) is None
    assert all(len(space) == 16 for space in chain.spaces)


@pytest.mark.parametrize(
    "text", ["", "317101010190000", "３１７１０１０１０１９０００１１", "31710101O1900001"]
)
def test_only_sixteen_digits_have_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="not 16 digits"):
        Keys(CHAIN, Path("key")).key_of(text)


def test_a_people_file_is_named_under_each_key_newest_first() -> None:
    names = []
    for digest in Keys(CHAIN, Path("key")).names_of():
        digest.update(b"a people")
        digest.update(b" file")
        names.append(digest.hexdigest())
    assert names == [hmac.new(key, b"a people file", hashlib.sha256).hexdigest() for key in CHAIN[::-1]]


def test_the_chain_is_never_printed() -> None:
    text = repr(Keys(CHAIN, Path("key"))) + str(Keys(CHAIN, Path("key")))
    assert all(key.hex() not in text and str(key) not in text for key in CHAIN)


def test_the_first_use_makes_a_key_that_only_its_owner_can_read(key_path: Path, data: Path) -> None:
    first = keys.open_keys(data, make=True)
    assert first.made
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path.parent.stat().st_mode) == 0o700
    assert [path.name for path in key_path.parent.iterdir()] == ["key"]
    second = keys.open_keys(data, make=True)
    assert not second.made
    assert (second.chain, len(second.chain[0])) == (first.chain, 32)


def test_no_key_is_made_unasked(key_path: Path, data: Path) -> None:
    with pytest.raises(KeyFault) as fault:
        keys.open_keys(data, make=False)
    assert (fault.value.reason, fault.value.path) == ("missing", key_path)
    assert not key_path.parent.exists()


def test_the_key_lies_in_the_configuration_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAKUPAN_KEY_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert keys.key_file() == tmp_path / "cakupan" / "key"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert keys.key_file() == tmp_path / "home" / ".config" / "cakupan" / "key"


def test_a_key_inside_the_data_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").symlink_to(data)
    for path in (data / "key", data / "deep" / "er" / "key", tmp_path / "elsewhere" / "key"):
        monkeypatch.setenv("CAKUPAN_KEY_FILE", str(path))
        with pytest.raises(KeyFault) as fault:
            keys.open_keys(data, make=True)
        assert fault.value.reason == "inside_data"
        assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_that_others_can_read_is_refused(key_path: Path, data: Path, mode: int) -> None:
    keys.open_keys(data, make=True)
    key_path.chmod(mode)
    with pytest.raises(KeyFault) as fault:
        keys.open_keys(data, make=True)
    assert fault.value.reason == "readable_by_others"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing but a comment\n",
        b"00" * 31 + b"\n",
        b"00" * 33 + b"\n",
        b"AB" * 32 + b"\n",
        b"00" * 32 + b" " + b"00" * 32 + b"\n",
        b"\xff\xfe" * 32,
        b"00" * 32 + b"\n" + b"#" * (1 << 16),
    ],
)
def test_a_key_file_that_holds_anything_else_is_refused(key_path: Path, data: Path, content: bytes) -> None:
    keys.open_keys(data, make=True)
    key_path.write_bytes(content)
    with pytest.raises(KeyFault) as fault:
        keys.open_keys(data, make=True)
    assert fault.value.reason == "malformed"
    assert key_path.read_bytes() == content


def test_comments_and_windows_line_ends_are_read(key_path: Path, data: Path) -> None:
    keys.open_keys(data, make=True)
    lines = [b"# oldest", CHAIN[0].hex().encode(), b"", CHAIN[1].hex().encode()]
    key_path.write_bytes(b"\r\n".join(lines))
    assert keys.open_keys(data, make=False).chain == CHAIN[:2]


def test_a_key_that_cannot_be_made_is_said(key_path: Path, data: Path) -> None:
    key_path.parent.parent.mkdir()
    key_path.parent.write_text("a file where the folder should be")
    with pytest.raises(KeyFault) as fault:
        keys.open_keys(data, make=True)
    assert fault.value.reason == "unwritable"


OPENING = """
import sys
from pathlib import Path
from enrollment import keys
sys.stdin.readline()
print(keys.open_keys(Path(sys.argv[1]), make=True).chain[0].hex())
"""


def test_two_commands_that_start_at_once_end_with_one_key(key_path: Path, data: Path) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for _ in range(4)
    ]
    for command in commands:
        assert command.stdin
        command.stdin.write("\n")
        command.stdin.flush()
    said = {command.communicate(timeout=60)[0].strip() for command in commands}
    assert said == {key.hex() for key in keys.open_keys(data, make=False).chain}


def test_a_new_key_is_added_after_the_old_ones(key_path: Path, data: Path) -> None:
    first = keys.open_keys(data, make=True)
    second = keys.add_key(first)
    assert second.chain[:-1] == first.chain
    assert keys.open_keys(data, make=False).chain == second.chain
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    assert os.listdir(key_path.parent) == ["key"]  # noqa: PTH208
    with pytest.raises(KeyFault):
        keys.add_key(first)
