"""Small counts: what is shown of them is true as far as it goes, and tells nothing that is hidden."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import cache
from itertools import combinations, product
from pathlib import Path

import pytest

from enrollment import answers, disclosure, rights
from enrollment.decomposition import of_stock
from enrollment.disclosure import BASE, FARTHEST, LEAST, REST
from enrollment.edition import Edition
from enrollment.figures.breakdown.classes import classes
from enrollment.figures.breakdown.waterfall import decomposition
from enrollment.figures.measures import written
from enrollment.figures.movement_by_month.in_out import movement_by_month
from enrollment.figures.movement_by_month.waterfall import movement
from enrollment.language import Language
from enrollment.measures import told
from enrollment.months import month_end
from tests.builders import DataDirectory, Reference, cell, partner_source
from tests.differencing import Attack

pytestmark = pytest.mark.long

JULY, AUGUST = month_end(2021, 7), month_end(2021, 8)
MONTHS = {"2021-07": JULY, "2021-08": AUGUST}
# Three sources of one partner, so that each is below it.
PARTS: Mapping[str, tuple[str, ...]] = {
    "source": ("TPP", "NON_ASN", "BUMDES"),
    "province": ("ID-AC", "ID-JB", "ID-PA"),
    "sex": ("L", "P"),
    "age_band": ("20-29", "30-39", "40-49"),
}
Cell = tuple[str, ...]
Cut = tuple[tuple[str, str], ...]
"""Parts of some dimensions: the people in all of them."""
CELLS: tuple[Cell, ...] = tuple(product(*PARTS.values()))


def cuts(sizes: range = range(5)) -> Iterator[Cut]:
    """Every combination of parts of every combination of dimensions."""
    for size in sizes:
        for names in combinations(PARTS, size):
            for parts in product(*(PARTS[name] for name in names)):
                yield tuple(zip(names, parts, strict=True))


def within(cut: Cut) -> list[Cell]:
    """The cells of a cut."""
    asked = dict(cut)
    named = ((one, zip(PARTS, one, strict=True)) for one in CELLS)
    return [one for one, parts in named if all(part == asked.get(name, part) for name, part in parts)]


@pytest.fixture
def some(size: Callable[[int, int], int]) -> Callable[[range], list[Cut]]:
    """Cuts of some sizes: a few, drawn once, in a moderate run."""

    def pick(sizes: range) -> list[Cut]:
        every = list(cuts(sizes))
        return random.Random(2).sample(every, min(size(30, len(every)), len(every)))

    return pick


class World:
    """People in small cells over two months, corrected for one source afterwards, and both editions."""

    def __init__(self, folder: Path, seed: int) -> None:
        drawn = random.Random(seed)
        sources = tuple(partner_source(code, partner="KEMENDES") for code in PARTS["source"])
        self.directory = DataDirectory(folder, Reference(partner_sources=sources, agreements=()))
        july = {one: drawn.choice((0, 1, 2, 3, 5, 7, 9, 12, 31, 140)) for one in CELLS}
        august = {one: max(people + drawn.randint(-3, 6), 0) for one, people in july.items()}
        corrected = {
            one: max(people + drawn.randint(-2, 2), 0) if one[0] == "TPP" else people
            for one, people in august.items()
        }
        self.people = [{JULY: july, AUGUST: august}, {JULY: july, AUGUST: corrected}]
        self.editions = []
        for month, people in (("2021-07", july), ("2021-08", august)):
            self._deliver(month, people)
        self.editions.append(self.directory.publish())
        self._deliver("2021-08", corrected)
        self.editions.append(self.directory.publish())
        # Which way numbers go is drawn once for all runs.
        self.directory.store.root.joinpath("rounding").write_bytes(drawn.randbytes(32))
        self.secret = disclosure.rounding_secret(self.directory.store)

    def _deliver(self, month: str, people: Mapping[Cell, int]) -> None:
        rows = [cell(count, **dict(zip(PARTS, one, strict=True))) for one, count in people.items()]
        self.directory.deliver(month, *rows, file=f"{month}-{sum(people.values())}.csv")

    @cache  # noqa: B019 - a few worlds, each with two editions
    def seen(self, number: int, rounded: bool = True) -> Edition:
        return self.editions[number].seen(disclosure.sight(self.secret, rounded=rounded))

    def true(self, number: int, month: dt.date, cut: Cut) -> int:
        return sum(self.people[number][month][one] for one in within(cut))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, size: Callable[[int, int], int]) -> list[World]:
    return [World(tmp_path_factory.mktemp("world"), seed) for seed in range(size(1, 6))]


def asked(edition: Edition, month: dt.date, cut: Cut) -> answers.Breakdown | None:
    """What a cut's people are said to be: the part of its last dimension, filtered by the others."""
    *filters, (dimension, part) = cut
    chosen = {name: [value] for name, value in filters}
    rows = answers.breakdown(edition, dimension=dimension, since=None, as_of=month, **chosen)
    return next((row for row in rows if row.part == part), None)


