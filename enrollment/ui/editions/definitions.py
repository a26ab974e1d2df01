"""What the edition was made with besides deliveries: definitions, and reference files by their digest."""

from collections.abc import Mapping

from enrollment import answers
from enrollment.figures.description import Column
from enrollment.ui import ask, card, markup
from enrollment.ui.frame import Choice


def definitions(choice: Choice) -> None:
    """Who counts as active, and every reference file with its digest, marked where it changed."""
    language = choice.language
    say = language.say
    facts = choice.edition.facts
    earlier = ask.before(choice.edition)
    before = ask.facts(earlier).reference if earlier else {}
    said = [
        say("frame.definition", definition=language.pick(goal.definition, goal.definition_en))
        for goal in ask.ask(answers.published_goals, choice.edition)
        if goal.goal == choice.goal
    ]
    said.append(
        say(
            "editions.definitions.version",
            version=language.number(facts.definitions),
            format=language.number(facts.format),
            program=facts.fold[:10] if facts.fold else "–",
        )
    )
    columns = (
        Column(say("editions.column.file"), "left"),
        Column(say("editions.column.sha256"), "left"),
        Column(say("editions.column.since"), "left"),
    )
    texts = [
        (
            f"{name}.csv",
            markup.Html(f'<span class="code">{digest}</span>'),
            _since(choice, before, name, digest),
        )
        for name, digest in sorted(facts.reference.items())
    ]
    markup.show(
        markup.section(say("editions.definitions.title"), say("editions.definitions.subtitle"))
        + markup.remarks(said)
        + markup.folded(
            say("editions.definitions.files", count=language.number(len(texts))),
            markup.table(columns, texts),
        )
        + markup.note(card.source_line(choice))
    )


def _since(choice: Choice, before: Mapping[str, str], name: str, digest: str) -> str:
    if not before:
        return "–"
    say = choice.language.say
    if before.get(name) == digest:
        return say("editions.definitions.unchanged")
    return say("editions.definitions.changed")
