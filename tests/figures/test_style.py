"""Colours can be read, in both themes."""

import pytest

from enrollment.figures.description import Band
from enrollment.figures.style import COLOURS, LOOKS, Theme, band_edges, band_ground, colour

THEMES: tuple[Theme, ...] = ("light", "dark")


def luminance(hex_colour: str) -> float:
    channels = [int(hex_colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "behind", "ahead"])
def test_text_is_readable_on_paper(name: str, theme: Theme) -> None:
    assert contrast(colour(name, theme), colour("paper", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_inside_bars(theme: Theme) -> None:
    assert contrast(colour("ink", theme), colour("unassigned_pale", theme)) >= 4.5
    assert contrast(colour("paper", theme), colour("ink", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_lines_of_parts_stand_out_from_paper(theme: Theme) -> None:
    for name in COLOURS[theme]:
        if name.startswith("ramp_") or name in ("TPP", "NON_ASN"):
            assert contrast(colour(name, theme), colour("paper", theme)) >= 3, name


@pytest.mark.parametrize("theme", THEMES)
def test_letters_and_lines_read_on_a_range(theme: Theme) -> None:
    ground = colour(band_ground(Band("forecast", "", ())) or "", theme)
    for name in ("ink", "muted", "accent", "behind"):
        assert contrast(colour(name, theme), ground) >= 4.5, name
    assert contrast(ground, colour("paper", theme)) >= {"light": 1.2, "dark": 1.5}[theme]


def test_a_range_of_an_empty_role_stays_empty_and_its_edges_are_broken() -> None:
    assert band_ground(Band("scenario", "", ())) is None
    assert band_ground(Band("forecast", "", (), edge=True)) is None
    assert band_edges("scenario").dash == LOOKS["scenario"].dash
    assert band_edges("forecast").dash == "solid"


def test_what_is_assumed_is_told_from_what_is_planned_and_counted_by_more_than_colour() -> None:
    scenario = LOOKS["scenario"]
    assert (scenario.fill, scenario.line) == ("paper", "ink")
    others = [look.dash for role, look in LOOKS.items() if role != "scenario"]
    assert scenario.dash not in others


def test_both_themes_know_the_same_meanings() -> None:
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()
    assert {name for look in LOOKS.values() for name in (look.fill, look.line)} <= COLOURS["light"].keys()
