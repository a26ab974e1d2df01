"""The rows of an outlook's chart, and the axes and units that hold them all."""

import datetime as dt
from dataclasses import dataclass

from enrollment.answers import ActiveByMonth, GoalProgress, Prognoses, PublishedActive
from enrollment.figures.description import Axis, Layout, Room
from enrollment.figures.placing import number
from enrollment.figures.units import Amounts, people_span
from enrollment.language import Language
from enrollment.outlook import Ahead, Outlook

WIDE = Layout(height=440, room=Room(top=22, right=186, bottom=44, left=58))
NARROW = Layout(height=400, room=Room(top=22, right=112, bottom=44, left=30))
_SEEN = 3.0
"""Pixels that a scenario has to lie from the median to be drawn: any less is the width of a line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an outlook: nothing of it was counted or published after the month in hand."""

    outlook: Outlook
    progress: GoalProgress
    months: tuple[ActiveByMonth, ...]
    published: tuple[PublishedActive, ...]
    prognosis: Prognoses | None
    scenario: tuple[Ahead, ...]
    language: Language

    @property
    def amounts(self) -> Amounts:
        return Amounts.up_to(max(self.values), self.language)

    @property
    def values(self) -> list[float]:
        """Every number of people that the chart shows."""
        values = [self.outlook.active, self.progress.baseline, self.outlook.target]
        values += [row.active for row in self.months] + [row.active for row in self.published]
        for point in (*self.outlook.path, *self.scenario):
            values += [point.low95, point.high95]
        return [float(value) for value in values + ([self.prognosis.value] if self.prognosis else [])]

    @property
    def first(self) -> dt.date:
        days = [self.outlook.as_of, self.progress.baseline_date]
        return min(days + [row.month for row in self.months] + [row.day for row in self.published])

    @property
    def last(self) -> dt.date:
        return max(self.outlook.due, self.outlook.as_of)

    @property
    def x(self) -> Axis:
        air = dt.timedelta(days=max(round((self.last - self.first).days * 0.03), 3))
        return Axis(self.first - air, self.last)

    @property
    def y(self) -> Axis:
        return Axis(*people_span(min(self.values), max(self.values)))

    @property
    def apart(self) -> bool:
        """Whether a scenario can be told from the median at its end."""
        if not self.scenario:
            return False
        plot = WIDE.height - WIDE.room.top - WIDE.room.bottom
        pixels = plot / (number(self.y.high) - number(self.y.low))
        return abs(self.scenario[-1].median - self.outlook.path[-1].median) * pixels >= _SEEN
