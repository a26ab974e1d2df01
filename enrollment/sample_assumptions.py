"""What the shipped sample assumes: totals, sources, places and moves. Only the national totals are published.

Everything else is a plausible guess that no decision may rest on; `enrollment/sample.py` spreads it over
the cells.
"""

from dataclasses import dataclass
from typing import ClassVar

SEED = 20210409

MONTHS = ("2020-12", "2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06", "2021-07", "2021-08")
NATIONAL = (29980000, 28865000, 27750000, 27790000, 28093333, 28396667, 28700000, 28950000, 29200000)
"""Active participants of each month, people, as published (the months between are on a straight line)."""

KNOWLEDGE_DAY = 5
"""The day of the next month on which an edition says what is known; deliveries in time arrive before it."""

# People per month outside own account, which takes what remains of the national total.
SEGMENTS = {
    "PU": (19701600, 19498300, 19318900, 19262700, 19331100, 19418800, 19539600, 19601200, 19681500),
    "JAKON": (7428900, 6463200, 5474300, 5521800, 5688400, 5841700, 5962500, 6088900, 6193800),
    "PMI": (389760, 378400, 365842, 367900, 368300, 361200, 354700, 347800, 340600),
}
# People of the ministry per month: the first months of enrolment, each source along its own delay.
KEMENDES = {
    "TPP": (0, 0, 0, 0, 4106, 13584, 22317, 28245, 31897),
    "NON_ASN": (0, 0, 0, 0, 118, 431, 712, 889, 1003),
    "BUMDES": (0, 0, 0, 0, 312, 1896, 4743, 8461, 12412),
}
PROMISED = {"TPP": 34449, "NON_ASN": 1039, "BUMDES": 39844}
"""People whom the agreement of April 2021 announces, by source."""

AGE_BANDS = ("0-19", "20-29", "30-39", "40-49", "50-59", "60+")
TWO, THREE, FOUR = "JKK+JKM", "JKK+JKM+JHT", "JKK+JKM+JHT+JP"


@dataclass(frozen=True)
class Source:
    """One source in one segment and how its people are spread and move."""

    code: str
    segment: str
    first_share: int  # weight within the segment in the first month
    last_share: int  # and in the last one
    lapses: int  # per mille of the opening stock, a month
    returns: int  # per cent of those who join
    rural: int  # per cent spread by villages; the rest follows active participants
    women: int  # per cent
    ages: tuple[int, int, int, int, int, int]  # per cent by age band
    programmes: tuple[tuple[str, int], ...]  # set and per cent


