"""Who may see what: what the file of rights gives to a sign-in, and what is wrong with an unusable one."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import access
from enrollment.access import EVERYTHING, ROLES, AccessFault, Rights
from enrollment.language import CODES, Language

EXAMPLE = """
groups = "groups"

[roles]
pimpinan = "viewer"
"analis data" = "analyst"
pengelola = "steward"
kemendes = "viewer"
kemenag = "analyst"

[partners]
kemendes = ["KEMENDES"]
kemenag = ["KEMENAG"]

[people]
"Sari@Contoh.go.id" = "analyst"
"sub-7" = { role = "viewer", partners = ["PEMDA"] }
"budi@contoh.go.id" = "none"
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / access.NAME
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def of(folder: Path, *groups: str, **claims: Any) -> Rights | None:
    """The rights of somebody in some groups, by the example."""
    return access.read(written(folder, EXAMPLE)).rights({"sub": "x", "groups": list(groups), **claims})


def test_a_group_gives_its_role(tmp_path: Path) -> None:
    assert of(tmp_path, "pimpinan") == Rights("viewer")
    assert of(tmp_path, "analis data") == Rights("analyst")
    assert of(tmp_path, "pengelola") == EVERYTHING


def test_who_is_in_no_group_of_the_file_has_no_rights(tmp_path: Path) -> None:
    for groups in ([], ["keuangan"], ["Pimpinan"], ["pimpinan "]):
        assert of(tmp_path, *groups) is None
    assert of(tmp_path, groups="pimpinan") == Rights("viewer")
    for broken in (None, 7, {"pimpinan": True}, [["pimpinan"]], [None]):
        assert of(tmp_path, groups=broken) is None


def test_of_several_groups_the_strongest_role_counts(tmp_path: Path) -> None:
    assert of(tmp_path, "pimpinan", "analis data", "keuangan") == Rights("analyst")
    assert of(tmp_path, "analis data", "pengelola") == EVERYTHING


def test_partners_limit_only_where_every_group_limits(tmp_path: Path) -> None:
    assert of(tmp_path, "kemendes") == Rights("viewer", ("KEMENDES",))
    assert of(tmp_path, "kemendes", "kemenag") == Rights("analyst", ("KEMENAG", "KEMENDES"))
    assert of(tmp_path, "kemendes", "pimpinan") == Rights("viewer")
    assert of(tmp_path, "kemendes", "keuangan") == Rights("viewer", ("KEMENDES",))


def test_whom_the_file_names_has_what_it_says_of_them(tmp_path: Path) -> None:
    verified = {"email": "sari@contoh.go.id", "email_verified": True}
    assert of(tmp_path, "pengelola", **verified) == Rights("analyst")
    assert of(tmp_path, "pengelola", sub="sub-7") == Rights("viewer", ("PEMDA",))


def test_an_address_that_is_not_verified_gives_nothing_and_still_shuts_out(tmp_path: Path) -> None:
    for proof in ({}, {"email_verified": False}, {"email_verified": "true"}):
        assert of(tmp_path, email="sari@contoh.go.id", **proof) is None
        assert of(tmp_path, "pengelola", email="Budi@contoh.go.id", **proof) is None


def test_groups_may_lie_within_another_claim(tmp_path: Path) -> None:
    path = written(tmp_path, 'groups = "realm_access.roles"\n[roles]\npimpinan = "viewer"\n')
    nested = {"sub": "x", "realm_access": {"roles": ["pimpinan"]}}
    assert access.read(path).rights(nested) == Rights("viewer")
    assert access.read(path).rights({"realm_access": "pimpinan"}) is None
    named = written(tmp_path, 'groups = "https://contoh.go.id/groups"\n[roles]\npimpinan = "viewer"\n')
    assert access.read(named).rights({"https://contoh.go.id/groups": ["pimpinan"]}) == Rights("viewer")


def test_an_own_page_for_analysts_does_not_open_for_viewers() -> None:
    assert not Rights("viewer").opens("explore")
    assert Rights("analyst").opens("explore")
    assert all(Rights(role).opens(page) for role in ROLES for page in ("progress", "briefing", "editions"))


@given(st.data())
def test_looking_as_somebody_else_only_takes_away(data: st.DataObject) -> None:
    partners = st.one_of(st.none(), st.sets(st.sampled_from("ABC")).map(lambda found: tuple(sorted(found))))
    any_rights = st.builds(Rights, st.sampled_from(ROLES), partners)
    one, other = data.draw(any_rights), data.draw(any_rights)
    left = one.at_most(other)
    assert one.reaches(left.role)
    assert other.reaches(left.role)
    for whole in (one, other):
        assert whole.partners is None or (left.partners is not None and {*left.partners} <= {*whole.partners})


