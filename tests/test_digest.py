"""The message of what changed: only what changed, in both languages, and none where nothing did."""

from pathlib import Path

import pytest

from enrollment import digest, edition
from enrollment.edition import Edition
from enrollment.language import CODES, Language
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, cell, commitment, partner_source, reconciled

ID, EN = Language("id"), Language("en")
GIVEN = {"earlier": (), "language": ID}


def made(tmp_path: Path) -> DataDirectory:
    directory = DataDirectory(tmp_path / "data", Reference())
    directory.deliver("2021-03", cell(1_000))
    directory.deliver("2021-04", cell(1_100, new=120, lapsed=20))
    return directory


def test_an_edition_has_nothing_to_say_of_itself(tmp_path: Path) -> None:
    opened = made(tmp_path).publish()
    assert digest.digest(opened, opened, earlier=(), language=ID) is None


def test_a_new_month_is_told_with_active_pace_and_what_moved(tmp_path: Path) -> None:
    directory = made(tmp_path)
    then = directory.publish()
    directory.deliver("2021-05", cell(1_150, new=60, lapsed=10))
    now = directory.publish()
    told = digest.digest(now, then, earlier=(), language=EN, base_url="https://cakupan.contoh.id/")
    assert told
    headings = [heading for heading, _ in told.sections]
    assert headings == ["Progress", "What moved"]
    status = " ".join(told.sections[0][1])
    assert "Active participants **1,150** (May 2021), before 1,100 (April 2021)." in status
    assert "recent pace 75 (before 100)" in status
    assert told.sections[1][1] == ("**May 2021** published for the first time: 1,150 participants.",)
    assert told.foot.endswith(f"https://cakupan.contoh.id/progress?edition={now.short}&lang=en")
    assert then.short in told.foot


def test_a_correction_says_what_it_moved_and_why(tmp_path: Path) -> None:
    directory = made(tmp_path)
    then = directory.publish()
    directory.deliver("2021-04", cell(1_090, new=110, lapsed=20))
    told = digest.digest(directory.publish(), then, **GIVEN)
    assert told
    assert any("\u221210" in sentence for _, said in told.sections for sentence in said)


def test_a_commitment_that_moved_is_told_and_one_that_did_not_is_not(tmp_path: Path) -> None:
    sources = (partner_source("TPP", name="TPP **desa**"), partner_source("BUMDES"))
    promised = (commitment("TPP", 500), commitment("BUMDES", 300))
    directory = DataDirectory(tmp_path / "data", Reference(partner_sources=sources, agreements=promised))
    directory.deliver("2021-06", cell(1_000), cell(100, source="BUMDES"))
    then = directory.publish()
    directory.reconcile(reconciled("2021-06", source="TPP", active_all=200, newly_active=90))
    told = digest.digest(directory.publish(), then, **GIVEN)
    assert told
    (section,) = told.sections
    assert section[0] == "Komitmen"
    (sentence,) = section[1]
    assert sentence.startswith(
        "TPP *desa*: **200** dari 500 aktif di semua program (sebelumnya belum diketahui)"
    )


@pytest.fixture(scope="module")
def sample(published_sample: Path) -> tuple[Edition, Edition, Store]:
    store = Store(published_sample / "data")
    whole, _ = edition.publications(store)
    newest = edition.open_edition(store)
    return newest, edition.open_edition(store, edition=whole[-2].fingerprint), store


@pytest.mark.parametrize("code", CODES)
def test_between_two_editions_of_the_sample_every_sentence_is_finished(
    sample: tuple[Edition, Edition, Store], code: str
) -> None:
    now, then, store = sample
    whole, _ = edition.publications(store)
    told = digest.digest(now, then, earlier=whole[:-1], language=Language(code))
    assert told
    for sentence in (told.subject, told.foot, *(each for _, said in told.sections for each in said)):
        assert not any(sign in sentence for sign in "{}"), sentence
        assert "None" not in sentence
    assert Language(code).say("format.simulated") in told.foot


def test_plain_text_and_html_hold_both_languages_and_nothing_runs(tmp_path: Path) -> None:
    both = [
        digest.Digest("id", "Judul <b>", (("Bagian", ("**satu** & <script>",)),), "kaki"),
        digest.Digest("en", "Title", (("Part", ("two",)),), "foot"),
    ]
    plain, document = digest.text(both), digest.html(both)
    assert plain == "Judul <b>\n\nBagian\n- satu & <script>\n\nkaki\n\nTitle\n\nPart\n- two\n\nfoot\n"
    assert '<section lang="en">' in document
    assert "<strong>satu</strong> &amp; &lt;script&gt;" in document
    assert "<script>" not in document
