"""The command line: one program whose commands each do one thing and say what they did.

    loading.py      load
    keeping.py      deliveries, quarantine, withdraw, verify
    journal.py      journal
    rows.py         rows
    folding.py      fold
    publishing.py   publish, diff, editions, rebuild
    reconciling.py  reconcile, decide, reconciliations
    custody.py      rotate-key, forget
    reading.py      status, ask
    forecasting.py  forecast
    briefing.py     brief, digest
    making.py       template, sample

Words go to standard output for people; with `--json` one document and nothing else does. Exit 0 is
done, 1 refused with nothing changed, 2 wrong usage.
"""

import os
import sys

import click

from enrollment import logs
from enrollment.cli import (
    briefing,
    custody,
    folding,
    forecasting,
    journal,
    keeping,
    loading,
    making,
    publishing,
    reading,
    reconciling,
    rows,
)
from enrollment.language import Language


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def program() -> None:
    """Active participants of BPJAMSOSTEK against the annual goal."""


for _command in (
    loading.load,
    *(keeping.deliveries, rows.rows, keeping.quarantine, keeping.withdraw, keeping.verify, journal.journal),
    folding.fold,
    *(publishing.publish, publishing.diff, publishing.editions),
    publishing.rebuild,
    *(reconciling.reconcile, reconciling.decide, reconciling.reconciliations),
    *(custody.rotate_key, custody.forget),
    *(reading.status, reading.ask, forecasting.forecast),
    *(briefing.brief, briefing.digest),
    *(making.template, making.make_sample),
):
    program.add_command(_command)


def main() -> None:
    """Run the command line; nobody is ever shown a traceback."""
    logs.configure()
    try:
        program(prog_name="python -m enrollment")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a database's own words may repeat what is in a row
        language = Language("en" if os.environ.get("CAKUPAN_LANG") == "en" else "id")
        click.echo(language.say("command.unforeseen", kind=type(error).__name__), err=True)
        sys.exit(1)