@cache
def closing(edition: Edition, month: dt.date, cut: Cut) -> int:
    row = asked(edition, month, cut)
    return row.closing if row else 0


def test_a_number_along_one_fine_dimension_is_exact(worlds: list[World]) -> None:
    for world in worlds:
        for number, month in product((0, 1), MONTHS.values()):
            for cut in cuts(range(1, 2)):
                assert closing(world.seen(number), month, cut) == world.true(number, month, cut)


def test_a_number_that_crosses_two_is_hidden_below_ten_and_else_a_multiple_of_five_mostly_beside_it(
    worlds: list[World],
) -> None:
    hidden = rounded = further = 0
    for world in worlds:
        for number, month in product((0, 1), MONTHS.values()):
            for cut in cuts(range(2, 5)):
                shown, true = closing(world.seen(number), month, cut), world.true(number, month, cut)
                if true < LEAST:
                    assert shown == 0
                    hidden += 1
                else:
                    assert shown % BASE == 0
                    assert abs(shown - true) <= FARTHEST
                    assert shown >= LEAST
                    rounded += 1
                    further += abs(shown - true) >= BASE
    assert hidden > 100
    assert rounded > 100
    assert rounded / 80 < further < rounded / 12


def test_the_same_people_are_said_to_be_as_many_however_they_are_asked_for(
    worlds: list[World], some: Callable[[range], list[Cut]]
) -> None:
    seen = worlds[0].seen(1)
    for cut in some(range(2, 5)):
        assert len({closing(seen, AUGUST, (*cut[turn:], *cut[:turn])) for turn in range(len(cut))}) == 1


def test_all_parts_and_the_rest_add_up_to_the_whole_that_is_shown(
    worlds: list[World], some: Callable[[range], list[Cut]]
) -> None:
    seen = worlds[0].seen(1)
    for cut in some(range(1, 4)):
        for dimension in PARTS.keys() - dict(cut).keys():
            chosen = {name: [part] for name, part in cut}
            rows = answers.breakdown(seen, dimension=dimension, since=None, as_of=AUGUST, **chosen)
            assert sum(row.closing for row in rows) == closing(seen, AUGUST, cut)
            if whole := asked(seen, AUGUST, cut):
                assert sum(row.opening or 0 for row in rows) == whole.opening
                assert sum(row.net_change or 0 for row in rows) == whole.net_change
            assert {row.part for row in rows} <= {*PARTS[dimension], REST}


def test_two_dimensions_at_once_say_the_same_as_one_after_the_other(worlds: list[World]) -> None:
    seen = worlds[0].seen(1)
    for across, down in combinations(PARTS, 2):
        rows = answers.crosstab(seen, dimension=across, across=down, since=None, as_of=AUGUST)
        told = {(row.part, row.across): row.closing for row in rows if REST not in (row.part, row.across)}
        for one, other in product(PARTS[across], PARTS[down]):
            assert told.get((one, other), 0) == closing(seen, AUGUST, ((across, one), (down, other)))
        total = sum(row.closing for row in rows)
        assert total == worlds[0].true(1, AUGUST, ())


