"""Small counts: what may be told of groups so small, or cut so finely, that a number points at somebody.

Place, sex, age band, programme set, and a source that is one of several of its partner are *fine*
dimensions. A number that crosses two or more of them, or is about a regency, is protected: below ten it is
hidden, else it is rounded at random to one of the two multiples of five around it, now and then to one
further off, always the same one. A number along one of them alone stays exact.

Protection is a property of the tables that are asked, not of answers: a protected edition has other cubes.
For every set of dimensions they add up to that set's protected numbers, and a part named `*` holds what is
hidden and rounded: the whole shown less the parts shown. So any answer, however it is grouped and filtered,
is a sum of numbers that are protected already, and asking in another way tells nothing more.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from typing import Any

from enrollment import durable, lock
from enrollment.edition import Edition, Sight
from enrollment.schema import CUBE_COLUMNS, CUBE_COUNTS
from enrollment.store import Store

LEAST = 10
"""The smallest number of people that a protected answer shows."""
BASE = 5
"""What protected numbers are multiples of."""
FARTHEST = 3 * BASE - 1
"""How far a protected number may be from the true one; mostly it is nearer than `BASE`."""
REST = "*"
"""The part that holds what is hidden and rounded."""

Values = tuple[Any, ...]

_CROSSED = {name: name for name in ("source", "province", "regency", "programmes", "sex", "age_band")} | {
    "programme": "programmes"
}
_STOCKS = ("people", "active", "closing")
_DIVIDED = frozenset(
    {
        "breakdown",
        "breakdown_by_month",
        "crosstab",
        "movement_by_month",
        "reconciliation_missing",
        "retention_by_joining_month",
    }
)
_FILE = "rounding"
_NOT_REPORTED = "-"
_DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "sex", "age_band", "missing")
_FLOWS = tuple(name for name in CUBE_COUNTS if name not in ("opening", "active"))
_BEFORE = "last_day(month - interval 1 month)::date"
_DIGIT = 16 * BASE
"""What one count of a cell takes of a draw. A draw of 64 bits has ten such digits: a cube has ten counts."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """A table of counts: what it is never summed over, its fine dimensions, and its counts.

    Of each count the moment that it belongs to, and a place: counts of one cell and moment are rounded apart
    where their places differ, and alike where they are one number, as a closing and the opening after it.
    """

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    fine: tuple[str, ...]
    counts: tuple[tuple[str, str, int], ...]

    @property
    def bits(self) -> dict[str, int]:
        """The bit of each fine dimension in a set of them."""
        return {name: 1 << place for place, name in enumerate(reversed(self.fine))}


_CUBE_COUNTS = (
    ("opening", _BEFORE, 0),
    ("active", "month", 0),
    *((name, "month", place) for place, name in enumerate(_FLOWS, start=1)),
)


def _cube(table: str, *fine: str) -> _Shape:
    return _Shape(table, CUBE_COLUMNS, ("month", "segment", "carried", "simulated"), fine, _CUBE_COUNTS)


_SHAPES = (
    _cube("cube_coarse", "source", "province"),
    _cube("cube_regency", "province", "regency"),
    _cube("cube_traits", "source", "province", "programmes", "sex", "age_band"),
    _cube("cube_fine", "source", "province", "regency", "programmes", "sex", "age_band"),
    _Shape(
        "cohorts",
        ("month", "joined", "source", "segment", "province", "joined_people", "active"),
        ("month", "joined", "segment"),
        ("source", "province"),
        (("joined_people", "joined", 1), ("active", "month", 1)),
    ),
    _Shape(
        "reconciliation_missing",
        ("month", "source", "missing", "people"),
        ("month",),
        ("source", "missing"),
        (("people", "month", 0),),
    ),
)


def sight(secret: bytes, *, rounded: bool = True) -> Sight:
    """What somebody sees from whom small counts are kept: hidden, and the others rounded or not."""
    tables = [(shape.table, _protected(shape, secret.hex(), rounded)) for shape in _SHAPES]
    tables.append(("reconciliation_programmes", _programmes(secret.hex(), rounded)))
    # Of a secret, only so much as tells one from another.
    name = f"protected {hashlib.sha256(secret).hexdigest()[:8]} {'rounded' if rounded else 'hidden'}"
    return Sight(name, tuple(tables), protects=True)


def over(seen: Sight | None, protected: Sight) -> Sight:
    """What somebody sees who sees no more than `seen`, with small counts kept."""
    if seen is None:
        return protected
    before = ", ".join(f"{name} as ({select})" for name, select in seen.tables)
    covered = {name: f"with {before} select * from ({select})" for name, select in protected.tables}  # noqa: S608
    return Sight(
        f"{seen.name} {protected.name}", tuple({**dict(seen.tables), **covered}.items()), protects=True
    )


def protected(edition: Edition, store: Store, seen: Sight | None = None) -> Edition:
    """An edition as somebody sees it from whom small counts are kept, and maybe more, from a file of its own.

    The file is made at first need. Raises StoreLocked, OSError.
    """
    return edition.seen(over(seen, sight(rounding_secret(store)))).seen_from(store.root / "protected")


def rounding_secret(store: Store) -> bytes:
    """What decides in a store which way numbers are rounded; made when it is missing.

    Whoever knew it could tell which five numbers a rounded one may stand for. Raises StoreLocked, OSError.
    """
    path = store.root / _FILE
    if not path.exists():
        with lock.writing(store.root, wait=60):
            if not path.exists():
                durable.write_bytes(path, secrets.token_bytes(32))
                path.chmod(0o600)
    return path.read_bytes()


def told(
    question: str, columns: Sequence[str], rows: Sequence[Values], params: Mapping[str, Any]
) -> Sequence[Values]:
    """The rows of a protected answer without those that would pass a hidden number for nobody.

    Where a question crosses fine dimensions, a 0 may be anybody below ten. A part whose stock is hidden goes
    with all its numbers to what is hidden and rounded; a month whose stock is hidden is left out.
    """
    if question not in _DIVIDED:
        return rows
    crosses = "missing" in columns or _crosses(params)
    if "across" in columns:
        return [row for row in rows if not crosses or _says_something(row)]
    stocks = [columns.index(name) for name in _STOCKS if name in columns]
    if "part" not in columns:
        kept = [row for row in rows if not crosses or all(row[at] for at in stocks)]
        return [_of_whole(row, columns) for row in kept] if crosses and "share" in columns else kept
    part = columns.index("part")
    kept = [row for row in rows if row[part] != REST and (not crosses or all(row[at] for at in stocks))]
    held = [row for row in rows if row[part] == REST or (crosses and not all(row[at] for at in stocks))]
    found = [*kept, *_together(held, columns)]
    return sorted(found, key=itemgetter(columns.index("month"))) if "month" in columns else found


def _crosses(params: Mapping[str, Any]) -> bool:
    """Whether a question crosses two fine dimensions, or is about regencies."""
    asked = [params.get("dimension"), params.get("across"), *(name for name in _CROSSED if params.get(name))]
    fine = {_CROSSED[name] for name in asked if name in _CROSSED}
    return len(fine) > 1 or "regency" in fine


def _together(rows: Sequence[Values], columns: Sequence[str]) -> list[Values]:
    """What is hidden and rounded, of each month where there are months: all counts added up."""
    keys = [at for at, name in enumerate(columns) if name == "month"]
    groups: dict[Values, list[Values]] = {}
    for row in rows:
        groups.setdefault(tuple(row[at] for at in keys), []).append(row)
    added = []
    for group in groups.values():
        whole = dict(zip(columns, group[0], strict=True))
        for at, name in enumerate(columns):
            values = [row[at] for row in group if row[at] is not None]
            if name == "part":
                whole[name] = REST
            elif at not in keys and values:
                whole[name] = any(values) if isinstance(values[0], bool) else sum(values)
        added.append(tuple(whole.values()))
    return [row for row in added if _says_something(row)]


def _of_whole(row: Values, columns: Sequence[str]) -> Values:
    """Those who stayed, never more than joined: both are rounded, each for itself."""
    named = dict(zip(columns, row, strict=True))
    named["active"] = min(named["active"], named["people"])
    return tuple({**named, "share": named["active"] / named["people"]}.values())


def _says_something(row: Values) -> bool:
    """Whether any count is not 0."""
    counts = [value for value in row if isinstance(value, int) and not isinstance(value, bool)]
    return any(counts)


def _protected(shape: _Shape, secret: str, rounded: bool) -> str:
    """The SELECT behind a protected table.

    Each set of fine dimensions is summed, and its sums are protected. A number stands in the row of its
    own set, and is taken away, by turns, from the rows of the coarser sets, so that the rows of any set and
    of all that divide it further add up to the protected number of that set (Moebius inversion).
    """
    bits = shape.bits
    fine = ", ".join(shape.fine)
    names = [name for name, _, _ in shape.counts]
    has_source = "source" in shape.fine
    keys = ", ".join((*shape.keys, *(["alone"] if has_source else [])))
    moments = dict.fromkeys(moment for _, moment, _ in shape.counts)
    drawn = ", ".join(_drawn(_cell(shape, secret, moment), f"{n}") for n, moment in enumerate(moments))
    draws = {moment: f"{n}" for n, moment in enumerate(moments)}
    shown = ", ".join(
        f"{_shown(name, draws[moment], place, rounded)} as {name}" for name, moment, place in shape.counts
    )
    # pasted are names of our own and numbers alone
    return f"""
        with several as (
            select source from partner_sources
            where partner in (select partner from partner_sources group by partner having count(*) > 1)
        ),
        cells as (
            select {", ".join((*shape.keys, *_parts(shape), *names))} from {shape.table}
        ),
        summed as (
            select {keys}, {fine}, grouping_id({fine}) as folded,
                {", ".join(f"sum({name})::bigint as {name}" for name in names)}
            from cells
            group by {keys}, grouping sets ({_sets(shape.fine)})
            having {_counted(shape.fine)}
        ),
        drawn as (
            select *, {_guarded(shape.fine)} as guarded, {drawn} from summed
        ),
        shown as (
            select * replace ({shown}) from drawn
        ),
        spread as (
            select *, if(bit_count(sets & ~folded) % 2 = 0, 1, -1) as sign
            from shown, (select unnest({_folds(shape)}) as sets)
            where sets & folded = folded and {_one_step(bits)}
        )
        select {", ".join(_column(name, shape, names) for name in shape.columns)}
        from spread
        group by all
    """  # noqa: S608


def _parts(shape: _Shape) -> list[str]:
    """The fine dimensions of a table, never null; a source that is its partner's only one stands apart."""
    parts = []
    for name in shape.fine:
        if name == "source":
            parts.append("if(source in (from several), source, null) as source")
            parts.append("if(source in (from several), null, source) as alone")
        else:
            parts.append(f"coalesce({name}, '{_NOT_REPORTED}') as {name}")
    return parts


