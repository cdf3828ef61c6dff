"""Turns: one measures while the others wait, in order; nobody waits for one that is gone."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from benchmarks.execution.turns import Turn, Turns

#: Seconds after which a test has hung.
PATIENCE = 20


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns(("a", "b", "c"))
    yield made
    made.close()


def side_by_side(*tasks: Callable[[], None]) -> None:
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "it still waits"


def member(turns: Turns, name: str, log: list[str], parts: int = 1, takes: int = 3) -> Callable[[], None]:
    def measure() -> None:
        turn = Turn(turns.address, name)
        for part in range(parts):
            for number in range(takes):
                if number:
                    turn.take()
                else:
                    turn.begin()
                log.append(f"{name}{part} begins")
                time.sleep(0.01)
                log.append(f"{name}{part} ends")
        turn.end()
        log.append(f"{name} is over")

    return measure


def test_turns_go_round_and_one_alone_measures(turns: Turns) -> None:
    log: list[str] = []
    side_by_side(*(member(turns, name, log) for name in "cab"))
    expected = [f"{name}0 {what}" for _ in range(3) for name in "abc" for what in ("begins", "ends")]
    assert log[:18] == expected
    assert sorted(log[18:]) == ["a is over", "b is over", "c is over"], "nobody goes on while others measure"


def test_parts_begin_together_though_some_take_fewer_turns(turns: Turns) -> None:
    log: list[str] = []
    side_by_side(member(turns, "a", log, 2, 1), member(turns, "b", log, 2, 4), member(turns, "c", log, 2, 2))
    parts = [event.split()[0][1] for event in log if event.endswith("begins")]
    assert parts == ["0"] * 7 + ["1"] * 7


@pytest.mark.parametrize("connected", [False, True])
def test_whoever_leaves_is_not_waited_for(turns: Turns, connected: bool) -> None:
    log: list[str] = []

    def dies() -> None:
        if connected:
            Turn(turns.address, "b").begin()  # and is gone: its connection with it
        else:
            turns.leave("b")

    side_by_side(dies, member(turns, "a", log), member(turns, "c", log))
    assert log.count("a0 begins") == log.count("c0 begins") == 3


def test_only_who_waits_is_excused(turns: Turns) -> None:
    assert not any(map(turns.waiting, "abc")), "who has not asked yet may hang"
    turns.leave("c")
    first, second = Turn(turns.address, "a"), Turn(turns.address, "b")
    going = threading.Event()
    threading.Thread(target=lambda: (second.begin(), going.set()), daemon=True).start()
    first.begin()
    end = time.monotonic() + PATIENCE
    while not turns.waiting("b") and time.monotonic() < end:
        time.sleep(0.01)
    assert (turns.waiting("a"), turns.waiting("b"), going.is_set()) == (False, True, False)
    threading.Thread(target=first.take, daemon=True).start()
    assert going.wait(PATIENCE)


def test_strangers_and_second_comers_are_turned_away(turns: Turns) -> None:
    log: list[str] = []
    Turn(turns.address, "nobody").begin()
    side_by_side(*(member(turns, name, log, takes=1) for name in "abc"))
    assert len(log) == 9


def test_closing_lets_everybody_go() -> None:
    turns = Turns(("a", "b"))
    waits = threading.Thread(target=Turn(turns.address, "a").begin, daemon=True)
    waits.start()
    time.sleep(0.1)
    assert waits.is_alive()
    turns.close()
    waits.join(PATIENCE)
    assert not waits.is_alive()


def test_without_others_nobody_is_waited_for() -> None:
    alone = Turn(None, "a")
    alone.begin()
    alone.take()
    alone.end()
