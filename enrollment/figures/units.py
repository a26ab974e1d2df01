"""Units and ticks: how large numbers are written in one figure, and where an axis is labelled."""

import datetime as dt
import math
from dataclasses import dataclass

from enrollment.figures.description import Tick, Words, text
from enrollment.language import Language
from enrollment.months import add_months, month_end, months_between


@dataclass(frozen=True, slots=True)
class Amounts:
    """People written in one unit throughout a figure: in full, in thousands or in millions."""

    language: Language
    unit: int

    @classmethod
    def up_to(cls, largest: float, language: Language) -> "Amounts":
        """The unit in which numbers up to `largest` are short."""
        largest = abs(largest)
        return cls(language, 1_000_000 if largest >= 1_000_000 else 1_000 if largest >= 10_000 else 1)

    @property
    def heading(self) -> str:
        """The unit as a subtitle names it: `Juta peserta`."""
        names = {1_000_000: "millions", 1_000: "thousands", 1: "people"}
        return self.language.say(f"figures.unit.{names[self.unit]}")

    def number(self, value: float) -> str:
        """The bare number in the unit; what would be written as zero is written in full."""
        decimals = {1_000_000: 2, 1_000: 1, 1: 0}[self.unit]
        if value and not round(value / self.unit, decimals):
            return self.language.say("figures.unit.few", number=self.language.number(value))
        return self.language.number(value / self.unit, decimals)

    def signed(self, value: float) -> str:
        """The same with its sign."""
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def spelt(self, value: float) -> str:
        """A number that stands alone, unit included: `8,77 juta`, and in full below one million."""
        return self.language.people(value, 2)

    def spelt_signed(self, value: float) -> str:
        """The same with its sign."""
        return self.language.signed_people(value, 2)


def nice_step(span: float, most: int) -> float:
    """A step of 1, 2 or 5 times a power of ten, at least 1, that divides a span into at most `most`."""
    rough = max(span / most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def people_span(lowest: float, highest: float) -> tuple[float, float]:
    """Ends of an axis of people: from zero where that costs little, else from a round number below."""
    span = max(highest - lowest, abs(highest) * 0.02, 10)
    quarter = max(nice_step(span, 7) / 4, 1)
    high = highest + span * 0.04
    if lowest < 0:
        return lowest - span * 0.08, high
    if lowest < highest * 0.4:
        return 0, high
    return max(math.floor((lowest - span * 0.09) / quarter) * quarter, 0), high


def people_ticks(
    low: float, high: float, most: int, amounts: Amounts, *, bare: bool = False
) -> tuple[Tick, ...]:
    """Round numbers on an axis of people; in millions the lowest one names the unit, unless bare."""
    language = amounts.language
    step = nice_step(high - low, most)
    values = [step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1)]
    decimals = max(0, -math.floor(math.log10(step / amounts.unit)))
    named = None
    if amounts.unit == 1_000_000 and not bare:
        named = next((value for value in values if abs(value) >= 1_000_000), None)
    ticks = []
    for value in values:
        word = (
            language.people(value, decimals)
            if value == named
            else language.number(value / amounts.unit, decimals if value else 0)
        )
        ticks.append(Tick(value, text(Words(word, "muted"))))
    return tuple(ticks)


def month_ticks(first: dt.date, last: dt.date, most: int, language: Language) -> tuple[Tick, ...]:
    """At most `most` month ends counted back from the last, with the year where it is needed."""
    start = month_end(first.year, first.month)
    end = month_end(last.year, last.month)
    if end > last:
        end = add_months(end, -1)
    months = months_between(start, end)
    steps = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)
    step = next((step for step in steps if (len(months) - 1) // step + 1 <= most), 240)
    shown = months[::-1][::step][::-1]
    ticks = []
    for place, month in enumerate(shown):
        at_an_end = place in (0, len(shown) - 1)
        year_turns = len(months) > 14 and place > 0 and month.year != shown[place - 1].year
        name = Words(language.short_month(month), "muted")
        year = Words(f"{month.year:04d}", "muted")
        ticks.append(Tick(month, text(name, year) if at_an_end or year_turns else text(name)))
    return tuple(ticks)