# fmt: off
SOURCES = (
    Source("AGAMA", "PU", 90, 96, 11, 30, 60, 46, (1, 27, 33, 23, 13, 3), ((TWO, 58), (THREE, 42))),
    Source("DIDIK", "PU", 330, 352, 10, 34, 50, 57, (1, 33, 34, 20, 11, 1), ((TWO, 55), (THREE, 45))),
    Source("SEHAT", "PU", 200, 213, 10, 28, 45, 66, (1, 41, 36, 15, 6, 1), ((TWO, 44), (THREE, 56))),
    Source("PEMDA", "PU", 860, 940, 13, 33, 45, 41, (1, 25, 34, 25, 13, 2), ((TWO, 70), (THREE, 30))),
    Source("BESAR", "PU", 5650, 5560, 17, 31, 5, 34, (3, 38, 32, 18, 8, 1),
           ((TWO, 4), (THREE, 14), (FOUR, 82))),
    Source("KECIL", "PU", 2450, 2410, 25, 29, 20, 33, (4, 36, 31, 18, 9, 2),
           ((TWO, 31), (THREE, 42), (FOUR, 27))),
    Source("LAINNYA", "PU", 420, 430, 28, 36, 40, 36, (3, 30, 31, 22, 11, 3), ((TWO, 35), (THREE, 65))),
    Source("JAKON", "JAKON", 1000, 1000, 29, 38, 20, 9, (4, 31, 32, 21, 10, 2), ((TWO, 100),)),
    Source("PMI", "PMI", 1000, 1000, 36, 24, 60, 64, (1, 41, 37, 17, 4, 0), ((TWO, 71), (THREE, 29))),
    Source("TANI", "BPU", 90, 96, 21, 27, 90, 27, (1, 13, 24, 29, 23, 10), ((TWO, 83), (THREE, 17))),
    Source("LAUT", "BPU", 80, 86, 22, 27, 80, 8, (2, 18, 28, 28, 18, 6), ((TWO, 79), (THREE, 21))),
    Source("RENTAN", "BPU", 130, 158, 18, 41, 60, 35, (1, 15, 25, 27, 22, 10), ((TWO, 100),)),
    Source("MANDIRI", "BPU", 500, 480, 27, 39, 25, 38, (2, 22, 31, 26, 15, 4), ((TWO, 64), (THREE, 36))),
    Source("LAINNYA", "BPU", 200, 180, 31, 37, 40, 37, (2, 20, 30, 27, 16, 5), ((TWO, 72), (THREE, 28))),
)
KEMENDES_SOURCES = (
    Source("TPP", "PU", 0, 0, 4, 30, 100, 32, (0, 24, 47, 24, 5, 0), ((TWO, 7), (THREE, 93))),
    Source("NON_ASN", "PU", 0, 0, 3, 25, 0, 43, (0, 38, 39, 18, 5, 0), ((THREE, 100),)),
    Source("BUMDES", "PU", 0, 0, 7, 18, 100, 37, (2, 27, 36, 24, 9, 2), ((TWO, 24), (THREE, 76))),
)
# Province: thousands of active participants (Satu Data Kemnaker, end of 2023; the six provinces it leaves
# out are estimated) and hundreds of villages (idn-area-data 3.1.2, counted to the provinces of 2021).
PROVINCES = {
    "ID-AC": (584, 65), "ID-SU": (2057, 54), "ID-SB": (710, 10), "ID-RI": (1108, 16), "ID-JA": (658, 14),
    "ID-SS": (915, 29), "ID-BE": (212, 13), "ID-LA": (579, 24), "ID-BB": (217, 3), "ID-KR": (615, 3),
    "ID-JK": (7499, 0), "ID-JB": (4855, 53), "ID-JT": (3947, 78), "ID-YO": (559, 4), "ID-JI": (4583, 77),
    "ID-BT": (2632, 12), "ID-BA": (1027, 6), "ID-NB": (570, 10), "ID-NT": (365, 31), "ID-KB": (729, 20),
    "ID-KT": (686, 14), "ID-KS": (635, 19), "ID-KI": (1323, 8), "ID-KU": (246, 4), "ID-SA": (579, 15),
    "ID-ST": (566, 18), "ID-SN": (1003, 23), "ID-SG": (323, 19), "ID-GO": (150, 7), "ID-SR": (100, 6),
    "ID-MA": (190, 12), "ID-MU": (210, 11), "ID-PA": (620, 54), "ID-PB": (210, 17),
}
ACTIVE_THOUSANDS = sum(active for active, _ in PROVINCES.values())
VILLAGE_HUNDREDS = sum(villages for _, villages in PROVINCES.values())
KEMENDAGRI = dict(zip(PROVINCES, (
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65,
    71, 72, 73, 74, 75, 76, 81, 82, 91, 92), strict=True))
# The sample shows three regencies a province; 91 and 92 use those that stayed there when they were split.
REGENCIES = {"ID-JK": ("74", "71"), "ID-PA": ("03", "05", "06"), "ID-PB": ("02", "03", "06")}
# Sources whose people live where neither participants nor villages say: weights, and that of the rest.
PLACES = {
    "PMI": ({"ID-JI": 240, "ID-JT": 220, "ID-JB": 190, "ID-NB": 110, "ID-LA": 70, "ID-SU": 30, "ID-BA": 30,
             "ID-BT": 18, "ID-NT": 16, "ID-SN": 12}, 4),
    "NON_ASN": ({"ID-JK": 640, "ID-YO": 28, "ID-BA": 24, "ID-SN": 22, "ID-KS": 20, "ID-BE": 18}, 8),
}

