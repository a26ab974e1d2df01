"""Runs of many visitors: one after the other, and nobody held up by who waits for something else."""

import threading

import pytest

from enrollment.ui import turns


def test_runs_come_one_after_the_other() -> None:
    inside, most = [0], [0]

    def run() -> None:
        with turns.turn():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.01)
            inside[0] -= 1

    running = [threading.Thread(target=run) for _ in range(8)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert most == [1]


def test_a_run_that_takes_long_holds_up_one_other_for_a_moment_and_nobody_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "_LONGEST", 0.05)
    begun, loaded = threading.Event(), threading.Event()

    def loads() -> None:
        with turns.turn():
            begun.set()
            loaded.wait(60)

    slow = threading.Thread(target=loads)
    slow.start()
    assert begun.wait(60)
    with turns.turn():
        pass
    monkeypatch.setattr(turns, "_LONGEST", 3600.0)
    with turns.turn():
        # What ends late takes no turn away from anybody.
        loaded.set()
        slow.join()
        third = threading.Thread(target=lambda: turns.turn().__enter__())
        third.start()
        third.join(0.2)
        assert third.is_alive()
    third.join(60)
    assert not third.is_alive()
    turns._running = None


def test_a_run_that_fails_lets_the_next_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_LONGEST", 3600.0)
    with pytest.raises(ValueError, match="ends"), turns.turn():
        raise ValueError("ends")
    with turns.turn():
        pass
