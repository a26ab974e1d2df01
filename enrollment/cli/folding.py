"""fold: members that lie in a cluster become parts that publish takes."""

from collections.abc import Callable
from pathlib import Path

import click

from enrollment import folding
from enrollment.cli.journal import doing
from enrollment.cli.opening import open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_json, refuse
from enrollment.cli.progress import folding as reporting
from enrollment.delivery import Delivery
from enrollment.fold.engines import Engine, OnDuckDB, on_this_machine
from enrollment.language import Language
from enrollment.months import month_text
from enrollment.store import Store

_PARTITIONS = 16
_PLAIN = frozenset("0123456789abcdef")


@click.command()
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    help="What counts the people. Default: duckdb, on this machine.",
)
@click.option("--master", help="Where Spark runs, such as yarn or spark://HOST:7077. Default: local[*].")
@click.option("--members", multiple=True, metavar="PATH...", help="Folders of month=YYYY-MM with Parquet.")
@click.argument("more", nargs=-1, metavar="")
@click.option("--work", help="Folder, for every worker to see, in which folded people are kept.")
@click.option("--key-space", help="Key space of the members, 16 hex digits. Default: one of their own.")
@click.option(
    "--partitions",
    type=click.IntRange(1),
    default=_PARTITIONS,
    help="Into how many parts Spark spreads people. Default: 16.",
)
@click.option("--conf", multiple=True, metavar="NAME=VALUE", help="A setting of Spark's own.")
@click.option("--confirm", is_flag=True, help="Keep members that are well formed but implausible.")
@click.option("--progress", is_flag=True, help="Say how far it is, also where no terminal watches.")
@common
def fold(
    engine_name: str,
    master: str | None,
    members: tuple[str, ...],
    more: tuple[str, ...],
    work: str | None,
    key_space: str | None,
    partitions: int,
    conf: tuple[str, ...],
    confirm: bool,
    progress: bool,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Fold members that lie in a cluster, there; publish takes what comes of it."""
    language = Language(lang)
    roots = (*members, *more)
    settings = dict(setting.partition("=")[::2] for setting in conf)
    if more and not members:
        raise click.UsageError("name folders of members after --members")
    if not all("=" in setting for setting in conf):
        raise click.UsageError("--conf takes NAME=VALUE")
    if key_space is not None and (len(key_space) != 16 or not set(key_space) <= _PLAIN):
        raise click.UsageError("--key-space takes 16 lower-case hex digits")
    if engine_name == "duckdb" and (master or conf):
        raise click.UsageError("--master and --conf are Spark's")
    with clear_answers(language):
        store = open_store(data)
        open_engine = _on_spark(language) if engine_name == "spark" else None
        said = {"folder": ", ".join(roots), "kind": engine_name}
        with doing(store, "fold", said) as told:
            engine: Engine
            if open_engine:
                engine = open_engine(store, master or "local[*]", partitions, settings, work)
            else:
                engine = OnDuckDB(Path(work) if work else store.root / "elsewhere" / "duckdb")
            folded = folding.fold_members(
                store,
                engine,
                roots,
                key_space=key_space or folding.OWN_SPACE,
                confirmed=confirm,
                progress=reporting(language, progress),
            )
            told |= {"files": len(folded.new), "rows": sum(_people(item) for item in folded.deliveries)}
    if as_json:
        print_json(_document(folded, engine_name))
    else:
        _print(folded, language)


Opening = Callable[[Store, str, int, dict[str, str], str | None], Engine]


def _on_spark(language: Language) -> Opening:
    """What opens Spark, where it is installed."""
    try:
        from enrollment.fold import on_spark
    except ModuleNotFoundError as error:
        refuse(language.say("command.fold.no_spark", module=error.name or ""))

    def opening(
        store: Store, master: str, partitions: int, settings: dict[str, str], work: str | None
    ) -> Engine:
        session = on_spark.session(master, partitions, settings)
        return on_spark.OnSpark(session, work or on_this_machine(store.root / "elsewhere" / "spark"))

    return opening


def _people(delivery: Delivery) -> int:
    return sum(content.cells for content in delivery.contents)


def _document(folded: folding.Folded, engine: str) -> dict[str, object]:
    return {
        "engine": engine,
        "members": [
            {
                "month": item.month and month_text(item.month),
                "rows": _people(item),
                "sources": list(item.sources),
                "delivery": item.sha256,
                "verdict": "accepted" if item.sha256 in folded.new else "unchanged",
            }
            for item in folded.deliveries
        ],
        "parts": [
            {
                "month": month_text(part.month),
                "part": part.part,
                "rows": part.rows,
                "sha256": part.sha256,
            }
            for part in folded.parts
        ],
    }


def _print(folded: folding.Folded, language: Language) -> None:
    for item in folded.deliveries:
        verdict = "accepted" if item.sha256 in folded.new else "unchanged"
        click.echo(
            language.say(
                f"command.verdict.{verdict}",
                file=item.file,
                rows=language.number(_people(item)),
                months=month_text(item.month) if item.month else "",
                sources=", ".join(item.sources),
            )
        )
    months = len({part.month for part in folded.parts})
    click.echo(language.say("command.fold.done", months=language.number(months)))
