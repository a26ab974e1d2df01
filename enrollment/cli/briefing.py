"""brief, digest: the slides of a month as files, and a message of what changed."""

import datetime as dt
import tomllib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from enrollment import answers, durable, edition
from enrollment import digest as digests
from enrollment.briefing import content, files
from enrollment.briefing.content import Wish
from enrollment.briefing.files import FORMATS, Dress
from enrollment.briefing.office import LogoRefused
from enrollment.briefing.office_template import TemplateRefused
from enrollment.briefing.slides import KINDS, Deck
from enrollment.cli.journal import entered
from enrollment.cli.opening import earlier, known_goal, known_month, open_edition, open_store, open_wanted
from enrollment.cli.options import MONTH, Wanted, common, reading
from enrollment.cli.printing import clear_answers, print_json, refuse
from enrollment.edition import Edition
from enrollment.language import CODES, Language
from enrollment.months import month_text
from enrollment.store import Store

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Listed(click.ParamType[tuple[str, ...]]):
    """Names with commas between them, each one of those that there are."""

    name = "LIST"

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        self._known = known

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        found = tuple(part.strip() for part in str(value).split(",") if part.strip())
        for part in found:
            if self._known and part not in self._known:
                self.fail(f"{part!r} is none of {', '.join(self._known)}.", param, ctx)
        return found


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@click.option("--month", type=MONTH, help="Reference month; the same as --as-of.")
@click.option("--goal", help="Key of a published goal. Default: 38 million of April 2021.")
@click.option(
    "--format", "forms", type=_Listed(FORMATS), default=FORMATS, help="Which files: pptx,pdf,brief,html."
)
@click.option(
    "--slides", type=_Listed(KINDS), default=KINDS, help=f"Which slides, in their order: {','.join(KINDS)}."
)
@click.option("--sources", type=_Listed(), default=(), help="Only these partner sources.")
@click.option("--compare", help="Edition that then-and-now looks back to. Default: the one before.")
@click.option(
    "--words", type=_FILE, help="TOML with the tables own and notes: a text for each kind of slide."
)
@click.option("--template", type=_FILE, help="The office's own PPTX template.")
@click.option("--logo", type=_FILE, help="The office's logo, PNG or JPEG.")
@click.option(
    "--base-url", default="", help="Where the dashboard answers; without it slides carry codes alone."
)
@reading
def brief(
    out: Path,
    month: Any,
    goal: str | None,
    forms: tuple[str, ...],
    slides: tuple[str, ...],
    sources: tuple[str, ...],
    compare: str | None,
    words: Path | None,
    template: Path | None,
    logo: Path | None,
    base_url: str,
    wanted: Wanted,
) -> None:
    """Slides and a two-page brief of a month; the same edition gives the same bytes."""
    language = wanted.language
    if month and wanted.as_of and month != wanted.as_of:
        raise click.UsageError("--month and --as-of name different months.")
    if month:
        wanted = replace(wanted, as_of=month)
    told = _told(words, language)
    with clear_answers(language):
        store, opened = open_wanted(wanted)
        as_of = known_month(opened, wanted)
        chosen = known_goal(opened, goal, as_of, language)
        _known_sources(opened, as_of, sources, language)
        wish = Wish(
            kinds=slides,
            sources=sources,
            own=tuple(told["own"].items()),
            notes=tuple(told["notes"].items()),
            compared=_compared(store, opened, compare),
            base_url=base_url,
        )
        decks = {
            code: content.deck(
                opened,
                as_of=as_of,
                goal=chosen,
                earlier=earlier(store, opened),
                language=Language(code),
                wish=wish,
            )
            for code in CODES
        }
        dress = Dress(template.read_bytes() if template else None, logo.read_bytes() if logo else None)
        written = _written(store, out, decks, forms, dress, language)
    _say(decks[language.code], written, slides, wanted)