def test_several_parts_are_the_sum_of_what_each_is_said_to_be(worlds: list[World]) -> None:
    seen = worlds[0].seen(1)
    for dimension, parts in PARTS.items():
        for other in PARTS.keys() - {dimension}:
            for part, left_out in product(PARTS[other], parts):
                chosen = [one for one in parts if one != left_out]
                rows = answers.breakdown(
                    seen, dimension=other, since=None, as_of=AUGUST, **{dimension: chosen}
                )
                said = next((row.closing for row in rows if row.part == part), 0)
                each = [closing(seen, AUGUST, ((dimension, one), (other, part))) for one in chosen]
                assert said == sum(each)


def test_a_month_opens_with_what_the_one_before_closed_with(
    worlds: list[World], some: Callable[[range], list[Cut]]
) -> None:
    seen = worlds[0].seen(1)
    told = [(cut, row) for cut in some(range(2, 5)) if (row := asked(seen, AUGUST, cut))]
    assert len(told) > 3
    for cut, row in told:
        assert row.opening == closing(seen, JULY, cut)


def test_a_part_with_a_hidden_stock_goes_with_all_its_numbers_to_what_is_hidden_and_rounded(
    worlds: list[World], some: Callable[[range], list[Cut]]
) -> None:
    seen = worlds[0].seen(1)
    gone = 0
    for *filters, (dimension, _) in some(range(4, 5)):
        asking = {"dimension": dimension, "as_of": AUGUST, **{name: [part] for name, part in filters}}
        rows = answers.breakdown(seen, since=None, **asking)
        by_month = answers.breakdown_by_month(seen, **asking)
        parts = [row for row in rows if row.part != REST]
        assert all(row.closing >= LEAST for row in parts)
        assert all(row.active >= LEAST for row in by_month if row.part != REST)
        assert [row.part for row in rows].count(REST) <= 1
        months = [row.month for row in by_month if row.part == REST]
        assert sorted(set(months)) == months
        gone += len(PARTS[dimension]) - len(parts)
    assert gone > 0


def test_what_flows_of_protected_parts_leave_is_a_step_of_its_own_and_no_correction(
    worlds: list[World],
) -> None:
    seen, english = worlds[0].seen(1), Language("en")
    rounded = 0
    for province, sex in product(PARTS["province"], PARTS["sex"]):
        chosen = {"province": [province], "sex": [sex]}
        (*_, row) = answers.movement_by_month(seen, as_of=AUGUST, **chosen)
        figure = movement(rows=[row], since=JULY, as_of=AUGUST, language=english)
        steps = {str(key): int(value or 0) for key, value in figure.table.machine_rows}
        opening, closed = steps.pop("opening"), steps.pop("closing")
        assert opening + sum(steps.values()) == closed
        assert steps.get("correction", 0) + steps.get("net_only", 0) == row.correction
        by_month = movement_by_month(rows=[row], language=english).table
        (line,) = (dict(zip(by_month.machine_columns, line, strict=True)) for line in by_month.machine_rows)
        assert line.get("rounded", 0) == steps.get("rounded", 0)
        parts = answers.breakdown(seen, dimension="age_band", since=None, as_of=AUGUST, **chosen)
        taken_apart = decomposition(
            contributions=of_stock(parts),
            dimension="age_band",
            measure="closing",
            names={},
            since=JULY,
            as_of=AUGUST,
            language=english,
        ).table
        for machine in taken_apart.machine_rows:
            line = dict(zip(taken_apart.machine_columns, machine, strict=True))
            change = line.pop("change")
            assert int(line.pop("before")) + change == int(line.pop("after"))
            assert sum(int(value) for key, value in line.items() if key != "part") == change
        rounded += "rounded" in steps
    assert rounded > 0


def part(code: str | None, closing: int, new: int | None = 0) -> answers.Breakdown:
    """A part as a question answers, of whom nothing but this is known."""
    return answers.Breakdown(code, 0, new, 0, 0, 0, 0, 0, 0, closing, None, closing, closing, 0, False)


