"""Clients that do not give up: the same operations under the same ids, until there is an answer."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass

from batching.client import BatchClient, NoAnswer, Retry, ServerError
from tests.faults.weights import PER_ROW, weight

PATIENCE = 60  # tries of one batch


@dataclass(frozen=True)
class Increment:
    id: str
    row: int
    place: int  # which digit of the row's score is its own

    @property
    def by(self):
        return weight(self.place)


def increments(rows, dice):
    """All increments that can be told apart on these rows, in any order."""
    made = [
        Increment(str(uuid.UUID(int=dice.getrandbits(128), version=4)), row, n) for row in rows for n in range(PER_ROW)
    ]
    return dice.sample(made, len(made))


class Player(threading.Thread):
    """Sends increments through `link`, in batches of its own making. Some batches it abandons after a few tries."""

    def __init__(self, link, token, jobs, seed, abandons=0.0):
        super().__init__(daemon=True)
        self.link, self.token, self.jobs, self.abandons = link, token, jobs, abandons
        self.dice = random.Random(seed)
        self.acknowledged, self.replayed = set(), 0
        self.trouble = None  # an answer that should never come
        self.tries = 0

    def run(self):
        retry = Retry(attempts=2, base=0.01, cap=0.05, sleep=lambda seconds: time.sleep(min(seconds, 0.05)))
        with BatchClient(f"{self.link.url}/api/", token=self.token, timeout=5.0, retry=retry) as client:
            try:
                for part in self._parts():
                    self._send(client, part)
            except Exception as error:
                self.trouble = error

    def _parts(self):
        jobs = list(self.jobs)
        while jobs:
            size = self.dice.choice([1, 3, 8, 20])
            yield jobs[:size]
            del jobs[:size]

    def _send(self, client, part):
        batch = client.batch(atomic=self.dice.random() < 0.5, minimal=True)
        for job in part:
            batch.action("abilities", "increment", job.row, {"by": job.by}, id=job.id)
        patience = 1 if self.dice.random() < self.abandons else PATIENCE
        for _ in range(patience):
            self.tries += 1
            try:
                batch.send()
                break
            except NoAnswer:
                continue
            except ServerError as error:
                if error.status != 503:
                    raise
        for job, result in zip(part, batch.results, strict=True):
            if result is not None and result.success:
                self.acknowledged.add(job.id)
                self.replayed += result.replayed
            elif result is not None and result.status != 503:
                raise AssertionError(f"refused: {result}")
        if patience > 1 and None in batch.results:
            raise AssertionError(f"no answer after {PATIENCE} tries")