FAULTS = {
    "roles = 1": ("expected_table", "roles"),
    'groups = ""': ("expected_text", "groups"),
    "groups = 3": ("expected_text", "groups"),
    'protect_everyone = "ya"': ("expected_yes_no", "protect_everyone"),
    "[roles]\nx = 'admin'": ("unknown_role", "roles.x"),
    "[roles]\nx = ['viewer']": ("unknown_role", "roles.x"),
    "[role]\nx = 'viewer'": ("unknown_key", "role"),
    "[partners]\nx = ['KEMENDES']": ("no_role", "partners.x"),
    "[roles]\nx = 'viewer'\n[partners]\nx = 'KEMENDES'": ("expected_codes", "partners.x"),
    "[roles]\nx = 'viewer'\n[partners]\nx = []": ("expected_codes", "partners.x"),
    "[roles]\nx = 'viewer'\n[partners]\nx = [\"A'; drop table x\"]": ("expected_codes", "partners.x"),
    "[roles]\nx = 'steward'\n[partners]\nx = ['KEMENDES']": ("limited_steward", "partners.x"),
    "[people]\nx = 'boss'": ("unknown_role", "people.x"),
    "[people]\nx = { role = 'viewer', partner = ['A'] }": ("unknown_key", "people.x.partner"),
    "[people]\nx = { partners = ['A'] }": ("unknown_role", "people.x.role"),
    "[people]\nx = { role = 'steward', partners = ['A'] }": ("limited_steward", "people.x"),
    "[roles\n": ("not_toml", ""),
    b"\xff\xfe": ("not_utf8", ""),
    b"#" * ((1 << 20) + 1): ("too_large", ""),
}


@pytest.mark.parametrize("text", FAULTS, ids=[f"{reason} {key}" for reason, key in FAULTS.values()])
def test_a_fault_is_a_sentence_with_file_key_and_value(tmp_path: Path, text: str | bytes) -> None:
    reason, key = FAULTS[text]
    path = written(tmp_path, text)
    with pytest.raises(AccessFault) as fault:
        access.read(path)
    assert fault.value.reason == reason
    for code in CODES:
        said = Language(code).say(f"access.fault.{reason}", **fault.value.values)
        assert access.NAME in said
        assert key in said
        assert "{" not in said.replace("{ ", "")


def test_a_file_that_is_not_there_or_is_a_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(AccessFault, match="missing"):
        access.current(tmp_path)
    (tmp_path / access.NAME).mkdir()
    with pytest.raises(AccessFault, match="unreadable"):
        access.current(tmp_path)


def test_a_changed_file_counts_at_the_next_look(tmp_path: Path) -> None:
    claims = {"sub": "x", "groups": ["pimpinan"]}
    written(tmp_path, '[roles]\npimpinan = "analyst"\n')
    assert access.current(tmp_path).rights(claims) == Rights("analyst")
    written(tmp_path, '[roles]\npimpinan = "viewer"\n')
    assert access.current(tmp_path).rights(claims) == Rights("viewer")
    written(tmp_path, '[roles]\npimpinan = "admin"\n')
    for _ in range(2):
        with pytest.raises(AccessFault):
            access.current(tmp_path)
    written(tmp_path, '[roles]\nkeuangan = "viewer"\n')
    assert access.current(tmp_path).rights(claims) is None


def test_a_change_of_the_same_length_and_time_is_seen_too(tmp_path: Path) -> None:
    path = written(tmp_path, '[roles]\naaaa = "viewer"\n')
    assert access.current(tmp_path).rights({"groups": ["aaaa"]}) == Rights("viewer")
    was = path.stat()
    beside = tmp_path / "beside"
    beside.write_text('[roles]\nbbbb = "viewer"\n')
    os.utime(beside, ns=(was.st_atime_ns, was.st_mtime_ns))
    beside.replace(path)
    assert access.current(tmp_path).rights({"groups": ["aaaa"]}) is None


def test_the_file_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "hak.toml"
    elsewhere.write_text('[roles]\npimpinan = "viewer"\n')
    monkeypatch.setenv("CAKUPAN_ACCESS", str(elsewhere))
    assert access.current(tmp_path / "data").rights({"groups": ["pimpinan"]}) == Rights("viewer")