def _sets(fine: tuple[str, ...]) -> str:
    """Every set of fine dimensions; a regency is one of a province."""
    chosen = (kept for size in range(len(fine) + 1) for kept in combinations(fine, size))
    return ", ".join(f"({', '.join(kept)})" for kept in chosen if "regency" not in kept or "province" in kept)


def _counted(fine: tuple[str, ...]) -> str:
    """A source apart is never summed over, and a regency that is not reported is a part of what is left."""
    rules = []
    if "source" in fine:
        rules.append("(grouping(source) = 1 or source is not null)")
    if "regency" in fine:
        rules.append(f"(grouping(regency) = 1 or regency <> '{_NOT_REPORTED}')")
    return " and ".join(rules)


def _guarded(fine: tuple[str, ...]) -> str:
    """Whether a number crosses two fine dimensions, or is about a regency."""
    crossed = " + ".join(f"({name} is not null)::int" for name in fine if name != "regency")
    return f"({crossed} >= 2{' or regency is not null' if 'regency' in fine else ''})"


def _cell(shape: _Shape, secret: str, moment: str) -> str:
    """What names a cell at a moment, to nobody who does not know the secret."""
    parts = []
    for name in _DIMENSIONS:
        if name == "source" and "source" in shape.fine:
            parts.append(f"coalesce(alone, source, '{REST}')")
        elif name in shape.fine or name in shape.keys:
            parts.append(f"coalesce({name}, '{REST}')")
        else:
            # Where there are no sources, those apart are summed over too.
            parts.append("'all'" if name == "source" else f"'{REST}'")
    return f"concat_ws('|', '{secret}', {', '.join(parts)}, {moment})"