def test_nobody_few_not_reported_and_unknown_are_four_marks() -> None:
    english = Language("en")
    exact = [part("ID-AC", 0), part("ID-JB", 41)]
    kept = [part("ID-JB", 40), part(REST, 1)]

    def said(rows: Sequence[answers.Breakdown], code: str) -> tuple[str, str]:
        graded = classes(rows, [row.part for row in rows], "closing", (), english)
        return graded.short(code), graded.spelt(code)

    assert said(exact, "ID-AC") == ("0", "0")
    assert said(kept, "ID-AC") == ("<10", "fewer than 10 people, or nobody")
    assert said(exact, "ID-PA") == ("–", "not known")
    assert written(None, "new", english) == "not reported"


def test_a_zero_is_nobody_along_one_fine_dimension_and_hidden_where_two_are_crossed() -> None:
    columns = tuple(answers.Breakdown.__dataclass_fields__)
    rows = [astuple(part("ID-AC", 0)), astuple(part("ID-JB", 41)), astuple(part(REST, 0))]
    alone, crossed = {"dimension": "province"}, {"dimension": "province", "sex": ["L"]}
    assert disclosure.told("breakdown", columns, rows, alone) == rows[:2]
    assert disclosure.told("breakdown", columns, rows, crossed) == rows[1:2]


def test_a_flow_that_may_be_few_is_left_to_what_is_hidden_and_rounded() -> None:
    rows = [part("ID-AC", 40, 0), part("ID-JB", 40, 15), part("ID-PA", 40, None), part(REST, 9, 0)]
    assert [row.part for row in told(rows, "new")] == ["ID-JB", "ID-PA", REST]
    assert told(rows, "closing") == rows
    assert told(rows[:3], "new") == rows[:3]


def test_of_who_joined_never_more_stayed_and_few_are_left_out() -> None:
    columns = ("joined", "month", "months", "people", "active", "share")
    rows = [
        (JULY, JULY, 0, 10, 15, 1.5),
        (JULY, AUGUST, 1, 15, 0, 0.0),
        (AUGUST, AUGUST, 0, 0, 0, None),
    ]
    place = {"source": ["TPP"], "province": ["ID-AC"]}
    question = "retention_by_joining_month"
    assert disclosure.told(question, columns, rows, place) == [(JULY, JULY, 0, 10, 10, 1.0)]
    assert disclosure.told(question, columns, rows, {"source": ["TPP"]}) == rows


def test_what_did_not_change_is_said_alike_in_a_later_edition(worlds: list[World]) -> None:
    for world in worlds:
        for cut in cuts(range(2, 5)):
            if world.true(0, AUGUST, cut) == world.true(1, AUGUST, cut):
                assert closing(world.seen(0), AUGUST, cut) == closing(world.seen(1), AUGUST, cut)


def test_the_rounding_secret_stays_and_decides_which_way_a_number_goes(worlds: list[World]) -> None:
    world = worlds[0]
    assert disclosure.rounding_secret(world.directory.store) == world.secret
    other = world.editions[1].seen(disclosure.sight(b"another"))
    told = [closing(world.seen(1), AUGUST, cut) for cut in cuts(range(2, 3))]
    assert told != [closing(other, AUGUST, cut) for cut in cuts(range(2, 3))]


def test_a_protected_edition_is_a_file_that_is_made_once_and_again_when_it_is_damaged(
    worlds: list[World],
) -> None:
    store, whole = worlds[0].directory.store, worlds[0].editions[1]
    made = disclosure.protected(whole, store)
    again = disclosure.protected(whole, store)
    assert (made.path, made) == (again.path, again)
    assert made != whole
    for cut in cuts(range(1, 3)):
        assert closing(made, AUGUST, cut) == closing(worlds[0].seen(1), AUGUST, cut)
    made.close()
    made.path.write_bytes(made.path.read_bytes()[:-1] + b"x")
    other = disclosure.protected(whole, store)
    assert closing(other, AUGUST, (("sex", "L"),)) == worlds[0].true(1, AUGUST, (("sex", "L"),))


