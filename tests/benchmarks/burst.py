"""The complaint, and what became of it: a person clicks + and - at a human pace, with the default budgets.

`single` sends a request for each click, as sheets usually do. `fixed` collects clicks until there was none for 200 ms,
as debouncing sheets do, and sends them as one batch. `adaptive` is the sheet of this site in Chromium, clicked with a
real mouse. All meet the same server, the same clicks at the same times, and a fresh budget each, and all ask for the
derived numbers with each request, because a sheet must show them. Bytes are those of the bodies, both ways.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from batching.client.operations import new_id
from characters.rules import characteristics, experience
from characters.rules.experience import Move
from tests.chromium import launch_arguments
from tests.site_server import Player, site

ABILITIES = {
    "ability.awareness": 78,
    "ability.athletics": 32,
    "ability.bargain": 15,
    "ability.brawl": 7,
    "ability.carouse": 50,
    "ability.charm": 110,
}
"""Six Abilities and the experience they start with: scores with and without experience beyond them."""

MIX = {**ABILITIES, "art.creo": 0, "art.ignem": 0, "strength": 0, "stamina": 0}
"""All that can be clicked: Abilities, Arts and Characteristics."""

DEBOUNCE = 0.2  # seconds
MAX_OPERATIONS = 100  # of one batch, by default

RECORDER = Path(__file__).with_name("recorder.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Click:
    at: float  # seconds after the first
    name: str
    by: int


# --- the clicks ---


def patterns(seed=1):
    """Name and clicks of each pattern: 60 clicks in about 11 s with gaps of 120 to 250 ms, and the fastest clicker."""
    dice = random.Random(seed)

    def runs(length):
        return [name for _ in range(60 // length) for name in [dice.choice([*ABILITIES])] * length]

    def gap():
        return dice.uniform(0.12, 0.25)

    return {
        "runs of ten": _clicks(dice, ABILITIES, runs(10), [gap() for _ in range(60)]),
        "runs of three": _clicks(dice, ABILITIES, runs(3), [gap() for _ in range(60)]),
        "random": _clicks(dice, ABILITIES, runs(1), [gap() for _ in range(60)]),
        "runs of three, pauses": _clicks(
            dice, ABILITIES, runs(3), [dice.uniform(0.35, 0.7) if n % 3 == 2 else gap() for n in range(60)]
        ),
        "12 a second for 60 s": fastest(60, seed),
    }


def fastest(seconds, seed=1, start=ABILITIES):
    """Twelve clicks a second on any of the numbers."""
    dice = random.Random(seed)
    names = [dice.choice([*start]) for _ in range(12 * seconds)]
    return _clicks(dice, start, names, [1 / 12] * len(names))


def _clicks(dice, start, names, gaps):
    """Clicks on these numbers in turn, three in four of them on +, none that the rules forbid."""
    values, at, clicks = dict(start), 0.0, []
    for name, gap in zip(names, gaps, strict=True):
        wish = -1 if dice.random() < 0.25 else 1
        by = next(by for by in (wish, -wish) if allowed(name, values[name], by))
        values[name] = moved(name, values[name], by)
        clicks.append(Click(at, name, by))
        at += gap
    return clicks


def moved(name, value, by):
    """Experience of an Ability or Art, or a Characteristic, after one click."""
    kind, dot, _ = name.partition(".")
    return experience.increment(kind, value, Move.of(by)) if dot else value + by


def allowed(name, value, by):
    if "." in name:
        return experience.score_of(name.partition(".")[0], value) + by >= 0
    return characteristics.LOWEST <= value + by <= characteristics.HIGHEST


def expected(clicks, start=ABILITIES):
    """The numbers after all clicks, one by one."""
    values = dict(start)
    for click in clicks:
        values[click.name] = moved(click.name, values[click.name], click.by)
    return values


class Clicked:
    """The character of a new player, and where its numbers are: on the page, in the API, in the database."""

    def __init__(self, server, start):
        self.server, self.start = server, start
        self.player = Player.sign_up(server)
        abilities = {name: points for name, points in start.items() if name.startswith("ability.")}
        self.character, self.keys = self.player.create(abilities, type="magus" if start is MIX else "companion")
        arts = self.player.api("GET", f"arts/?character={self.character}").json()["results"]
        self.keys |= {row["art"]: row["id"] for row in arts}

    def row(self, name):
        """Resource, key, and column of a number."""
        if name in self.keys:
            return ("abilities" if name.startswith("ability") else "arts"), self.keys[name], "experience_points"
        return "characters", self.character, name

    def step(self, click):
        """Resource, key and data of the increment that a click means."""
        resource, key, column = self.row(click.name)
        return resource, key, {"by": click.by} if resource != "characters" else {"by": click.by, "field": column}

    def stored(self):
        tables = {"abilities": "ability", "arts": "art", "characters": "character"}
        places = {name: self.row(name) for name in self.start}
        return {
            name: self.server.stored(f"characters_{tables[resource]}", column, key)
            for name, (resource, key, column) in places.items()
        }

    def line(self, page, name):
        resource, key, column = self.row(name)
        return page.locator(f"#{resource}-{column if resource == 'characters' else key}")

    def shown(self, page):
        cell = {True: "[data-cell=experience_points]", False: "[data-value] b"}  # a Characteristic has no experience
        texts = {name: self.line(page, name).locator(cell["." in name]).inner_text() for name in self.start}
        return {name: int(text.replace("\N{MINUS SIGN}", "-")) for name, text in texts.items()}


# --- one request per click ---


def single(server, clicks, start=ABILITIES):
    """Send each click at its time, as the API's single request."""
    clicked = Clicked(server, start)
    waits, answers = [], []
    started = time.perf_counter()
    for click in clicks:
        time.sleep(max(0.0, started + click.at - time.perf_counter()))
        resource, key, data = clicked.step(click)
        answer = clicked.player.api("POST", f"{resource}/{key}/increment/?include=sheet", json=data)
        waits.append(time.perf_counter() - started - click.at)
        answers.append(answer)
    statuses = [answer.status_code for answer in answers]
    return {
        **_traffic(answers),
        "lost": len(statuses) - statuses.count(200),
        "agrees": clicked.stored() == expected(clicks, start),
        **_waits([wait for wait, status in zip(waits, statuses, strict=True) if status == 200]),
    }


