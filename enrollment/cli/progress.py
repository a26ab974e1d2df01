"""How far a long command is, on standard error: for a person who watches, or who asks for it."""

import sys
import time
from collections.abc import Callable

import click

from enrollment.language import Language

_PATIENCE = 2.0
"""Seconds that a person at a terminal waits before the first word."""
_PAUSE = 0.5
_STEP = 10


def folding(language: Language, asked: bool) -> Callable[[int, int], None] | None:
    """What publishing tells how many months of how many are folded; None where nobody is to be told."""
    if not (sys.stderr.isatty() or asked):
        return None

    def report(done: int, whole: int) -> None:
        words = {"done": language.number(done), "whole": language.number(whole)}
        click.echo(language.say("command.publish.folded", **words), err=True)

    return report


def reporter(file: str, language: Language, asked: bool) -> Callable[[int, int], None] | None:
    """What `Store.load` tells how many bytes of how many are read; None where nobody is to be told."""
    terminal = sys.stderr.isatty()
    if not (terminal or asked):
        return None
    began = time.monotonic()
    told, step = 0.0, -1

    def report(done: int, whole: int) -> None:
        nonlocal told, step
        now = time.monotonic()
        share = min(done / whole, 1.0) if whole else 1.0
        sentence = language.say("command.progress", file=file, share=language.percent(share))
        if terminal:
            if now - (told or began + _PATIENCE - _PAUSE) >= _PAUSE:
                told = now
                click.echo(f"\r{sentence}\x1b[K", err=True, nl=False)
            if told and done >= whole:
                click.echo("\r\x1b[K", err=True, nl=False)
        elif (reached := int(share * 100) // _STEP) > step:
            step = reached
            click.echo(sentence, err=True)

    report(0, 1)
    return report
