"""Viewers in a process of their own, so that what they cost is not taken for the server's.

`python -m tests.bench.crowd.clients JSON` opens windows, says `inside` on a line when all are there, clicks,
says on another line, in JSON, what came of it, and stays until its standard input is closed.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import websockets

from tests.bench.crowd.window import Busy, Failed, Window, page_status

THINKING: Final = (1.5, 4.5)
"""Seconds that a viewer looks before the next click, evenly drawn: three on average."""
VISIT: Final = 50
"""Clicks after which a viewer without time to think leaves, and comes anew."""
# Without a provider, whoever comes by way of a proxy is a viewer: small counts are kept from them.
_FROM_ELSEWHERE: Final = {"X-Forwarded-For": "192.0.2.1"}
_PICKERS: Final = ("lang", "month")
_BROKEN: Final = (Failed, OSError, TimeoutError, ValueError, websockets.WebSocketException)


@dataclass(frozen=True)
class Plan:
    """What the viewers do: click for `seconds` with time to think, or `clicks` altogether without."""

    urls: Sequence[str]
    """Where they go, in turn: to one dashboard, or some to each of several."""
    viewers: int
    spread: float = 3.0
    """Seconds over which they arrive."""
    seconds: float = 0.0
    clicks: int = 0
    seed: int = 1


@dataclass
class Seen:
    """What the viewers saw."""

    arrivals: list[float] = field(default_factory=list)
    """Seconds from asking for the page to the end of its first run, of each who was served."""
    clicks: list[float] = field(default_factory=list)
    """Seconds from a click to the end of the run that it caused."""
    errors: dict[str, int] = field(default_factory=dict)
    """How often what went wrong."""
    busy: int = 0
    """How many were told that the server is full."""
    received: int = 0
    """Bytes that all clicks brought."""
    own_cpu: float = 0.0
    """CPU of this process as a share of the time that it clicked: near 1 it measures itself."""


class Viewers:
    """All viewers of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.seen = plan, Seen()
        self.windows: list[Window] = []
        self._left, self._until = plan.clicks, 0.0

    async def come(self) -> None:
        """Everybody arrives."""
        chance = random.Random(self.plan.seed)
        await asyncio.gather(
            *(
                self._come(self.plan.urls[number % len(self.plan.urls)], chance.uniform(0, self.plan.spread))
                for number in range(self.plan.viewers)
            )
        )

    async def click(self) -> None:
        """Everybody clicks until time or clicks are used up and the last answer has come."""
        started, spent = time.perf_counter(), time.process_time()
        self._until = started + self.plan.seconds
        await asyncio.gather(
            *(self._visit(window, random.Random(seed)) for seed, window in enumerate(self.windows))
        )
        self.seen.own_cpu = (time.process_time() - spent) / max(time.perf_counter() - started, 1e-9)

    async def _come(self, url: str, after: float) -> None:
        await asyncio.sleep(after)
        if window := await self._arrive(url):
            self.windows.append(window)

    async def _arrive(self, url: str) -> Window | None:
        started = time.perf_counter()
        try:
            if await page_status(url) == 503:
                raise Busy
            window = await Window(url, _FROM_ELSEWHERE).open()
            await window.run()
        except Busy:
            self.seen.busy += 1
            return None
        except _BROKEN as error:
            self._failed("arriving", error)
            return None
        self.seen.arrivals.append(time.perf_counter() - started)
        return window

    async def _visit(self, window: Window, chance: random.Random) -> None:
        while self._left > 0 if self.plan.clicks else time.perf_counter() < self._until:
            if self.plan.clicks:
                self._left -= 1
                if window.clicked >= VISIT:
                    self.windows.remove(window)
                    await window.close()
                    if not (anew := await self._arrive(window.url)):
                        return
                    self.windows.append(window := anew)
            else:
                await asyncio.sleep(chance.uniform(*THINKING))
            if not await self._clicked(window, chance):
                return

    async def _clicked(self, window: Window, chance: random.Random) -> bool:
        picker = chance.choice(_PICKERS)
        started, before = time.perf_counter(), window.received
        try:
            await window.choose(picker, chance.choice(window.others(picker)))
        except _BROKEN as error:
            self._failed("clicking", error)
            return False
        self.seen.clicks.append(time.perf_counter() - started)
        self.seen.received += window.received - before
        return True

    def _failed(self, doing: str, error: Exception) -> None:
        told = f"{doing}: {type(error).__name__} {error}"
        self.seen.errors[told] = self.seen.errors.get(told, 0) + 1


async def _main(plan: Plan) -> None:
    viewers = Viewers(plan)
    await viewers.come()
    print("inside", flush=True)
    await viewers.click()
    print(json.dumps(asdict(viewers.seen)), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.gather(*(window.close() for window in viewers.windows))


if __name__ == "__main__":
    asyncio.run(_main(Plan(**json.loads(sys.argv[1]))))
