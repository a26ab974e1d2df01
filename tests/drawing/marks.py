"""Figures with marks that the answers' own figures do not use yet: a grid, a map, small charts, ranges."""

import datetime as dt

from enrollment.figures.description import (
    Area,
    Areas,
    Axis,
    Band,
    Bar,
    Bars,
    Bracket,
    Cell,
    Cells,
    Column,
    Dots,
    Figure,
    Layout,
    Note,
    Panel,
    Path,
    Point,
    Room,
    Span,
    Table,
    Tick,
    Words,
    text,
)

SQUARES = """{"type": "FeatureCollection", "features": [
  {"type": "Feature", "id": "ID-JB", "properties": {"id": "ID-JB"},
   "geometry": {"type": "Polygon", "coordinates": [[[106, -8], [109, -8], [109, -6], [106, -6], [106, -8]]]}},
  {"type": "Feature", "properties": {"id": "ID-BA"},
   "geometry": {"type": "Polygon", "coordinates": [[[114, -9], [116, -9], [116, -8], [114, -8], [114, -9]]]}},
  {"type": "Feature", "properties": {"id": "ID-PA"},
   "geometry": {"type": "MultiPolygon", "coordinates": [
     [[[135, -8], [141, -8], [141, -2], [135, -2], [135, -8]]],
     [[[131, -1], [133, -1], [132, 0], [131, -1]]]]}}
]}"""
"""Three provinces as squares, with a code in either place, one of them of two islands."""


def _layout(
    x: tuple[Tick, ...] = (), y: tuple[Tick, ...] = (), *, height: int = 220, columns: int = 1
) -> Layout:
    return Layout(height, Room(8, 60, 40, 60), x_ticks=x, y_ticks=y, columns=columns)


def grid(name: str = "Jan 2021") -> Figure:
    """A heat map of two rows, with a cell nobody knows, one that is chosen, and one that was lost."""
    shares = ((1.0, 0.62, 0.25), (0.9, 0.4, None))
    cells = tuple(
        Cell(column, row, shade, text(Words("?" if shade is None else f"{shade:.0%}")), chosen=(column == 1))
        for row, line in enumerate(shares)
        for column, shade in enumerate(line)
    )
    lost = Cells("lost", "berkurang", (Cell(3, 0, 0.7, text(Words("−5"))),))
    layout = _layout(
        tuple(Tick(place, text(str(place + 1))) for place in range(4)),
        (Tick(0, text(name)), Tick(1, text("Feb 2021"))),
    )
    rows = (("Jan 2021", 1.0, 0.62, 0.25, -5), ("Feb 2021", 0.9, 0.4, None, None))
    return Figure(
        name="grid",
        title=f"Yang bertahan: {name}",
        subtitle="Bagian peserta",
        alt=f"Dari {name} bertahan 25%.",
        unit="%",
        x=Axis(-0.5, 3.5),
        y=Axis(1.5, -0.5, (name, "Feb 2021")),
        marks=(Cells("actual", "bertahan", cells), lost),
        wide=layout,
        narrow=layout,
        table=Table(
            columns=(Column("Bulan", "left"), *(Column(str(month)) for month in range(1, 5))),
            rows=tuple(
                tuple("" if value is None else str(value) for value in (name, *row[1:])) for row in rows
            ),
            machine_columns=("month", "after_1", "after_2", "after_3", "change"),
            machine_rows=tuple((name, *row[1:]) for row in rows),
        ),
    )


