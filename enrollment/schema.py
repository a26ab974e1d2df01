"""The schema: what every table and column of an edition means, for readers who ask it in their own SQL.

This is also the list of what they may ask: what does not stand here is not shown. Left out are how an
edition was made and from which bytes, who received or wrote something, and the names of files.
The words stand in the catalogue under `tables`; a meaning of a table's own comes before a shared one.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from enrollment.language import Language

Unit = Literal[
    "people",
    "rows",
    "count",
    "months",
    "month",
    "date",
    "moment",
    "year",
    "day",
    "number",
    "code",
    "text",
    "url",
    "yes_no",
]
UNITS: tuple[Unit, ...] = get_args(Unit)
"""What a column can hold. A month is a date, its last day; a moment is UTC; a day is one of the month."""

_ENGLISH = "_en"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of an edition, and what its values are."""

    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an edition. `grain_columns` tell its rows apart; columns are in the order of the edition."""

    name: str
    grain_columns: tuple[str, ...]
    columns: tuple[Column, ...]


def about(words: Language, table: Table) -> str:
    """What the table holds and when to use it."""
    return words.say(f"tables.{table.name}.about")


def grain(words: Language, table: Table) -> str:
    """What one row of the table is."""
    return words.say(f"tables.{table.name}.grain")


def meaning(words: Language, table: Table, column: Column) -> str:
    """What the column says, and when it says nothing."""
    own = f"tables.{table.name}.{column.name}"
    if words.has(own):
        return words.say(own)
    if column.name.endswith(_ENGLISH):
        return words.say("tables.english", column=column.name.removesuffix(_ENGLISH))
    return words.say(f"tables.shared.{column.name}")


def unit(words: Language, column: Column) -> str:
    """What the values of the column are, in a word or two."""
    return words.say(f"tables.unit.{column.unit}")


def nulls(words: Language) -> str:
    """What a NULL means, in every table."""
    return words.say("tables.nulls")


def _columns(**units: Unit) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in units.items())


# All cubes have one shape; a cube leaves NULL what it does not divide by.
_CELLS = _columns(
    month="month",
    source="code",
    segment="code",
    province="code",
    regency="code",
    programmes="code",
    sex="code",
    age_band="code",
    opening="people",
    new="people",
    reactivated="people",
    moved_in="people",
    lapsed="people",
    moved_out="people",
    reclassified_in="people",
    reclassified_out="people",
    correction="people",
    active="people",
    flows_unknown="people",
    carried="yes_no",
    simulated="yes_no",
)

CUBES = (
    Table(
        "cube_fine",
        ("month", "source", "segment", "province", "regency", "programmes", "sex", "age_band"),
        _CELLS,
    ),
    Table("cube_coarse", ("month", "source", "segment", "province"), _CELLS),
    Table("cube_regency", ("month", "segment", "province", "regency", "carried"), _CELLS),
    Table(
        "cube_traits",
        ("month", "source", "segment", "province", "programmes", "sex", "age_band"),
        _CELLS,
    ),
)
"""The tables that hold all people of a month by cell; each holds the same people."""
CUBE_COLUMNS = tuple(column.name for column in _CELLS)
CUBE_COUNTS = tuple(column.name for column in _CELLS if column.unit == "people")
"""What a cube counts of a cell: its stocks at both ends of the month, and what lies between them."""

TABLES: tuple[Table, ...] = (
    *CUBES,
    Table(
        "months",
        ("month",),
        _columns(month="month", active="people", missing="count", carried="people", simulated="yes_no"),
    ),
    Table(
        "cohorts",
        ("month", "joined", "source", "segment", "province"),
        _columns(
            month="month",
            joined="month",
            source="code",
            segment="code",
            province="code",
            joined_people="people",
            active="people",
        ),
    ),
    Table(
        "overlap",
        ("month", "source"),
        _columns(month="month", source="code", listed="people", counted="people", elsewhere="people"),
    ),
    Table(
        "lineage",
        ("month", "source"),
        _columns(month="month", source="code", state="code", delivered_month="month", active="people"),
    ),
    Table(
        "reconciliations",
        ("month", "source"),
        _columns(
            month="month",
            source="code",
            rule_version="number",
            agreement="code",
            agreed_on="date",
            agreed="code",
            reconciled_at="moment",
            rows="rows",
            people="people",
            active_all="people",
            active_part="people",
            other_source="people",
            lapsed="people",
            not_found="people",
            duplicate="rows",
            invalid="rows",
            out_of_scope="rows",
            near_misses="rows",
            confirmed="rows",
            reverse="people",
            newly_active="people",
            people_since="month",
            newly_registered="people",
            joined="people",
            left_roster="people",
            lost="people",
            totals_only="code",
            carried="code",
            simulated="yes_no",
        ),
    ),
    Table(
        "reconciliation_programmes",
        ("month", "source", "programme"),
        _columns(
            month="month", source="code", programme="code", active="people", lapsed="people", never="people"
        ),
    ),
    Table(
        "reconciliation_missing",
        ("month", "source", "missing"),
        _columns(month="month", source="code", missing="code", people="people"),
    ),
    Table(
        "reconciliation_rules",
        ("month", "source", "rule"),
        _columns(month="month", source="code", rule="code", rows="rows"),
    ),
    Table(
        "reconciliation_not_found",
        ("month", "source", "months"),
        _columns(month="month", source="code", months="months", people="people"),
    ),
    Table(
        "deliveries",
        # A store takes in one delivery after another, so that no two come at one moment.
        ("month", "source", "received_at"),
        _columns(
            kind="code",
            month="month",
            source="code",
            cells="rows",
            active="people",
            received_at="moment",
            simulated="yes_no",
            counted="yes_no",
        ),
    ),
    Table(
        "targets",
        ("goal",),
        _columns(
            goal="code",
            year="year",
            target="people",
            due="date",
            baseline="people",
            baseline_date="date",
            definition="text",
            definition_en="text",
            document="text",
            document_en="text",
            source="url",
            stated_on="date",
            superseded_by="code",
            is_default="yes_no",
            note="text",
            note_en="text",
        ),
    ),
    Table(
        "partner_sources",
        ("source",),
        _columns(
            source="code",
            partner="code",
            partner_name="text",
            partner_name_en="text",
            name="text",
            name_en="text",
            segment="code",
            priority="number",
            expected_from="month",
            due_day="day",
        ),
    ),
    Table(
        "agreements",
        ("agreement", "source"),
        _columns(
            agreement="code",
            document="text",
            document_en="text",
            signed_on="date",
            expires_on="date",
            parties="text",
            parties_en="text",
            programmes="code",
            reconciliation="code",
            source="code",
            committed="people",
            announced_on="date",
            note="text",
            note_en="text",
            source_url="url",
        ),
    ),
    Table(
        "plans",
        ("source", "province", "month"),
        _columns(
            source="code",
            province="code",
            month="month",
            planned="people",
            note="text",
            note_en="text",
            source_url="url",
            simulated="yes_no",
        ),
    ),
    Table(
        "instructions",
        ("document", "party"),
        _columns(
            party="text",
            party_en="text",
            duty="text",
            duty_en="text",
            document="text",
            section="text",
            source="url",
        ),
    ),
    Table(
        "provinces",
        ("province",),
        _columns(
            province="code",
            name="text",
            name_en="text",
            short="code",
            region="text",
            region_en="text",
            kemendagri="code",
            bps="code",
            from_year="year",
            until_year="year",
            tile_column="number",
            tile_row="number",
        ),
    ),
    Table(
        "regencies",
        ("regency",),
        _columns(
            regency="code",
            province="code",
            name="text",
            name_en="text",
            short="text",
            from_year="year",
            until_year="year",
            successor="code",
        ),
    ),
    Table(
        "eligible",
        ("as_of", "province"),
        _columns(
            as_of="date", province="code", eligible="people", source="text", note="text", note_en="text"
        ),
    ),
    Table(
        "annotations",
        ("date", "text"),
        _columns(date="date", text="text", text_en="text", source="url"),
    ),
    Table(
        "events",
        ("date", "source", "segment", "people"),
        _columns(
            date="date",
            source="code",
            segment="code",
            people="people",
            kind="code",
            note="text",
            note_en="text",
            source_url="url",
            simulated="yes_no",
        ),
    ),
    Table(
        "prognoses",
        ("stated_on", "due"),
        _columns(
            stated_on="date", due="date", value="people", document="text", document_en="text", source="url"
        ),
    ),
    Table(
        "published_figures",
        ("as_of_date", "metric", "segment", "value", "source"),
        _columns(
            as_of_date="date",
            metric="code",
            segment="text",
            value="number",
            unit="code",
            source="url",
            confidence="code",
            note="text",
        ),
    ),
    Table(
        "edition",
        ("fingerprint",),
        _columns(fingerprint="code", format="number", definitions="number", simulated="yes_no"),
    ),
)
"""Every table that may be asked, in the order in which they are read: what is counted, what was reconciled,
what was delivered, what is given."""
