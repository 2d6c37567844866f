"""One seed: people who write, a network that misbehaves, and somebody who kills processes."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from characters.rules.experience import score_of
from tests.faults.players import Player, increments
from tests.faults.proxy import Link
from tests.faults.weights import times_applied
from tests.service import on_postgres

PLAYERS = 3
FAULT_RATE = 0.45


@dataclass
class Verdict:
    """What one seed came to. Nothing may be lost or doubled, and nothing but answers and 503 may come."""

    seed: int
    operations: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    applied_unacknowledged: int = 0
    replayed: int = 0
    lost: list = field(default_factory=list)
    doubled: list = field(default_factory=list)
    stray_receipts: int = 0  # receipts without effect, or effects without receipt
    trouble: list = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)

    @property
    def good(self):
        return not (self.lost or self.doubled or self.stray_receipts or self.trouble)

    def __str__(self):
        text = (
            f"seed {self.seed}: {self.operations} operations, {self.acknowledged} acknowledged "
            f"({self.replayed} by replay), {self.applied_unacknowledged} of {self.unacknowledged} others applied, "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {self.stray_receipts} stray receipts, "
            f"{sum(self.faults.values())} faults"
        )
        return text + "".join(f"\n  {trouble!r}" for trouble in self.trouble)


def run(seed, stage, person):
    """Let the players of one seed loose on the service of a stage; answers the verdict."""
    dice = random.Random(seed)
    jobs = increments(person["rows"], dice)
    half = len(jobs) // 2
    # The first two share their operations, as two tabs of one person do; the third has its own.
    shares = [jobs[:half], dice.sample(jobs[:half], half), jobs[half:]]
    links = [Link(stage.network, stage.service.port, f"{seed} {n}", FAULT_RATE) for n in range(PLAYERS)]
    players = [
        Player(link, person["token"], share, f"{seed} {n}", abandons=0.1)
        for n, (link, share) in enumerate(zip(links, shares, strict=True))
    ]
    with Gremlin(stage, f"{seed} gremlin") as gremlin:
        for player in players:
            player.start()
        for player in players:
            player.join(60)
    for link in links:
        link.settle()
        link.close()
    verdict = judge(seed, jobs, players, stage.stored(person))
    verdict.faults = Counter(fault for link in links for fault in link.faults if fault) + gremlin.deeds
    verdict.trouble += [player.trouble for player in players if player.trouble]
    verdict.trouble += ["a player hangs" for player in players if player.is_alive()]
    return verdict


def judge(seed, jobs, players, stored):
    scores, receipts = stored
    acknowledged = set().union(*(player.acknowledged for player in players))
    verdict = Verdict(seed, operations=len(jobs), acknowledged=len(acknowledged))
    verdict.replayed = sum(player.replayed for player in players)
    for job in jobs:
        times = times_applied(scores[job.row])[job.place]
        if times > 1:
            verdict.doubled.append(job)
        if job.id in acknowledged:
            if times == 0:
                verdict.lost.append(job)
        else:
            verdict.unacknowledged += 1
            verdict.applied_unacknowledged += times > 0
        verdict.stray_receipts += (job.id in receipts) != (times > 0)
    return verdict


class Gremlin:
    """Kills workers, database connections and Redis, at moments of its own choosing."""

    def __init__(self, stage, seed):
        self.stage, self.dice, self.deeds = stage, random.Random(seed), Counter()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.wait(self.dice.uniform(0.05, 0.4)):
            deed = self.dice.choice([self.kill_worker, self.end_connection, self.kill_redis])
            if deed():
                self.deeds[deed.__name__] += 1

    def kill_worker(self):
        workers = self.stage.service.workers
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(self.dice.choice(workers), signal.SIGKILL)
            return True
        return False

    def end_connection(self):
        if not self.stage.on_postgres:
            return False
        ended = on_postgres(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND state <> 'idle' ORDER BY random() LIMIT 1",
            [self.stage.database_name],
        )
        return bool(ended)

    def kill_redis(self):
        redis = self.stage.redis
        if redis is None:
            return False
        redis.kill()
        self.over.wait(self.dice.uniform(0.02, 0.2))
        redis.start()
        return True

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.over.set()
        self.thread.join()


@dataclass
class Stage:
    """Where campaigns take place: a service, its database, and, with PostgreSQL, a Redis server."""

    service: object
    network: object
    redis: object = None

    @property
    def database(self):
        return self.service.environment["DATABASE_URL"]

    @property
    def on_postgres(self):
        return self.database.startswith("postgres")

    @property
    def database_name(self):
        return urlsplit(self.database).path.lstrip("/")

    def stored(self, person):
        """Scores by row, and the ids of all receipts of a person: read past the service."""
        rows = self.query(
            f"SELECT id, experience_points FROM characters_ability WHERE character_id = {person['character']}"
        )
        receipts = self.query(f"SELECT operation FROM batching_receipt WHERE user_id = {person['user']}")
        return {key: score_of("ability", points) for key, points in rows}, {_uuid(key) for (key,) in receipts}

    def query(self, statement):
        if self.on_postgres:
            return on_postgres(statement, url=self.database)
        with contextlib.closing(sqlite3.connect(self.database.removeprefix("sqlite:///"))) as connection:
            return connection.execute(statement).fetchall()


def _uuid(key):
    import uuid

    return str(key if isinstance(key, uuid.UUID) else uuid.UUID(key))