# --- a fixed window ---


def fixed(server, clicks, start=ABILITIES):
    """Send what was clicked as soon as there was no click for a while, as one batch, without learning anything."""
    clicked = Clicked(server, start)
    waits, answers, lost = [], [], 0
    started = time.perf_counter()
    for run in _runs(clicks, DEBOUNCE):
        time.sleep(max(0.0, started + run[-1].at + DEBOUNCE - time.perf_counter()))
        for part in (run[n : n + MAX_OPERATIONS] for n in range(0, len(run), MAX_OPERATIONS)):
            steps = (clicked.step(click) for click in part)
            operations = [
                {"id": new_id(), "resource": resource, "action": "increment", "target": key, "data": data}
                for resource, key, data in steps
            ]
            answer = clicked.player.api("POST", "batch/", json={"operations": operations, "include": ["sheet"]})
            answers.append(answer)
            if answer.status_code == 200:
                waits += [time.perf_counter() - started - click.at for click in part]
            else:
                lost += len(part)
    agrees = clicked.stored() == expected(clicks, start)
    return {**_traffic(answers), "lost": lost, "agrees": agrees, **_waits(waits)}


def _runs(clicks, window):
    """Clicks that follow each other within the window belong together."""
    runs = []
    for click in clicks:
        if runs and click.at - runs[-1][-1].at <= window:
            runs[-1].append(click)
        else:
            runs.append([click])
    return runs


# --- the sheet ---


def adaptive(server, page, clicks, start=ABILITIES):
    """Click on the sheet with the mouse until all is saved; compare the page, the database and the reloaded page."""
    clicked = Clicked(server, start)
    page.context.add_cookies(clicked.player.cookies)
    page.goto(f"{server.url}/characters/{clicked.character}/")
    page.locator("sync-status[state=saved]").wait_for()
    page.evaluate(RECORDER)
    answers = []
    page.on("response", lambda response: answers.append(response) if response.request.method != "GET" else None)
    places = {
        (name, by): _middle(clicked.line(page, name).locator(f"[data-by='{by}']")) for name in start for by in (1, -1)
    }
    _perform(page, clicks, places)
    page.locator("sync-status[state=saved]").wait_for(timeout=90_000)
    record = page.evaluate("recorder.result()")
    shown, stored = clicked.shown(page), clicked.stored()
    sizes_of = [answer.request.sizes() for answer in answers]  # while their page is there
    page.reload()
    statuses = [answer.status for answer in answers]
    return {
        "requests": len(statuses),
        "refused": statuses.count(429),
        "bytes": sum(sizes["requestBodySize"] + sizes["responseBodySize"] for sizes in sizes_of),
        "lost": len(clicks) - record["acked"],
        "agrees": shown == stored == clicked.shown(page) == expected(clicks, start),
        "late_frames": record["late"],
        **_waits([wait / 1000 for wait in record["waits"]]),
        "handler_p50_ms": _percentile(record["handlers"], 50),
        "handler_p99_ms": _percentile(record["handlers"], 99),
        "handler_max_ms": max(record["handlers"]),
    }


def _perform(page, clicks, places):
    """Each click at its time. Waiting through the page keeps Playwright listening to it."""
    started = time.perf_counter()
    for click in clicks:
        page.mouse.move(*places[click.name, click.by])
        while (left := started + click.at - time.perf_counter()) > 0:
            page.wait_for_timeout(left * 1000)
        page.mouse.down()
        page.mouse.up()


def _middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# --- figures ---


def _traffic(answers):
    """Requests, refusals and bytes of bodies both ways, of answers of `requests`."""
    return {
        "requests": len(answers),
        "refused": [answer.status_code for answer in answers].count(429),
        "bytes": sum(len(answer.request.body or b"") + len(answer.content) for answer in answers),
    }


def _waits(waits):
    return {"p95_s": _percentile(waits, 95), "longest_s": max(waits, default=None)}


def _percentile(values, percent):
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def run():
    from playwright.sync_api import sync_playwright

    result = {}
    with site() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        for name, clicks in patterns().items():
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            result[name] = {
                "single": single(server, clicks),
                "fixed 200 ms": fixed(server, clicks),
                "adaptive": adaptive(server, page, clicks),
            }
            page.context.close()
        browser.close()
    return result


def table(result):
    head = f"{'clicks':<24}{'policy':<14}{'requests':>9}{'KiB':>7}{'429s':>6}{'lost':>6}{'p95 wait':>10}{'longest':>9}"
    lines = [head, "-" * len(head)]
    for name, policies in result.items():
        for policy, figures in policies.items():
            p95, longest = (f"{figures[key]:.2f} s" for key in ("p95_s", "longest_s"))
            size = f"{figures['bytes'] / 1024:.0f}"
            counts = f"{figures['requests']:>9}{size:>7}{figures['refused']:>6}{figures['lost']:>6}"
            lines.append(f"{name:<24}{policy:<14}{counts}{p95:>10}{longest:>9}")
    slowest = max(policies["adaptive"]["handler_p99_ms"] for policies in result.values())
    return "\n".join([*lines, f"Click handler of the sheet, worst p99: {slowest:.2f} ms"])
