"""The rows of a goal's chart, and the axes and units that hold them all."""

import datetime as dt
from dataclasses import dataclass

from enrollment.answers import ActiveByMonth, Annotations, GoalProgress, PublishedActive
from enrollment.figures import annotations as notable
from enrollment.figures.annotations import Numbered
from enrollment.figures.description import Axis
from enrollment.figures.units import Amounts, people_span
from enrollment.language import Language
from enrollment.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Way:
    """What is shown of a goal: nothing of it is later than the month in hand but the outlook."""

    progress: GoalProgress
    months: tuple[ActiveByMonth, ...]
    published: tuple[PublishedActive, ...]
    outlook: Outlook
    annotations: tuple[Annotations, ...]
    language: Language

    @property
    def first(self) -> dt.date:
        """The first day that was counted or is the baseline's."""
        return min([row.month for row in self.months] + [self.progress.baseline_date])

    @property
    def last(self) -> dt.date:
        return max(self.progress.due, self.progress.as_of)

    @property
    def amounts(self) -> Amounts:
        return Amounts.up_to(max(self.values), self.language)

    @property
    def values(self) -> list[float]:
        """Every number of people that the chart shows."""
        values = [self.progress.active, self.progress.baseline, self.progress.target]
        values += [row.active for row in self.months] + [row.active for row in self.published]
        values += [end for ahead in self.outlook.path for end in (ahead.low95, ahead.high95)]
        return [float(value) for value in values]

    @property
    def x(self) -> Axis:
        days = [self.first, self.progress.as_of, *(row.day for row in self.published)]
        air = dt.timedelta(days=max(round((self.last - min(days)).days * 0.03), 3))
        return Axis(min(days) - air, self.last)

    @property
    def y(self) -> Axis:
        return Axis(*people_span(min(self.values), max(self.values)))

    @property
    def noted(self) -> tuple[Numbered, ...]:
        """What people noted of the days that are counted."""
        first = min((row.month for row in self.months), default=self.progress.as_of)
        return notable.on_days(self.annotations, first, self.progress.as_of, self.language)