def chart_map(name: str = "Jawa Barat") -> Figure:
    """A map of three provinces: one dark, one unknown, one chosen."""
    areas = (
        Area("ID-JB", 0.9, key="ID-JB", chosen=True),
        Area("ID-BA", None, key="ID-BA"),
        Area("ID-PA", 0.2, key="ID-PA"),
    )
    note = Note("start", 0.5, text(Words(name, strong=True)), dx=20, dy=10)
    layout = Layout(260, Room(4, 4, 4, 4), notes=(note,))
    rows = (("ID-JB", 4_820_000), ("ID-PA", 301_000), ("ID-BA", None))
    return Figure(
        name="map",
        title=f"Terbanyak di {name}",
        subtitle="Peserta aktif",
        alt=f"{name} 4.820.000.",
        unit="Peserta",
        x=Axis(0, 1),
        y=Axis(0, 1),
        marks=(Areas("actual", "Peserta aktif", areas),),
        wide=layout,
        narrow=layout,
        table=Table(
            columns=(Column("Provinsi", "left"), Column("Peserta aktif")),
            rows=((name, "4.820.000"), ("Papua", "301.000"), ("Bali", "tidak dilaporkan")),
            machine_columns=("province", "active"),
            machine_rows=rows,
        ),
    )


def small_charts(name: str = "Jawa Barat") -> Figure:
    """Four small charts in two rows of three, lines over days."""
    days = [dt.date(2021, 6, 30), dt.date(2021, 7, 31), dt.date(2021, 8, 31)]
    parts = {name: (10, 12, 15), "Bali": (4, 5, 4), "Papua": (7, 7, 9), "Aceh": (2, 3, 3)}
    panels = tuple(
        Panel(
            text(Words(part, strong=True)),
            (
                Path("context", "Indonesia", tuple(Point(day, 8) for day in days)),
                Path("actual", part, tuple(Point(day, value) for day, value in zip(days, line, strict=True))),
                Dots("actual", part, (Point(days[-1], line[-1]),)),
            ),
            notes=(Note("end", line[-1], text(str(line[-1])), dx=6),),
            narrow_notes=(Note("end", line[-1], text(str(line[-1])), dx=6),),
        )
        for part, line in parts.items()
    )
    x_ticks = (Tick(days[0], text("Jun")), Tick(days[-1], text("Agu", "2021")))
    y_ticks = (Tick(0, text("0")), Tick(10, text("10")))
    return Figure(
        name="small_charts",
        title=f"{name} naik terbanyak",
        subtitle="Ribu peserta",
        alt=f"{name} 15.",
        unit="Ribu peserta",
        x=Axis(days[0], days[-1]),
        y=Axis(0, 16),
        marks=(),
        panels=panels,
        wide=_layout(x_ticks, y_ticks, height=360, columns=3),
        narrow=_layout(x_ticks, y_ticks, height=420, columns=2),
        table=Table(
            columns=(Column("Bulan", "left"), Column("Provinsi", "left"), Column("Peserta aktif")),
            rows=tuple(
                (f"{day:%m/%Y}", part, str(value))
                for part, line in parts.items()
                for day, value in zip(days, line, strict=True)
            ),
            machine_columns=("month", "part", "active"),
            machine_rows=tuple(
                (day.isoformat(), part, value)
                for part, line in parts.items()
                for day, value in zip(days, line, strict=True)
            ),
        ),
    )


def in_and_out() -> Figure:
    """Columns above and below zero with a line of their sum, by month."""
    came, left = (120, 90, 140), (-40, -95, -60)
    ticks = tuple(Tick(place, text(name)) for place, name in enumerate(("Jun", "Jul", "Agu")))
    layout = _layout(ticks, (Tick(0, text("0")), Tick(100, text("100"))))
    sums = tuple(gain + loss for gain, loss in zip(came, left, strict=True))
    return Figure(
        name="in_and_out",
        title="Masuk dan keluar",
        subtitle="Peserta",
        alt="Masuk 140, keluar 60.",
        unit="Peserta",
        x=Axis(-0.5, 2.5),
        y=Axis(-110, 150),
        marks=(
            Bars("actual", "masuk", tuple(Bar(at, 0, end, f"+{end}") for at, end in enumerate(came))),
            Bars("lost", "keluar", tuple(Bar(at, 0, end, str(end)) for at, end in enumerate(left))),
            Path("forecast", "bersih", tuple(Point(float(at), end) for at, end in enumerate(sums))),
        ),
        wide=layout,
        narrow=layout,
        table=Table(
            columns=(Column("Bulan", "left"), Column("Masuk"), Column("Keluar"), Column("Bersih")),
            rows=tuple(
                (name, str(gain), str(loss), str(both))
                for name, gain, loss, both in zip(("Jun", "Jul", "Agu"), came, left, sums, strict=True)
            ),
            machine_columns=("month", "came", "left", "net"),
            machine_rows=tuple(
                (f"2021-0{month}-30", gain, loss, both)
                for month, gain, loss, both in zip((6, 7, 8), came, left, sums, strict=True)
            ),
        ),
    )