def _drawn(cell: str, draw: str) -> str:
    """Two numbers that nobody can foretell, always the same for a cell and a moment."""
    return f"md5_number_lower({cell}) as near_{draw}, md5_number_upper({cell}) as far_{draw}"


def _shown(name: str, draw: str, place: int, rounded: bool) -> str:
    """A count as it may be shown: hidden counts are 0 here, for what is left of the whole holds them.

    One number in sixteen is moved a step more, up or down, and one in 640 two, so that about one in thirty is
    further off than the multiples around it. Without that, two parts of an exact whole would follow from it
    where both were rounded as far as rounding goes.
    """
    near, far = (f"({of}_{draw} // {_DIGIT**place} % {_DIGIT})::bigint" for of in ("near", "far"))
    steps = (
        f"case when {near} >= {BASE} then 0 when {far} < 2 then 4 * {far} - 2 else 2 * ({far} % 2) - 1 end"
    )
    multiple = f"{BASE} * ((abs({name}) + {near} % {BASE}) // {BASE} + {steps})"
    told = f"sign({name})::bigint * greatest({LEAST}, {multiple})" if rounded else name
    open_to_all = f"not guarded or {name} is null"
    return f"case when {open_to_all} then {name} when abs({name}) < {LEAST} then 0 else {told} end"


