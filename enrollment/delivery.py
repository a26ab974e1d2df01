"""Deliveries as they are kept: what a sidecar says of a file, and which delivery counts for what."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from enrollment.contract import Note
from enrollment.months import month_text, parse_month

ELSEWHERE = ".elsewhere"
"""How the file of a delivery is called whose rows lie in a cluster."""
SHORT = 10
"""Digits of a delivery's name in lists and addresses."""


class DeliveryDamaged(Exception):
    """A kept delivery, or its sidecar, is no longer what was written when it was accepted."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class PeopleElsewhere(DeliveryDamaged):
    """The people of a delivery lie in a cluster and not here, so they can be folded only there."""

    def __init__(self, delivery: "Delivery") -> None:
        super().__init__(delivery.path)
        self.file = delivery.file


class UnknownDelivery(Exception):
    """No kept delivery, or more than one, has a name that begins as asked for."""


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What a delivery holds of one source: rows, people, and whether any row says it is simulated."""

    source: str
    cells: int
    active: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A delivery counts no more, from the next edition on."""

    at: dt.datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kept delivery, as its sidecar describes it. `number` orders deliveries; the last one counts.

    `sha256` names it: the hash of the delivered bytes or, for a file about people, their keyed hash.
    `content_sha256` is the hash of the bytes that are kept. `scope` is `full`, or `province` for a
    delivery that replaces only its `provinces`. `mends` names the delivery whose quarantined rows
    this one brings in order. `key_space` names the keys of a file about people; `keyed_here` whether
    this installation made them. A reference file has no month.
    """

    number: int
    sha256: str
    content_sha256: str
    file: str
    kind: str
    month: dt.date | None
    contents: tuple[SourceContent, ...]
    provinces: tuple[str, ...]
    scope: str
    rows_digest: str
    quarantined: int
    mends: str | None
    key_space: str | None
    keyed_here: bool
    reference: str | None
    received_at: dt.datetime
    received_by: str
    stated_month: bool
    stated_source: str | None
    withdrawn: Withdrawal | None
    path: Path
    notes: tuple[Note, ...] = field(default=(), hash=False)
    """What was noted when it was accepted."""
    sample: bool = False
    """Whether it holds the people of the shipped sample, made on this machine."""

    @property
    def short(self) -> str:
        """The beginning of its name, as lists and addresses carry it."""
        return self.sha256[:SHORT]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(content.source for content in self.contents)

    @property
    def about_people(self) -> bool:
        """Whether its rows are single people rather than cells."""
        return self.kind in ("members", "roster")

    @property
    def elsewhere(self) -> bool:
        """Whether its rows lie in a cluster; the kept file then says where, and what they amount to."""
        return self.path.suffix == ELSEWHERE


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a delivery that counts for a month and source: its rows but those `without`.

    Later deliveries of single provinces take these out of earlier ones.
    """

    delivery: Delivery
    without: frozenset[str] = frozenset()


Counted = dict[tuple[dt.date, str], tuple[Piece, ...]]
"""Per month and source the pieces that count, in the order in which they were kept."""


def counted(deliveries: Iterable[Delivery]) -> Counted:
    """Which deliveries count: per month and source the one kept last, whatever its kind.

    A delivery of single provinces is laid over what was there; mended rows go with their delivery.
    Withdrawn deliveries, rosters and reference files do not count.
    """
    snapshots = sorted(
        (item for item in deliveries if item.kind in ("totals", "members") and item.withdrawn is None),
        key=lambda item: item.number,
    )
    mends: dict[str, list[Delivery]] = {}
    for item in snapshots:
        if item.mends:
            mends.setdefault(item.mends, []).append(item)
    found: Counted = {}
    for item in snapshots:
        if item.mends or item.month is None:
            continue
        together = (item, *mends.get(item.sha256, ()))
        named = frozenset(province for one in together for province in one.provinces)
        for source in sorted({source for one in together for source in one.sources}):
            before = () if item.scope == "full" else found.get((item.month, source), ())
            found[item.month, source] = (
                *(Piece(piece.delivery, piece.without | named) for piece in before),
                *(Piece(one) for one in together if source in one.sources),
            )
    return found


def find(deliveries: Iterable[Delivery], name: str) -> Delivery:
    """The one delivery by (the beginning of) its name. Raises UnknownDelivery."""
    found = [item for item in deliveries if len(name) >= 4 and item.sha256.startswith(name.lower())]
    if len(found) != 1:
        raise UnknownDelivery(name)
    return found[0]


def record_of(delivery: Delivery) -> dict[str, Any]:
    """The sidecar of a delivery, as JSON takes it."""
    record = {item.name: getattr(delivery, item.name) for item in fields(delivery)}
    withdrawn = delivery.withdrawn
    if not delivery.sample:
        del record["sample"]
    return record | {
        "path": delivery.path.name,
        "notes": [{"rule": note.rule, "details": dict(note.details)} for note in delivery.notes],
        "month": delivery.month and month_text(delivery.month),
        "contents": [asdict(content) for content in delivery.contents],
        "provinces": list(delivery.provinces),
        "received_at": delivery.received_at.astimezone(dt.UTC).isoformat(),
        "withdrawn": withdrawn
        and {
            "at": withdrawn.at.astimezone(dt.UTC).isoformat(),
            "by": withdrawn.by,
            "reason": withdrawn.reason,
        },
    }


def recorded(record: Mapping[str, Any], folder: Path) -> Delivery:
    """The delivery that a sidecar describes; its `path` is relative to `folder`.

    Raises ValueError, KeyError or TypeError for a damaged record.
    """
    withdrawn = record["withdrawn"]
    return Delivery(
        number=record["number"],
        sha256=record["sha256"],
        content_sha256=record["content_sha256"],
        file=record["file"],
        kind=record["kind"],
        month=parse_month(record["month"]) if record["month"] else None,
        contents=tuple(SourceContent(**content) for content in record["contents"]),
        provinces=tuple(record["provinces"]),
        scope=record["scope"],
        rows_digest=record["rows_digest"],
        quarantined=record["quarantined"],
        mends=record["mends"],
        key_space=record["key_space"],
        keyed_here=record["keyed_here"],
        reference=record["reference"],
        received_at=dt.datetime.fromisoformat(record["received_at"]),
        received_by=record["received_by"],
        stated_month=record["stated_month"],
        stated_source=record["stated_source"],
        withdrawn=withdrawn
        and Withdrawal(dt.datetime.fromisoformat(withdrawn["at"]), withdrawn["by"], withdrawn["reason"]),
        path=folder / record["path"],
        notes=tuple(Note(note["rule"], note["details"]) for note in record["notes"]),
        sample=record.get("sample", False),
    )
