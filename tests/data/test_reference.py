"""The shipped reference files agree with themselves and with each other."""

import csv
import datetime as dt
import json
import re
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

import pytest

from enrollment.reference import SCHEMAS, read
from enrollment.sample_assumptions import MONTHS, SEGMENTS
from enrollment.store import PROJECT_DATA

Row = dict[str, str]
KEYS = {
    "targets": ("goal",),
    "partner_sources": ("source",),
    "agreements": ("agreement", "source"),
    "plans": ("source", "province", "month"),
    "instructions": ("party", "document"),
    "provinces": ("province",),
    "regencies": ("regency",),
    "eligible": ("as_of", "province", "source"),
    "annotations": ("date", "text"),
    "events": ("date", "source", "segment", "people"),
    "prognoses": ("due", "stated_on"),
}


def rows_of(name: str) -> list[Row]:
    path: Path = PROJECT_DATA / "reference" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(name: str) -> None:
    counts = Counter(tuple(row[column] for column in KEYS[name]) for row in rows_of(name))
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_value_has_its_type() -> None:
    tables = read(PROJECT_DATA).tables
    assert {name: table.num_rows for name, table in tables.items()} == {
        name: len(rows_of(name)) for name in SCHEMAS
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_files_hold_the_columns_of_the_schema_without_stray_spaces(name: str) -> None:
    assert not (PROJECT_DATA / "reference" / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for row in rows_of(name):
        assert list(row) == list(SCHEMAS[name])
        assert all(value == value.strip() for value in row.values())


def test_there_are_231_published_figures() -> None:
    assert len(rows_of("published_figures")) == 231


def test_every_published_goal_of_all_participants_is_a_goal() -> None:
    published = {
        (row["as_of_date"], row["value"], row["source"])
        for row in rows_of("published_figures")
        if (row["metric"], row["segment"]) == ("target_active_participants", "all")
    }
    assert {(row["due"], row["target"], row["source"]) for row in rows_of("targets")} == published


def test_the_four_goals_of_2021_replace_each_other_in_the_order_in_which_they_were_stated() -> None:
    goals = sorted(
        (row for row in rows_of("targets") if row["year"] == "2021"), key=lambda row: row["stated_on"]
    )
    assert [row["target"] for row in goals] == ["48500000", "37000000", "38000000", "33670000"]
    assert [row["superseded_by"] for row in goals] == [*(row["goal"] for row in goals[1:]), ""]


def test_a_superseding_goal_exists_for_the_same_year_and_was_stated_later() -> None:
    goals = {row["goal"]: row for row in rows_of("targets")}
    for row in goals.values():
        if row["superseded_by"]:
            later = goals[row["superseded_by"]]
            assert later["year"] == row["year"]
            assert later["stated_on"] > row["stated_on"]


def test_38_million_of_april_2021_is_the_one_default() -> None:
    (default,) = (row for row in rows_of("targets") if row["is_default"])
    assert default["goal"] == "2021-38.0"
    assert (default["baseline"], default["baseline_date"]) == ("27700000", "2021-04-09")
    assert int(default["target"]) - int(default["baseline"]) == 10_300_000


def test_a_baseline_is_a_published_national_count_known_when_the_goal_was_stated() -> None:
    active = [
        row
        for row in rows_of("published_figures")
        if (row["metric"], row["segment"]) == ("active_participants", "all")
    ]
    for goal in rows_of("targets"):
        stated = goal["stated_on"]
        known = [
            row
            for row in active
            if row["as_of_date"] < stated or (row["as_of_date"], row["source"]) == (stated, goal["source"])
        ]
        if not stated:
            # The day is not published; the source itself names the count that it compares with.
            known = [row for row in active if row["source"] == goal["source"]]
        if not known:
            assert not goal["baseline"]
            assert not goal["baseline_date"]
            continue
        last = max(row["as_of_date"] for row in known)
        best = min(
            (row for row in known if row["as_of_date"] == last),
            key=lambda row: ("high", "medium", "low").index(row["confidence"]),
        )
        assert (goal["baseline"], goal["baseline_date"]) == (best["value"], last), goal["goal"]


def test_texts_stand_in_both_languages_or_in_neither() -> None:
    for name in KEYS:
        for row in rows_of(name):
            pairs = [(row[column], row[f"{column}_en"]) for column in row if f"{column}_en" in row]
            assert all(bool(indonesian) == bool(english) for indonesian, english in pairs), row


def test_the_three_commitments_of_the_agreement_are_known_sources_and_add_up() -> None:
    sources = {row["source"]: row for row in rows_of("partner_sources")}
    commitments = [row for row in rows_of("agreements") if row["source"]]
    assert {row["source"]: row["committed"] for row in commitments} == {
        "TPP": "34449",
        "NON_ASN": "1039",
        "BUMDES": "39844",
    }
    assert sum(int(row["committed"]) for row in commitments) == 75_332
    assert {sources[row["source"]]["partner"] for row in commitments} == {"KEMENDES"}
    announced = {
        row["value"]
        for row in rows_of("published_figures")
        if (row["as_of_date"], row["metric"]) == ("2021-04-09", "partner_roster_announced")
    }
    assert {row["committed"] for row in commitments} == announced


def test_sources_under_the_agreement_come_first_and_people_without_a_partner_last() -> None:
    order = [
        row["source"] for row in sorted(rows_of("partner_sources"), key=lambda row: int(row["priority"]))
    ]
    assert order[:3] == ["TPP", "NON_ASN", "BUMDES"]
    assert order[-1] == "LAINNYA"
    assert len({row["priority"] for row in rows_of("partner_sources")}) == len(order)


def test_there_are_38_provinces_and_34_of_them_in_2021() -> None:
    provinces = rows_of("provinces")
    assert len(provinces) == 38
    assert sum(int(row["from_year"]) <= 2021 for row in provinces) == 34
    assert {row["until_year"] for row in provinces} == {""}
    for column in ("name", "name_en", "short", "kemendagri", "bps"):
        assert len({row[column] for row in provinces}) == 38, column
    assert all(row["province"] == f"ID-{row['short']}" for row in provinces)


def test_kemendagri_and_bps_number_the_papuan_provinces_differently() -> None:
    differ = {row["province"]: (row["kemendagri"], row["bps"]) for row in rows_of("provinces")}
    assert {province: codes for province, codes in differ.items() if codes[0] != codes[1]} == {
        "ID-PA": ("91", "94"),
        "ID-PB": ("92", "91"),
        "ID-PS": ("93", "95"),
        "ID-PT": ("94", "96"),
        "ID-PE": ("95", "97"),
        "ID-PD": ("96", "92"),
    }


def test_goals_are_due_at_the_end_of_their_year() -> None:
    for row in rows_of("targets"):
        assert dt.date.fromisoformat(row["due"]) == dt.date(int(row["year"]), 12, 31)


def current_regencies() -> list[Row]:
    return [row for row in rows_of("regencies") if not row["until_year"]]


def test_there_are_514_regencies_and_26_codes_of_before_papua_was_divided() -> None:
    assert len(current_regencies()) == 514
    assert len(rows_of("regencies")) == 540
    assert sum(row["name"].startswith("Kota ") for row in current_regencies()) == 98


def test_a_regency_lies_in_the_province_that_its_number_begins_with() -> None:
    numbers = {row["kemendagri"]: row["province"] for row in rows_of("provinces")}
    for row in rows_of("regencies"):
        assert re.fullmatch("[0-9]{4}", row["regency"])
        assert numbers[row["regency"][:2]] == row["province"], row


def test_the_name_of_a_regency_says_its_kind_and_is_its_own() -> None:
    for column in ("name", "name_en"):
        assert len({row[column] for row in current_regencies()}) == 514, column
    for column in ("name", "short"):
        labels = {(row["province"], row[column]) for row in rows_of("regencies")}
        assert len(labels) == 540, column
    for row in rows_of("regencies"):
        kinds = {"Kabupaten": "Regency", "Kota": "City"}
        kind, _, name = row["name"].partition(" ")
        assert row["name_en"].endswith(f" {kinds[kind]}")
        assert row["short"] in (name, row["name"])
        assert not any(word.isupper() for word in name.split()), row["name"]


def test_a_code_of_before_2022_leads_to_the_same_regency_in_a_province_that_was_split_off() -> None:
    now = {row["regency"]: row for row in current_regencies()}
    split_off = {"ID-PA": {"ID-PS", "ID-PT", "ID-PE"}, "ID-PB": {"ID-PD"}}
    before = [row for row in rows_of("regencies") if row["until_year"]]
    for row in before:
        successor = now[row["successor"]]
        assert (row["until_year"], successor["from_year"]) == ("2022", "2022")
        assert row["name"] == successor["name"]
        assert successor["province"] in split_off[row["province"]]
    # In 2021 Papua had 29 regencies and Papua Barat 13, and each of those split off has its old code.
    in_2021 = Counter(row["province"] for row in rows_of("regencies") if not row["from_year"])
    assert (in_2021["ID-PA"], in_2021["ID-PB"], sum(in_2021.values())) == (29, 13, 514)
    assert {row["successor"] for row in before} == {code for code, row in now.items() if row["from_year"]}


def test_every_province_has_a_tile_of_its_own() -> None:
    tiles = {(int(row["tile_column"]), int(row["tile_row"])) for row in rows_of("provinces")}
    assert len(tiles) == 38
    assert {min(column for column, _ in tiles), min(row for _, row in tiles)} == {0}
    assert (max(column for column, _ in tiles), max(row for _, row in tiles)) == (15, 6)


def test_a_remark_on_a_day_has_a_source_and_an_author() -> None:
    for row in rows_of("annotations"):
        assert row["source"].startswith("https://")
        assert row["author"] == "Cakupan"


def published(metric: str, segment: str, day: str, source: str) -> int:
    """The figure of a day in one source."""
    (value,) = (
        int(row["value"])
        for row in rows_of("published_figures")
        if (row["metric"], row["segment"], row["as_of_date"]) == (metric, segment, day)
        and row["source"].startswith(source)
    )
    return value


def test_the_construction_projects_that_ended_are_the_fall_of_the_sample_and_nearly_the_published_one() -> (
    None
):
    events = rows_of("events")
    fell = {row["date"][:7]: int(row["people"]) for row in events}
    stock = dict(zip(MONTHS, SEGMENTS["JAKON"], strict=True))
    assert fell == {now: stock[now] - stock[before] for before, now in pairwise(MONTHS[:3])}
    assert {(row["source"], row["segment"], row["kind"], row["simulated"]) for row in events} == {
        ("JAKON", "JAKON", "ending", "ya")
    }
    december = published("active_participants", "Jakon", "2020-12-31", "https://databoks.katadata.co.id")
    february = published("active_participants", "Jakon", "2021-02-28", events[0]["source_url"])
    assert february - december == -2_060_000
    assert sum(fell.values()) == pytest.approx(february - december, rel=0.06)


def test_a_prognosis_is_a_published_figure() -> None:
    for row in rows_of("prognoses"):
        told = published("forecast_active_participants", "all", row["due"], row["source"])
        assert int(row["value"]) == told
        assert row["stated_on"] < row["due"]


Ring = list[list[float]]


@pytest.fixture(scope="module")
def outlines() -> dict[str, list[list[Ring]]]:
    """The polygons of each province, each a list of rings of longitude and latitude."""
    text = (PROJECT_DATA / "reference" / "map" / "provinces.geojson").read_text(encoding="utf-8")
    return {item["id"]: item["geometry"]["coordinates"] for item in json.loads(text)["features"]}


def test_the_map_shows_the_34_provinces_of_2021(outlines: dict[str, list[list[Ring]]]) -> None:
    assert set(outlines) == {row["province"] for row in rows_of("provinces") if int(row["from_year"]) <= 2021}


def test_the_map_lies_where_indonesia_lies(outlines: dict[str, list[list[Ring]]]) -> None:
    points = [point for polygons in outlines.values() for rings in polygons for point in chain(*rings)]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    assert 94.5 < min(longitudes) < 95.5
    assert 140.9 < max(longitudes) < 141.2
    assert -11.2 < min(latitudes) < -10.8
    assert 5.4 < max(latitudes) < 6.3


def test_each_outline_is_closed_and_goes_clockwise(outlines: dict[str, list[list[Ring]]]) -> None:
    for province, polygons in outlines.items():
        for ring in chain(*polygons):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            # The other way round a globe is filled but for the province.
            doubled_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
            assert doubled_area < 0, province
