"""What those see from whom small counts are kept is made before the first of them asks for it.

It takes seconds, which are spent beside the server's work, once for each edition that becomes current.
"""

import logging
import threading

from enrollment import access, disclosure, logs, rights
from enrollment.access import AccessFault
from enrollment.edition import EditionDamaged, NothingPublished, open_edition
from enrollment.lock import StoreLocked
from enrollment.store import data_directory
from enrollment.ui import ask

_EVERY = 30.0
"""Seconds until somebody's publication is noticed."""


def start(ended: threading.Event) -> None:
    """Prepare the current edition now and whenever another has become it, until the server ends."""
    threading.Thread(target=_watch, args=(ended,), daemon=True).start()


def _watch(ended: threading.Event) -> None:
    prepared: object = None
    while not ended.is_set():
        try:
            named = (ask.published(), _limited())
            if named != prepared:
                prepare()
                prepared = named
        except (AccessFault, EditionDamaged, NothingPublished, StoreLocked, OSError) as error:
            # Whoever asks is told what is wrong; here it is tried again.
            logs.tell("not_prepared", level=logging.WARNING, error=error)
        ended.wait(_EVERY)


def prepare() -> None:
    """Make what is missing of the current edition. Raises as opening and protecting it do."""
    store = ask.opened_store()
    for partners in _limited():
        edition = open_edition(store)
        disclosure.protected(edition, store, rights.sight(partners)).close()


def _limited() -> frozenset[tuple[str, ...] | None]:
    """The partners whose figures alone are seen by somebody from whom small counts are kept; None for all."""
    data = data_directory()
    if not access.place(data).exists():
        return frozenset()
    said = access.current(data)
    single = [said.rights({said.claim: [group]}) for group in said.roles]
    held = [each for each in (*single, *said.people.values()) if each]
    kept_from = {"viewer", "analyst"} if said.protect_everyone else {"viewer"}
    return frozenset(each.partners for each in held if each.role in kept_from)
