"""Codes on slides: typed from paper they name the same slide, month and edition."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.briefing.codes import LETTERS, BadCode, Code, places, read
from enrollment.briefing.slides import KINDS
from enrollment.months import month_end

editions = st.text("0123456789abcdef", min_size=10, max_size=10)
codes = st.builds(
    Code,
    st.sampled_from(KINDS),
    st.builds(month_end, st.integers(2000, 2099), st.integers(1, 12)),
    editions,
    st.none() | st.integers(1, 999),
    st.lists(st.integers(1, 999), max_size=4).map(tuple),
    st.none() | editions,
)


@given(codes)
def test_a_code_is_read_as_what_it_was_written_from(code: Code) -> None:
    assert read(str(code)) == code


@given(codes)
def test_blanks_and_the_size_of_letters_do_not_matter(code: Code) -> None:
    assert read(f"  {str(code).upper()} ") == code
    assert read(str(code).lower().replace("-", " - ")) == code
    assert read(str(code).replace("-", "\u2013")) == code


def test_the_usual_code_is_short() -> None:
    assert str(Code("headline", dt.date(2021, 8, 31), "9a4fb4f1c6")) == "H2108-9a4fb4f1c6"


def test_every_kind_of_slide_has_a_letter_of_its_own() -> None:
    assert tuple(LETTERS) == KINDS
    assert len(set(LETTERS.values())) == len(KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H2108",
        "H2113-9a4fb4f1c6",
        "H2100-9a4fb4f1c6",
        "X2108-9a4fb4f1c6",
        "H2108-9a4fb4f1c",
        "H2108-9a4fb4f1cg",
        "H2108-9a4fb4f1c6-g0",
        "H2108-9a4fb4f1c6-s1.0",
        "H2108-9a4fb4f1c6-s",
        "H2108-9a4fb4f1c6-v9a4f",
        "H2108-9a4fb4f1c6\N{ARABIC-INDIC DIGIT ONE}",
        "https://contoh.id/progress?edition=9a4fb4f1c6",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        read(text)


def test_places_are_those_among_what_is_known_and_all_or_none_need_no_places() -> None:
    known = ("BUMDES", "NON_ASN", "TPP")
    assert places(("TPP", "BUMDES"), known) == (1, 3)
    assert places(known, known) == ()
    assert places((), known) == ()
