"""What was delivered for a month, as the tables from which its cells are made."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from enrollment.fold.origins import Holding, Origin
from enrollment.store import Store

_TOTALS = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "segment", "province", "regency", "programmes", "sex")),
        ("age_band", pa.string()),
        *((name, pa.int64()) for name in ("new", "reactivated", "lapsed", "moved_in", "moved_out", "active")),
        ("simulated", pa.bool_()),
    ]
)
_DELIVERED = pa.schema([("source", pa.string()), ("province", pa.string()), ("kind", pa.string())])


def totals_rows(store: Store, origins: Sequence[Origin]) -> pa.Table:
    """The rows of the totals that count for a month."""
    counting: dict[Holding, list[str]] = {}
    for origin in origins:
        for holding in origin.fresh:
            if not holding.delivery.about_people:
                counting.setdefault(holding, []).append(origin.source)
    tables = [
        _picked(store.rows(holding.delivery), sources, holding.without)
        for holding, sources in counting.items()
    ]
    return pa.concat_tables(tables) if tables else _TOTALS.empty_table()


def _picked(rows: pa.Table, sources: Sequence[str], without: Iterable[str]) -> pa.Table:
    chosen = pc.is_in(rows["source"], pa.array(sources))
    left_out = pc.is_in(rows["province"], pa.array(sorted(without), pa.string()))
    return rows.filter(pc.and_(chosen, pc.invert(left_out))).select(_TOTALS.names)


def delivered(origins: Sequence[Origin]) -> pa.Table:
    """What was delivered for a month: province null for every province not named beside it."""
    units = {
        (origin.source, province, "people" if holding.delivery.about_people else "totals")
        for origin in origins
        for holding in origin.fresh
        for province in ([None] if holding.only is None else sorted(holding.provinces))
    }
    rows = [dict(zip(_DELIVERED.names, unit, strict=True)) for unit in units]
    return pa.Table.from_pylist(rows, schema=_DELIVERED)
