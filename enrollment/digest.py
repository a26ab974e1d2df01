"""A short message about what an edition changed since another one, for whatever mailer an office has.

Status and pace, what moved and why, commitments, and what is late. Where nothing of that changed there is
no message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from enrollment import answers, findings
from enrollment import outlook as outlooks
from enrollment.answers import CommitmentLadder, GoalProgress
from enrollment.edition import Edition, Publication
from enrollment.headline import default_goal, default_month
from enrollment.language import Language
from enrollment.names import names

_PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="font-family:sans-serif;max-width:40em;color:#16242C">{body}</body></html>\n'
)


@dataclass(frozen=True, slots=True)
class Digest:
    """A message in one language: its subject, headings with sentences, and where the numbers come from.

    Words between `**` are bold.
    """

    language: str
    subject: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    foot: str


def digest(
    now: Edition, then: Edition, *, earlier: Sequence[Publication], language: Language, base_url: str = ""
) -> Digest | None:
    """What changed from an edition to a later one; None where nothing did. `earlier` precede the later one.

    Raises NotRecorded where one of them is older than a question, and NoGoal.
    """
    month = default_month(now)
    goal = default_goal(now, month)
    (stand,) = answers.goal_progress(now, as_of=month, goal=goal)
    before = _stand(then, goal)
    sections = (
        ("status", _status(stand, before, language)),
        ("moved", _moved(now, then, language)),
        ("commitments", _commitments(now, then, language)),
        ("late", _late(now, then, language)),
    )
    told = tuple((language.say(f"digest.{name}"), tuple(said)) for name, said in sections if said)
    if not told:
        return None
    outlook = outlooks.outlook(now, as_of=month, goal=goal, earlier=earlier)
    if outlook is None:
        raise LookupError(goal)
    source = [
        language.say("frame.as_of", day=language.day(month)),
        language.say("digest.editions", now=now.short, then=then.short),
    ]
    if stand.simulated:
        source.append(language.say("format.simulated"))
    if base_url:
        source.append(f"{base_url.rstrip('/')}/progress?edition={now.short}&lang={language.code}")
    subject = findings.progress_title(stand, outlook, language)
    return Digest(language.code, subject, told, " · ".join(source))


def text(digests: Sequence[Digest]) -> str:
    """The message as plain text, one language after the other."""
    return "\n\n".join(_text(each) for each in digests) + "\n"


def html(digests: Sequence[Digest]) -> str:
    """The same as an HTML document that needs nothing else."""
    first = digests[0]
    body = "<hr>".join(_html(each) for each in digests)
    return _PAGE.format(lang=first.language, title=escape(first.subject), body=body)


def _text(told: Digest) -> str:
    lines = [told.subject, ""]
    for heading, sentences in told.sections:
        lines += [heading, *(f"- {sentence.replace('**', '')}" for sentence in sentences), ""]
    return "\n".join([*lines, told.foot])


def _html(told: Digest) -> str:
    parts = [f'<section lang="{told.language}"><h1 style="font-size:1.2em">{escape(told.subject)}</h1>']
    for heading, sentences in told.sections:
        items = "".join(f"<li>{_bold(sentence)}</li>" for sentence in sentences)
        parts.append(f'<h2 style="font-size:1em">{escape(heading)}</h2><ul>{items}</ul>')
    return "".join([*parts, f'<p style="color:#5B6B75;font-size:.85em">{escape(told.foot)}</p></section>'])


def _bold(sentence: str) -> str:
    pieces = escape(sentence).split("**")
    return "".join(f"<strong>{piece}</strong>" if place % 2 else piece for place, piece in enumerate(pieces))


def _stand(edition: Edition, goal: str) -> GoalProgress | None:
    """Where an edition stood at its own month against a goal; None where it did not know the goal."""
    rows = answers.goal_progress(edition, as_of=default_month(edition), goal=goal)
    return rows[0] if rows else None


def _status(now: GoalProgress, then: GoalProgress | None, language: Language) -> list[str]:
    """Status, active and pace, where one of them is another."""
    if then is None:
        return [language.say("digest.new_goal", target=language.stated(now.target))]
    shown = ("status", "as_of", "active", "needed_per_month", "recent_per_month")
    if all(getattr(now, name) == getattr(then, name) for name in shown):
        return []

    def people(value: int | None) -> str:
        return language.say("format.unknown") if value is None else language.people(value, 2)

    said = []
    if now.status != then.status:
        words = {
            "now": language.say(f"status.{now.status}"),
            "then": language.say(f"status.{then.status}"),
        }
        said.append(language.say("digest.status_changed", **words))
    said.append(
        language.say(
            "digest.active",
            now=language.number(now.active),
            month=language.month(now.as_of),
            then=language.number(then.active),
            before=language.month(then.as_of),
        )
    )
    said.append(
        language.say(
            "digest.pace",
            needed=people(now.needed_per_month),
            needed_then=people(then.needed_per_month),
            recent=people(now.recent_per_month),
            recent_then=people(then.recent_per_month),
        )
    )
    return said


def _moved(now: Edition, then: Edition, language: Language) -> list[str]:
    changes = [row for row in answers.edition_changes(now, earlier=then) if row.change]
    return findings.edition_changes(changes, names(now, "source", language), language)


def _commitments(now: Edition, then: Edition, language: Language) -> list[str]:
    """Each source of which promised or active people are others, or its schedule."""

    def ladder(edition: Edition) -> dict[tuple[str, str], CommitmentLadder]:
        rows = answers.commitment_ladder(edition, as_of=default_month(edition))
        return {(row.agreement, row.source): row for row in rows}

    before, said = ladder(then), []
    for key, row in ladder(now).items():
        was = before.get(key)
        standing = (row.committed, row.active_all, row.status)
        if was and standing == (was.committed, was.active_all, was.status):
            continue
        unknown = language.say("format.unknown")
        said.append(
            language.say(
                "digest.commitment" if was else "digest.new_commitment",
                source=findings.plain(language.pick(row.name, row.name_en)),
                committed=language.number(row.committed),
                now=unknown if row.active_all is None else language.number(row.active_all),
                then=unknown if was is None or was.active_all is None else language.number(was.active_all),
                status=language.say(f"status.{row.status}").lower(),
            )
        )
    return said


def _late(now: Edition, then: Edition, language: Language) -> list[str]:
    """Which sources are missing in the newest month, where they are others than before."""

    def missing(edition: Edition) -> tuple[answers.MissingDeliveries, ...]:
        newest = answers.known_months(edition)[-1].month
        return tuple(row for row in answers.missing_deliveries(edition, as_of=newest) if row.month == newest)

    late = missing(now)
    if [(row.month, row.source) for row in late] == [(row.month, row.source) for row in missing(then)]:
        return []
    if not late:
        return [language.say("digest.complete")]
    said = findings.missing_remark(late, late[0].month, names(now, "source", language), language)
    return [said] if said else []
