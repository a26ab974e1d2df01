"""Breakdown: whatever is filtered and however it is cut, the parts shown add up to the whole shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from enrollment import answers, edition, publishing
from enrollment.language import CODES
from enrollment.months import parse_month
from enrollment.store import Store
from tests.pages.conftest import Open, Shown, deliver

DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")


def number(text: str) -> int | None:
    """A number of the table; a dash is not known."""
    digits = text.replace(".", "").replace(",", "").replace("−", "-").replace("+", "")
    return None if digits == "–" else int(digits)


def every_measure(shown: Shown) -> tuple[list[str], dict[str, list[int | None]]]:
    """The header, and the numbers of each row of the table of every measure."""
    title = next(words for words in ("Semua ukuran", "Every measure", "All measures") if words in shown.html)
    header, *rows = shown.table(title)
    return header, {row[0]: [number(cell) for cell in row[1:]] for row in rows}


def assert_adds_up(shown: Shown, whole: int) -> None:
    """Every column sums to its total, every row closes, and the whole is the one expected."""
    header, rows = every_measure(shown)
    *parts, (_, total) = rows.items()
    for index in range(len(header) - 1):
        known = [values[index] or 0 for _, values in parts]
        assert sum(known) == (total[index] or 0), header[index + 1]
    for opening, new, back, moved_in, lapsed, moved_out, correction, closing, net in rows.values():
        if opening is not None and new is not None:
            assert closing == (
                opening
                + new
                + (back or 0)
                + (moved_in or 0)
                - (lapsed or 0)
                - (moved_out or 0)
                + (correction or 0)
            )
        if opening is not None:
            assert net == (closing or 0) - opening
    assert total[7] == whole


def active(data: Path, month: str = "2021-08", **filters: tuple[str, ...]) -> int:
    opened = edition.open_edition(Store(data))
    rows = answers.breakdown(opened, dimension="source", since=None, as_of=parse_month(month), **filters)  # type: ignore[arg-type]
    return sum(row.closing for row in rows)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_parts_of_every_dimension_add_up_to_the_whole(show: Open, sample: Path, dimension: str) -> None:
    shown = show(sample, "breakdown", by=dimension)
    assert shown.address == ({} if dimension == "source" else {"by": dimension})
    assert_adds_up(shown, 29_200_000)


FILTERS = [
    {"source": "TPP"},
    {"source": "TPP,BUMDES", "province": "ID-AC"},
    {"segment": "BPU"},
    {"province": "ID-JB,ID-JT,ID-PA"},
    {"segment": "PU", "province": "ID-JK"},
]


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
@pytest.mark.parametrize("dimension", ["province", "regency", "programmes"])
def test_the_parts_left_by_a_filter_add_up_to_what_it_leaves(
    show: Open, sample: Path, dimension: str, chosen: dict[str, str]
) -> None:
    filters = {name: tuple(codes.split(",")) for name, codes in chosen.items()}
    shown = show(sample, "breakdown", by=dimension, since="2021-05", **chosen)
    assert_adds_up(shown, active(sample, **filters))
    assert "Tersaring" in shown.text


def test_what_a_dimension_does_not_report_is_a_part_of_its_own(show: Open, sample: Path) -> None:
    _, rows = every_measure(show(sample, "breakdown", by="regency"))
    assert rows["tidak dilaporkan"][7] == active(sample) - active(sample, source=("TPP", "NON_ASN", "BUMDES"))


@pytest.mark.parametrize("lang", CODES)
def test_programmes_overlap_and_are_never_added(show: Open, sample: Path, lang: str) -> None:
    shown = show(sample, "breakdown", by="programme", lang=lang)
    _, rows = every_measure(shown)
    assert "<tfoot>" not in shown.html.split("</details>")[-1]
    assert max(values[7] or 0 for values in rows.values()) == 29_200_000
    assert "tumpang tindih" in shown.text or "overlap" in shown.text


@pytest.mark.parametrize("measure", ["closing", "net_change", "new", "reactivated", "lapsed"])
@pytest.mark.parametrize("lang", CODES)
def test_every_measure_is_drawn_and_titled(show: Open, sample: Path, measure: str, lang: str) -> None:
    shown = show(sample, "breakdown", measure=measure, by="segment", lang=lang)
    assert shown.figures.keys() == {"breakdown", "breakdown_tiles", "decomposition", "breakdown_by_month"}
    assert shown.finding
    assert "{" not in shown.html


def test_the_bars_are_the_numbers_of_the_table(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", by="segment")
    _, rows = every_measure(shown)
    closing = {values[7] for values in list(rows.values())[:-1]}
    drawn = {
        value
        for trace in shown.figures["breakdown"]["data"]
        for value in trace.get("x", [])
        if isinstance(value, int | float)
    }
    assert closing <= drawn


def test_picking_writes_the_address_and_reading_it_gives_the_same_page(show: Open, sample: Path) -> None:
    shown = (
        show(sample, "breakdown").choose("by", "province").choose("measure", "new").choose("since", "2021-05")
    )
    shown = shown.narrow("source", ["BESAR", "KECIL"]).narrow("segment", ["PU"])
    assert shown.address == {
        "by": "province",
        "measure": "new",
        "since": "2021-05",
        "source": "BESAR,KECIL",
        "segment": "PU",
    }
    again = show(sample, "breakdown", **shown.address)
    assert again.text == shown.text
    english = shown.choose("lang", "en")
    assert english.address == {**again.address, "lang": "en"}
    assert english.app.session_state["source"] == ["BESAR", "KECIL"]


def test_filters_stay_when_a_visitor_comes_back(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown").narrow("province", ["ID-AC"]).go("progress").go("breakdown")
    assert shown.app.session_state["province"] == ["ID-AC"]
    assert_adds_up(shown, active(sample, province=("ID-AC",)))


def test_a_filter_that_leaves_nobody_shows_so_without_failing(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", source="TPP", segment="PMI")
    assert shown.finding
    assert "Tersaring 0 dari" in shown.text.replace("  ", " ")


def test_the_first_month_has_no_opening_and_shows_dashes(show: Open, sample: Path) -> None:
    _, rows = every_measure(show(sample, "breakdown", month="2020-12"))
    assert all(values[0] is None and values[1] is None for values in rows.values())
    assert sum(values[7] or 0 for values in list(rows.values())[:-1]) == 29_980_000


@pytest.mark.parametrize("month", ["2021-06", "2021-08"])
def test_somebody_s_own_data_add_up_with_flows_that_only_one_source_reports(
    show: Open, own: Path, month: str, size: Callable[[int, int], int]
) -> None:
    for dimension in DIMENSIONS[: size(3, len(DIMENSIONS))]:
        assert_adds_up(show(own, "breakdown", by=dimension, month=month), active(own, month))


def test_a_carried_source_adds_up_too(show: Open, tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    deliver(store, "2021-06", besar=1_000, tani=500)
    deliver(store, "2021-07", besar=1_100, tani=None)
    publishing.publish(store)
    for dimension in ("source", "sex", "programmes"):
        assert_adds_up(show(store.data, "breakdown", by=dimension, month="2021-07"), 1_600)
    late = show(store.data, "progress", month="2021-07")
    assert "Belum datang: Petani dan penyuluh untuk Juli 2021" in " ".join(late.text.split()).replace(
        " :", ":"
    )
