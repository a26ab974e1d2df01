"""The Outlook page's finding, with the rule of its status, and what the forecast rests on."""

from enrollment import findings
from enrollment.answers import GoalProgress
from enrollment.figures.style import CHANCE_MARKS, CHANCE_TONES, STATUS_MARKS, STATUS_TONES
from enrollment.outlook import Outlook
from enrollment.ui import markup
from enrollment.ui.frame import Choice


def heading(choice: Choice, outlook: Outlook, progress: GoalProgress) -> None:
    """The finding, the probability in a word with its rule one click away, and the basis."""
    language = choice.language
    say = language.say
    if outlook.word:
        tone, mark = CHANCE_TONES.get(outlook.word, ""), CHANCE_MARKS[outlook.word]
        chip = say(f"outlook.chip.{outlook.word}")
    elif outlook.reason == "past":
        tone, mark = STATUS_TONES.get(progress.status, ""), STATUS_MARKS[progress.status]
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