def test_small_counts_are_kept_from_an_officer_too_who_sees_own_sources_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    sources = (
        partner_source("TPP", partner="KEMENDES"),
        partner_source("BUMDES", partner="KEMENDES"),
        partner_source("PEMDA", partner="KEMENDAGRI"),
        partner_source("LAINNYA", partner="LAINNYA"),
    )
    directory = DataDirectory(
        tmp_path_factory.mktemp("officer"), Reference(partner_sources=sources, agreements=())
    )
    people = {"TPP": 7, "BUMDES": 43, "PEMDA": 8, "LAINNYA": 90}
    rows = [
        cell(count, source=source, province=province, sex=sex)
        for (source, count), province, sex in product(people.items(), PARTS["province"], "LP")
    ]
    directory.deliver("2021-08", *rows)
    seen = disclosure.protected(directory.publish(), directory.store, rights.sight(("KEMENDES",)))
    whole = {
        row.part: row.closing for row in answers.breakdown(seen, dimension="source", since=None, as_of=AUGUST)
    }
    assert whole == {"TPP": 42, "BUMDES": 258, rights.OTHERS: 588}
    assert closing(seen, AUGUST, (("source", "TPP"), ("province", "ID-AC"), ("sex", "L"))) == 0
    assert closing(seen, AUGUST, (("source", "BUMDES"), ("province", "ID-AC"), ("sex", "L"))) in range(
        30, 60, BASE
    )
    assert closing(seen, AUGUST, (("source", "PEMDA"), ("province", "ID-AC"))) == 0


def attack(world: World, rounded: bool) -> Attack:
    """Everything that both editions say of both months, under every grouping and filter.

    A cell of August that the correction did not touch is the same in both editions, as the change list says.
    """
    known = Attack()
    for number, month in product((0, 1), MONTHS.values()):
        seen = world.seen(number, rounded)

        def names(cut: Cut, number: int = number, month: dt.date = month) -> list[object]:
            return [(number if (month, one[0]) == (AUGUST, "TPP") else 0, month, one) for one in within(cut)]

        known.learn(names(()), *[world.true(number, month, ())] * 2)
        for cut in cuts(range(1, 5)):
            shown = closing(seen, month, cut)
            if len(cut) == 1:
                bounds = (shown, shown)
            elif shown == 0:
                bounds = (0, LEAST - 1)
            else:
                off = FARTHEST if rounded else 0
                bounds = (max(shown - off, LEAST), shown + off)
            known.learn(names(cut), *bounds)
    return known


def protected_cells(world: World) -> list[tuple[int, dt.date, Cut]]:
    """All that are hidden or rounded."""
    return [
        (number, month, cut)
        for number, month in product((0, 1), MONTHS.values())
        for cut in cuts(range(2, 5))
        if world.true(number, month, cut) > 0
    ]


def recovered(world: World, rounded: bool, most: int) -> list[tuple[int, dt.date, Cut]]:
    known = attack(world, rounded)
    found = protected_cells(world)
    chosen = random.Random(1).sample(found, min(most, len(found)))
    return [
        (number, month, cut)
        for number, month, cut in chosen
        if known.recovered(
            [(number if (month, one[0]) == (AUGUST, "TPP") else 0, month, one) for one in within(cut)]
        )
        == world.true(number, month, cut)
    ]


def test_no_protected_number_follows_from_all_that_is_shown(
    worlds: list[World], size: Callable[[int, int], int]
) -> None:
    for world in worlds:
        assert recovered(world, rounded=True, most=size(15, 400)) == []


def test_where_small_numbers_are_only_hidden_they_follow_from_the_others(
    worlds: list[World], size: Callable[[int, int], int]
) -> None:
    """The same attack without rounding: it can succeed."""
    for world in worlds:
        small = {one for one in protected_cells(world) if world.true(*one) < LEAST}
        found = set(recovered(world, rounded=False, most=size(40, 400)))
        assert len(found & small) > size(2, 50)


def test_without_protection_every_number_is_shown(worlds: list[World]) -> None:
    for number, month, cut in protected_cells(worlds[0]):
        assert closing(worlds[0].editions[number], month, cut) == worlds[0].true(number, month, cut)
