"""Numbers and days in words, as an official document repeats its date.

Babel formats numbers and dates, but spells none out: the spelling rules of CLDR are not among its data.
"""

import datetime as dt

from enrollment.language import Language


def words_of(number: int, language: Language) -> str:
    """A whole number from 0 to 9,999 in words, such as a year. Raises ValueError for others."""
    say = language.say
    if not 0 <= number <= 9_999:
        raise ValueError(f"not spelt out: {number}")
    if number < 20 or (number < 100 and number % 10 == 0):
        return say(f"minutes.number.{number}")
    if number < 100:
        ones = number % 10
        return say(
            "minutes.number.tens_and_ones",
            tens=words_of(number - ones, language),
            ones=words_of(ones, language),
        )
    size = 1_000 if number >= 1_000 else 100
    count, rest = divmod(number, size)
    one, several = ("one_thousand", "thousands") if size == 1_000 else ("one_hundred", "hundreds")
    more = (
        say(f"minutes.number.{one}")
        if count == 1
        else say(f"minutes.number.{several}", count=words_of(count, language))
    )
    if not rest:
        return more
    joined = "and_hundreds" if rest >= 100 else "and_rest"
    return say(f"minutes.number.{joined}", more=more, less=words_of(rest, language))


def day_words(day: dt.date, language: Language) -> str:
    """The day of the month in words: `enam belas`, `sixteenth`."""
    return language.say(f"minutes.day.{day.day}")
