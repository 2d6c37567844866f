"""A network that misbehaves: requests and answers are dropped, cut, delayed, doubled and delivered too late.

What happens to the n-th request of a link is decided by the link's seed alone. (Which of several requests at a time a
server takes first is not: that is up to the machine.)
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading

INSIDE = [  # what the saboteur in the server does, see saboteur.py
    *(f"die:{moment}" for moment in ("statement-2", "statement-4", "statement-6", "before-commit", "after-commit")),
    "die:before-answer",
    *(f"disconnect:{moment}" for moment in ("statement-3", "statement-5", "before-commit")),
    "disk-full",
    "read-only",
    "clock:+3600",
    "clock:-7200",
]
OUTSIDE = ["drop", "cut-request", "lose-answer", "cut-answer", "double", "late", "slow"]


class Link:
    """One client's way to the server at `port`. `url` is where the client goes."""

    def __init__(self, network, port, seed, rate):
        self.network, self.port, self.rate = network, port, rate
        self.dice = random.Random(seed)
        self.faults = []  # what has happened, in order
        self.stragglers = set()  # requests that are still to be delivered
        self.connections = set()
        self.server = network.run(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def settle(self):
        """Wait until everything that is on its way has arrived; from now on nothing goes wrong."""
        self.rate = 0
        self.network.run(self._settle())

    def close(self):
        self.network.run(self._settle())
        self.network.run(self._close())

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self.connections.add(task)
        task.add_done_callback(self.connections.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (request := await read_message(reader)) is not None and await self.carry(request, writer):
                pass
        writer.close()

    async def carry(self, request, writer):
        """Carry one request and its answer; whether the connection to the client lives on."""
        fault = self._fault()
        self.faults.append(fault)
        if fault == "drop":
            return False
        if fault == "cut-request":
            self._later(self._deliver(request[: int(len(request) * self.dice.uniform(0.2, 0.95))], wait=False))
            return False
        if fault == "late":  # the client has given up, and will have sent it again, when it arrives
            self._later(self._deliver(request, after=self.dice.uniform(0.02, 0.3)))
            return False
        if fault == "double":
            self._later(self._deliver(request))
        if fault in INSIDE:
            request = with_header(request, f"X-Fault: {fault}")
        answer = await self._deliver(request, after=self.dice.uniform(0, 0.1) if fault == "slow" else 0)
        if fault == "lose-answer" or not answer:
            return False
        writer.write(answer[: len(answer) // 2] if fault == "cut-answer" else answer)
        await writer.drain()
        return fault != "cut-answer"

    def _fault(self):
        if self.dice.random() >= self.rate:
            return None
        return self.dice.choice(OUTSIDE if self.dice.random() < 0.6 else INSIDE)

    async def _deliver(self, request, after=0.0, wait=True):
        """Send a request to the server; its answer, or nothing if there is none."""
        await asyncio.sleep(after)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return b""
        try:
            writer.write(request)
            await writer.drain()
            return (await read_message(reader) or b"") if wait else b""
        except (OSError, asyncio.IncompleteReadError):
            return b""
        finally:
            writer.close()

    def _later(self, work):
        task = asyncio.ensure_future(work)
        self.stragglers.add(task)
        task.add_done_callback(self.stragglers.discard)

    async def _settle(self):
        while self.stragglers:
            await asyncio.wait(set(self.stragglers))

    async def _close(self):
        self.server.close()
        for task in self.connections:
            task.cancel()


class Network:
    """The event loop of all links, in a thread of its own."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


async def read_message(reader):
    """One HTTP message as it came, or None at the end. Knows Content-Length only: neither side here sends chunks."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    return head + await reader.readexactly(_length(head))


def with_header(message, line):
    head, rest = message.split(b"\r\n", 1)
    return b"\r\n".join([head, line.encode(), rest])


def _length(head):
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