def _folds(shape: _Shape) -> list[int]:
    """The sets of dimensions that may be summed over, as bits; never a province and not its regencies."""
    bits = shape.bits
    return [
        fold
        for fold in range(1 << len(bits))
        if "regency" not in bits or not fold & bits["province"] or fold & bits["regency"]
    ]


def _one_step(bits: dict[str, int]) -> str:
    """A regency is taken away from its province, and the province from the whole: never both at once."""
    if "regency" not in bits:
        return "true"
    both = bits["province"] | bits["regency"]
    return f"not (sets & {both} = {both} and folded & {both} = 0)"


def _column(name: str, shape: _Shape, counts: list[str]) -> str:
    if name in counts:
        return f"sum(sign * {name})::bigint as {name}"
    if name in shape.keys:
        return name
    if name not in shape.fine:
        return f"null::varchar as {name}"
    part = f"if(sets & {shape.bits[name]} > 0, '{REST}', {name})"
    if name == "source":
        return f"coalesce(alone, {part}) as source"
    return f"nullif({part}, '{_NOT_REPORTED}') as {name}"


def _programmes(secret: str, rounded: bool) -> str:
    """Programmes of one person overlap, so that there is no rest: each count is protected where it stands."""
    counts = ("active", "lapsed", "never")
    drawn = _drawn(f"concat_ws('|', '{secret}', 'programmes', source, programme, month)", "0")
    shown = ", ".join(f"{_shown(name, '0', place, rounded)} as {name}" for place, name in enumerate(counts))
    return f"""
        select * exclude (guarded, near_0, far_0) replace ({shown})
        from (
            select *, {drawn}, source in (
                select source from partner_sources
                where partner in (select partner from partner_sources group by partner having count(*) > 1)
            ) as guarded
            from reconciliation_programmes
        )
    """  # noqa: S608