def _told(words: Path | None, language: Language) -> dict[str, dict[str, str]]:
    """The presenter's own words by kind of slide."""
    if words is None:
        return {"own": {}, "notes": {}}
    try:
        found = tomllib.loads(words.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        refuse(language.say("command.brief.words_unreadable", file=words.name, reason=str(error)))
    for table, texts in found.items():
        if table not in ("own", "notes") or not isinstance(texts, dict):
            refuse(language.say("command.brief.words_table", file=words.name, table=table))
        for kind, text in texts.items():
            if kind not in KINDS or not isinstance(text, str):
                known = ", ".join(KINDS)
                refuse(language.say("command.brief.words_kind", file=words.name, kind=kind, known=known))
    return {"own": found.get("own", {}), "notes": found.get("notes", {})}


def _known_sources(opened: Edition, as_of: dt.date, asked: tuple[str, ...], language: Language) -> None:
    known = sorted({row.source for row in answers.commitment_ladder(opened, as_of=as_of)})
    for source in asked:
        if source not in known:
            refuse(language.say("command.brief.unknown_source", source=source, known=", ".join(known)))


def _compared(store: Store, opened: Edition, asked: str | None) -> Edition | None:
    """The edition to look back to: the one asked for, else the one published before."""
    if asked:
        return edition.open_edition(store, edition=asked)
    before = earlier(store, opened)
    return edition.open_edition(store, edition=before[-1].fingerprint) if before else None


def _written(
    store: Store,
    out: Path,
    decks: dict[str, Deck],
    forms: tuple[str, ...],
    dress: Dress,
    language: Language,
) -> tuple[Path, ...]:
    """All files, made and entered before the first is written, so that a fault leaves none."""
    deck = decks[language.code]
    made: dict[Path, bytes] = {}
    for place, form in enumerate(forms, 1):
        path = out / files.name(form, deck)
        said = {"file": path.name, "number": language.number(place), "count": language.number(len(forms))}
        click.echo(language.say("command.brief.making", **said), err=True)
        try:
            made[path] = files.made(form, decks, language.code, dress)
        except (LogoRefused, TemplateRefused) as refused:
            refuse(str(refused))
    for path in made:
        about = {"file": path.name, "edition": deck.edition, "month": month_text(deck.as_of)}
        entered(store, "export", about)
    out.mkdir(parents=True, exist_ok=True)
    for path, document in made.items():
        durable.write_bytes(path, document)
    return tuple(made)


def _say(deck: Deck, written: tuple[Path, ...], slides: tuple[str, ...], wanted: Wanted) -> None:
    language = wanted.language
    left = [kind for kind in slides if kind not in {slide.kind for slide in deck.slides}]
    if wanted.as_json:
        print_json(
            {
                "edition": deck.edition,
                "month": month_text(deck.as_of),
                "slides": [
                    {"kind": slide.kind, "title": slide.title, "code": slide.code, "link": slide.link}
                    for slide in deck.slides
                ],
                "left_out": left,
                "files": [str(path) for path in written],
            }
        )
        return
    for slide in deck.slides:
        click.echo(f"{slide.code}  {slide.title}")
    for kind in left:
        click.echo(language.say("command.brief.left_out", kind=kind))
    for path in written:
        click.echo(language.say("command.brief.written", file=str(path)))


@click.command()
@click.option("--since", required=True, help="Edition of the last message, by (the beginning of) its id.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option("--base-url", default="", help="Where the dashboard answers, for a link.")
@common
def digest(since: str, out: Path | None, base_url: str, data: Path, as_json: bool, lang: str) -> None:
    """A short message of what changed since an edition, in both languages; nothing where nothing did."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        now = open_edition(store, language)
        then = edition.open_edition(store, edition=since)
        order = sorted(CODES, key=lambda code: code != lang)
        whole = [
            digests.digest(now, then, earlier=earlier(store, now), language=Language(code), base_url=base_url)
            for code in order
        ]
        told = [each for each in whole if each]
        written: dict[Path, str] = {}
        if told and out:
            for ending, document in (("txt", digests.text(told)), ("html", digests.html(told))):
                written[out / f"digest-{now.short}.{ending}"] = document
            for path in written:
                entered(store, "export", {"file": path.name, "edition": now.short})
            out.mkdir(parents=True, exist_ok=True)
            for path, document in written.items():
                durable.write_bytes(path, document.encode())
    if as_json:
        files_written = [str(path) for path in written]
        said = {each.language: asdict(each) for each in told}
        print_json(
            {"since": then.short, "edition": now.short, "changed": bool(told), **said, "files": files_written}
        )
    elif not told:
        click.echo(language.say("command.digest.nothing", edition=then.short), err=True)
    elif out:
        for path in written:
            click.echo(language.say("command.brief.written", file=str(path)))
    else:
        click.echo(digests.text(told), nl=False)
