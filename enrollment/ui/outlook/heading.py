"""The Outlook page's finding, with the rule of its status, and what the forecast rests on."""

from enrollment import findings
from enrollment.answers import GoalProgress
from enrollment.outlook import Outlook
from enrollment.ui import markup
from enrollment.ui.frame import Choice

_TONES = {"likely": "ahead", "unlikely": "behind", "out_of_reach": "behind"}
_MARKS = {"ahead": "▲", "behind": "▼", "": "■"}
_OVER = {"reached": ("ahead", "●"), "missed": ("behind", "▼")}


def heading(choice: Choice, outlook: Outlook, progress: GoalProgress) -> None:
    """The finding, the probability in a word with its rule one click away, and the basis."""
    language = choice.language
    say = language.say
    if outlook.word:
        tone = _TONES.get(outlook.word, "")
        chip, mark = say(f"outlook.chip.{outlook.word}"), _MARKS[tone]
    elif outlook.reason == "past":
        tone, mark = _OVER.get(progress.status, ("", "?"))
        chip = say(f"status.{progress.status}")
    else:
        tone, mark, chip = "", "?", say("outlook.chip.one_month")
    markup.show(
        markup.heading(
            findings.outlook_title(outlook, language),
            findings.outlook_detail(outlook, language),
            chip=chip,
            tone=tone,
            mark=mark,
        )
        + markup.folded(say("outlook.rule"), markup.note(say("outlook.rule_text")))
    )
    if gross := findings.outlook_gross(outlook, language):
        markup.show(markup.note(gross))
    if outlook.basis:
        markup.show(markup.note(findings.outlook_basis(outlook.basis, language)))
