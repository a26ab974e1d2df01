"""What a roster is held against: the members of a month, those of the months before, the agreement."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from enrollment import fold
from enrollment.fold import Origin
from enrollment.months import add_months, month_text
from enrollment.reconciliation import members
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.members import Listing, Sought
from enrollment.reconciliation.result import PROGRAMMES, RULE_VERSION, Compared
from enrollment.store import Store


class NoMembers(Exception):
    """A roster cannot be held against a month.

    `reason` is `no_people` (no file about people is known for the month), `totals_only_source` (the source
    is known as totals, in which nobody can be looked up) or `other_keys` (members or roster have keys of
    somebody else).
    """

    def __init__(self, reason: str, month: dt.date, source: str) -> None:
        super().__init__(f"{reason}: {source} {month_text(month)}")
        self.reason, self.month, self.source = reason, month, source


class Against:
    """What a roster of a source and month is held against; `month` is the last day of the month.

    With `known_at` nothing counts that came after that moment.
    """

    def __init__(
        self, store: Store, source: str, month: dt.date, known_at: dt.datetime | None = None
    ) -> None:
        self.store, self.source, self.month = store, source, month
        origins = fold.origins(store.deliveries(known_at), {})
        self.origins: Sequence[Origin] = [origin for origin in origins if origin.month == month]
        self.listings = members.listings(self.origins)
        self.before = members.months_before(origins, month)
        self.kept = Reconciliations(store)
        self.previous = self.kept.of(source, add_months(month, -1))
        self.agreement = _agreement(store, source, month)

    def check(self) -> None:
        """Raises NoMembers."""
        if not self.listings:
            raise NoMembers("no_people", self.month, self.source)
        if self.source in self.totals_only:
            raise NoMembers("totals_only_source", self.month, self.source)
        if len({listing.delivery.key_space for listing in self.listings}) > 1:
            raise NoMembers("other_keys", self.month, self.source)

    def check_keys(self, key_space: str) -> None:
        """Raises NoMembers where the keys of the roster are not those of the members."""
        if key_space != self.key_space:
            raise NoMembers("other_keys", self.month, self.source)

    @property
    def key_space(self) -> str:
        return self.listings[0].delivery.key_space or ""

    @property
    def totals_only(self) -> tuple[str, ...]:
        return tuple(
            origin.source
            for origin in self.origins
            if (held := (*origin.fresh, *origin.carried))
            and not any(holding.delivery.about_people for holding in held)
        )

    @property
    def carried(self) -> tuple[str, ...]:
        return tuple(
            origin.source
            for origin in self.origins
            if any(holding.delivery.about_people for holding in origin.carried)
        )

    @property
    def people_since(self) -> dt.date:
        return min([*self.before, self.month])

    @property
    def simulated(self) -> bool:
        return any(
            content.simulated
            for listing in self.listings
            for content in listing.delivery.contents
            if content.source in listing.sources
        )

    @property
    def compared(self) -> tuple[Compared, ...]:
        """The files of the month, by source."""
        found = [
            Compared(
                sha256=listing.delivery.sha256,
                file=listing.delivery.file,
                month=listing.delivery.month or self.month,
                sources=tuple(sorted(listing.sources)),
                people=sum(
                    content.active
                    for content in listing.delivery.contents
                    if content.source in listing.sources
                ),
            )
            for listing in self.listings
        ]
        return tuple(sorted(found, key=lambda compared: (compared.sources, compared.sha256)))

    def agreed_for(self, rows: pa.Table) -> tuple[str, ...]:
        """The programmes agreed; without an agreement what all rows ask for, or else the usual three."""
        if self.agreement and self.agreement["programmes"]:
            return tuple(self.agreement["programmes"].split("+"))
        asked = rows["programmes"].unique().to_pylist()
        return tuple(asked[0].split("+")) if len(asked) == 1 and asked[0] else PROGRAMMES

    def memberships(self, sought: Sought, columns: Sequence[str] = members.MEMBERSHIPS.names) -> pa.Table:
        """The memberships of the people sought in the month, with some of the columns of MEMBERSHIPS."""
        return members.memberships(self.store, self.listings, sought, columns)

    def inputs(self) -> dict[str, Any]:
        """Everything but the roster and the decisions that a result is made from, so that it can be named."""
        months = {self.month: self.listings, **self.before}
        return {
            "rules": RULE_VERSION,
            "source": self.source,
            "month": month_text(self.month),
            "members": [
                [month_text(month), *_named(listing)]
                for month in sorted(months)
                for listing in sorted(months[month], key=_named)
            ],
            "previous": self.previous.name if self.previous else None,
        }


def _named(listing: Listing) -> list[str]:
    holding = listing.holding
    only = ["*"] if holding.only is None else sorted(holding.only)
    return [
        listing.delivery.sha256,
        "+".join(sorted(listing.sources)),
        "+".join(only),
        "+".join(sorted(holding.without)),
    ]


def _agreement(store: Store, source: str, month: dt.date) -> Mapping[str, Any] | None:
    """The newest agreement about a source that holds in a month."""
    found = [
        row
        for row in store.reference().rows("agreements")
        if row["source"] == source
        and row["signed_on"] <= month
        and (row["expires_on"] is None or row["expires_on"] >= month.replace(day=1))
    ]
    return max(found, key=lambda row: row["signed_on"], default=None)
