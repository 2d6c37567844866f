"""The table of `batches` as a picture: how many times as fast as single requests, one bar a contender.

An SVG of its own, with no script and no font to load; it follows the reader's light or dark theme.
"""

from __future__ import annotations

from statistics import median
from xml.sax.saxutils import escape

from tests.benchmarks.batches import Rates, ratios

WIDTH, LABEL, BAR, GAP, HEAD = 900, 320, 14, 6, 62
DECIMALS = 10  # ratios below are told with one
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1c1c1c } .title { font-size: 15px; font-weight: 600 }
.SQLite { fill: #2f6db5 } .PostgreSQL { fill: #b5522f } .others { fill-opacity: .55 } .range { stroke: #1c1c1c }
@media (prefers-color-scheme: dark) {
  text { fill: #ececec } .SQLite { fill: #7fb2f0 } .PostgreSQL { fill: #f0a07f } .range { stroke: #ececec }
}"""


def draw(result: dict[str, dict[str, Rates]]) -> str:
    """One connection only: what a person waits for."""
    places = {name.partition(",")[0]: rates for name, rates in result.items() if name.endswith("1 connection")}
    labels = list(next(iter(places.values())))[1:]
    longest = max(max(ratios(rates, label)) for rates in places.values() for label in labels if label in rates)
    scale = (WIDTH - LABEL - 60) / longest
    parts, top = [], HEAD
    for label in labels:
        bars = [(database, ratios(rates, label)) for database, rates in places.items() if label in rates]
        parts.append(_text(LABEL - 8, top + BAR * len(bars) / 2 + 4, label, anchor="end"))
        for database, times in bars:
            parts.append(_bar(top, database, times, scale, others=not label.startswith("batching")))
            top += BAR
        top += GAP
    return _page(top, list(places), parts)


def _page(height: float, databases: list[str], parts: list[str]) -> str:
    legend = [
        f'<rect class="{name}" x="{LABEL + 110 * n}" y="34" width="12" height="12"/>'
        + _text(LABEL + 110 * n + 18, 44, name)
        for n, name in enumerate(databases)
    ]
    title = "Operations a second, times single PATCH requests (median and range of the rounds)"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{title}">'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", _text(8, 20, title, kind="title"), *legend, *parts, "</svg>\n"])


def _bar(top: float, database: str, times: list[float], scale: float, *, others: bool) -> str:
    middle, least, most = (LABEL + scale * value for value in (median(times), min(times), max(times)))
    y = top + BAR / 2
    told = f"{median(times):.1f}" if median(times) < DECIMALS else f"{median(times):.0f}"
    return (
        f'<rect class="{database}{" others" if others else ""}" x="{LABEL}" y="{top:.1f}" '
        f'width="{middle - LABEL:.1f}" height="{BAR - 2}"/>'
        f'<path class="range" d="M{least:.1f} {y - 1:.1f}H{most:.1f}"/>' + _text(most + 6, y + 3, f"{told} x")
    )


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