def outlook(name: str = "proyeksi") -> Figure:
    """What was counted, and what would come in two ranges; an assumption with the edges of its own.

    The ranges are named last: they lie behind everything all the same.
    """
    counted = [dt.date(2021, month, day) for month, day in ((5, 31), (6, 30), (7, 31), (8, 31))]
    ahead = [dt.date(2021, month, day) for month, day in ((8, 31), (9, 30), (10, 31), (11, 30), (12, 31))]
    median = (29.2, 29.4, 29.6, 29.8, 30.0)

    def along(days: list[dt.date], values: tuple[float, ...]) -> tuple[Point, ...]:
        return tuple(Point(day, round(value * 1e6)) for day, value in zip(days, values, strict=True))

    def around(far: float, up: float = 0) -> tuple[Span, ...]:
        return tuple(
            Span(
                day,
                round((value + (up - far) * step) * 1e6),
                round((value + (up + far) * step) * 1e6),
                text(name),
            )
            for step, (day, value) in enumerate(zip(ahead, median, strict=True))
        )

    raised = tuple(value + 0.25 * step for step, value in enumerate(median))
    ends = {ahead[-1]: "Des", counted[0]: "Mei", counted[-1]: "Agu"}
    ticks = tuple(Tick(day, text(month)) for day, month in ends.items())
    grid_lines = tuple(Tick(people * 1e6, text(str(people))) for people in (28, 29, 30, 31, 32))
    layout = _layout(ticks, grid_lines, height=320)
    return Figure(
        name="outlook",
        title=f"Paling mungkin 30 juta: {name}",
        subtitle="Juta peserta",
        alt="Paling mungkin 30 juta pada akhir tahun.",
        unit="Juta peserta",
        x=Axis(counted[0], ahead[-1]),
        y=Axis(27.5e6, 32.5e6),
        marks=(
            Path("actual", "peserta aktif", along(counted, (28.5, 28.7, 28.9, 29.2))),
            Path("forecast", name, along(ahead, median)),
            Path("scenario", "skenario", along(ahead, raised)),
            Dots("scenario", "skenario", along(ahead[-1:], raised[-1:])),
            Bracket("scenario", 30.4e6, 31.6e6),
            Band("forecast", "rentang 95%", around(0.5), edge=True),
            Band("forecast", "rentang 80%", around(0.25)),
            Band("scenario", "rentang skenario", around(0.15, 0.25)),
        ),
        wide=layout,
        narrow=layout,
        table=Table(
            columns=(Column("Bulan", "left"), Column("Terendah"), Column(name), Column("Tertinggi")),
            rows=tuple(
                (f"{span.x:%m/%Y}", str(span.low), str(value), str(span.high))
                for span, value in zip(around(0.25), median, strict=True)
            ),
            machine_columns=("month", "low", "median", "high"),
            machine_rows=tuple(
                (f"{span.x:%Y-%m-%d}", span.low, value, span.high)
                for span, value in zip(around(0.25), median, strict=True)
            ),
        ),
    )


def other_figures(name: str = "Jawa Barat") -> tuple[Figure, ...]:
    """One of each."""
    return grid(name), chart_map(name), small_charts(name), in_and_out(), outlook(name)
