"""Random histories of people, delivered one by one or as cells."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.builders.deliveries import cell, person
from tests.builders.directory import DataDirectory
from tests.builders.drawn import PROVINCES, SEGMENTS, SOURCES, reported
from tests.builders.reference import Reference, partner_source
from tests.oracle import Row

MONTHS = ("2020-10", "2020-11", "2020-12", "2021-01", "2021-02")


@dataclass(frozen=True)
class Step:
    """One delivery: people one by one, or cells."""

    month: str
    rows: tuple[Row, ...]
    kind: str
    scope: str
    key_space: str


people_rows = st.fixed_dictionaries(
    {
        "source": st.sampled_from(SOURCES),
        "segment": st.sampled_from(SEGMENTS),
        "province": st.sampled_from(PROVINCES),
        "programmes": st.sampled_from(("JKK+JKM", "JKK+JKM+JHT")),
        "regency": reported(("1101",)),
        "sex": reported(("L", "P")),
        "birth_year": reported((1961, 1991, 2001)),
    }
)
cell_rows = st.fixed_dictionaries(
    {
        "source": st.sampled_from(SOURCES),
        "province": st.sampled_from(PROVINCES),
        "active": st.integers(0, 9),
        "new": reported((0, 2)),
    }
)


@st.composite
def steps(draw: st.DrawFn, months: tuple[str, ...]) -> Step:
    """A delivery for one of some months, of all provinces or single ones, once in ten under other keys."""
    kind = draw(st.sampled_from(("members", "members", "members", "totals")))
    scope = draw(st.sampled_from(("full", "full", "province")))
    rows: tuple[Row, ...]
    if kind == "totals":
        drawn = draw(
            st.lists(
                cell_rows, min_size=1, max_size=3, unique_by=lambda row: (row["source"], row["province"])
            )
        )
        rows = tuple(cell(**row) for row in drawn)
    else:
        named = st.tuples(st.sampled_from("abcdefgh"), people_rows)
        found = draw(
            st.lists(named, min_size=1, max_size=8, unique_by=lambda item: (item[0], item[1]["source"]))
        )
        simulated = draw(st.booleans())
        rows = tuple(person(name, **row, simulated=simulated) for name, row in found)
    space = draw(st.sampled_from(("0" * 16,) * 9 + ("1" * 16,)))
    return Step(draw(st.sampled_from(months)), rows, kind, scope, space)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Step, ...]:
    """Deliveries over one to five months in any order, a turn of the year among them."""
    months = MONTHS[: draw(st.integers(1, len(MONTHS)))]
    return tuple(draw(st.lists(steps(months), min_size=1, max_size=8)))


@st.composite
def turnover(draw: st.DrawFn) -> tuple[Step, ...]:
    """Months of people who come, go, come back and move; a source may be late or deliver totals once."""
    found = []
    for month in MONTHS:
        for source in SOURCES[:2]:
            kind = draw(st.sampled_from(("members",) * 6 + ("late", "totals")))
            if kind == "totals":
                found.append(Step(month, (cell(3, source=source),), "totals", "full", "0" * 16))
            elif kind == "members" and (named := draw(st.sets(st.sampled_from("abcdefgh"), min_size=1))):
                places = st.tuples(st.sampled_from(SEGMENTS), st.sampled_from(PROVINCES))
                drawn = [(name, *draw(places)) for name in sorted(named)]
                rows = (
                    person(name, source=source, segment=segment, province=province)
                    for name, segment, province in drawn
                )
                found.append(Step(month, tuple(rows), "members", "full", "0" * 16))
    return tuple(found) or (Step(MONTHS[0], (person("a"),), "members", "full", "0" * 16),)


references = st.builds(
    lambda priorities: replace(
        Reference(),
        partner_sources=tuple(
            partner_source(source, priority=priority)
            for source, priority in zip(SOURCES, priorities, strict=True)
        ),
    ),
    st.tuples(*(st.integers(1, 3) for _ in SOURCES)),
)


def deliver(directory: DataDirectory, history: tuple[Step, ...]) -> None:
    """Keep a history, step by step, in a data directory."""
    for number, step in enumerate(history, start=1):
        if step.kind == "totals":
            directory.deliver(step.month, *step.rows, file=f"kiriman-{number}.csv", scope=step.scope)
        else:
            directory.deliver_people(
                step.month,
                *step.rows,
                file=f"peserta-{number}.csv",
                scope=step.scope,
                key_space=step.key_space,
            )