# Who moves where in an ordinary month, people, and from where the ministry's people come, per cent of the
# growth of their source; the rest of that growth is new or reactivated.
ROUTES = (
    ("KECIL", "PU", "BESAR", "PU", 9200), ("BESAR", "PU", "KECIL", "PU", 5400),
    ("JAKON", "JAKON", "KECIL", "PU", 6100), ("LAINNYA", "PU", "KECIL", "PU", 3900),
    ("KECIL", "PU", "MANDIRI", "BPU", 3300), ("MANDIRI", "BPU", "KECIL", "PU", 2600),
    ("LAINNYA", "BPU", "MANDIRI", "BPU", 2900), ("MANDIRI", "BPU", "RENTAN", "BPU", 1200),
    ("BESAR", "PU", "PMI", "PMI", 400),
)
KEMENDES_ROUTES = (
    ("LAINNYA", "PU", "TPP", "PU", 34), ("MANDIRI", "BPU", "TPP", "PU", 14), ("KECIL", "PU", "TPP", "PU", 9),
    ("LAINNYA", "PU", "NON_ASN", "PU", 41), ("BESAR", "PU", "NON_ASN", "PU", 12),
    ("LAINNYA", "BPU", "BUMDES", "PU", 19), ("MANDIRI", "BPU", "BUMDES", "PU", 12),
)

# People. What tells them apart stands in serial, district, month and day of the NIK.
SERIALS, DISTRICTS = 9973, 60
IDENTITIES = SERIALS * DISTRICTS * 12 * 28
YOUNGEST = (16, 20, 30, 40, 50, 60)
"""The youngest of each age band; nobody is older than 65."""
NAMES = (
    "Abdul", "Ade", "Agus", "Ahmad", "Andi", "Ani", "Bambang", "Budi", "Dewi", "Dian", "Eko", "Endang",
    "Fitri", "Hendra", "I Made", "Iwan", "Joko", "Kristina", "Lina", "Maria", "Muhammad", "Nur", "Putri",
    "Ratna", "Rina", "Rudi", "Siti", "Sri", "Tri", "Wahyu", "Yohanes", "Yuli",
)
SURNAMES = (
    "Anggraini", "Aritonang", "Astuti", "Fauzi", "Firmansyah", "Ginting", "Gunawan", "Handayani", "Hidayat",
    "Kurniawan", "Lestari", "Manurung", "Maulana", "Nasution", "Nugroho", "Pattimura", "Permata", "Pratama",
    "Purnomo", "Rahayu", "Ramadhan", "Santoso", "Saputra", "Setiawan", "Siregar", "Suryani", "Susanti",
    "Sutrisno", "Utami", "Wahyuni", "Wibowo", "Wulandari",
)
POSTS = ("Pendamping desa", "Pendamping lokal desa", "Tenaga ahli", "Operator", "Staf", "Bendahara")
# fmt: on


@dataclass(frozen=True)
class Roster:
    """How a source of the ministry lists its people for reconciliation, from April 2021 on."""

    people: tuple[int, ...]  # listed in each month, each counted once
    members: int  # per mille of all who ever enrol are listed at all
    ahead: int  # per cent of the others on the list enrol later
    other: str  # the source of people who are listed here though they are active there
    others: int  # per mille of those listed besides members
    flaws: tuple[int, ...]  # per ten thousand, in the order of FLAWS

    FLAWS: ClassVar = ("digit", "swap", "invalid", "twice", "other_month", "other_source")


ROSTERS = {
    "TPP": Roster((4600, 14300, 23300, 29300, 34210), 992, 90, "BUMDES", 6, (32, 14, 26, 58, 5, 4)),
    "NON_ASN": Roster((1039, 1039, 1039, 1039, 1039), 1000, 100, "TPP", 4, (38, 19, 19, 48, 0, 10)),
    "BUMDES": Roster((640, 2700, 6700, 13100, 26200), 978, 45, "TPP", 52, (160, 80, 128, 226, 18, 11)),
}


def province_weight(source: Source, province: str) -> int:
    """How many of a source's people live in a province, against the other provinces."""
    if source.code in PLACES:
        named, rest = PLACES[source.code]
        return named.get(province, rest)
    active, villages = PROVINCES[province]
    by_active, by_villages = active * VILLAGE_HUNDREDS, villages * ACTIVE_THOUSANDS
    return by_active * (100 - source.rural) + by_villages * source.rural
