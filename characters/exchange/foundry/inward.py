"""An actor of Foundry VTT (arm5e) as a character, with notes on all that could not be taken along.

What this site wrote itself comes back from the flags exactly. Where somebody has changed the actor since, what reads
differently from how it left is taken from the actor, and the rest from the flags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from characters.exchange import native
from characters.exchange.foundry import keys, readings
from characters.exchange.foundry.effects import score_effects
from characters.exchange.foundry.lexicon import Lexicon
from characters.exchange.foundry.outward import VERSION
from characters.exchange.foundry.scores import as_bought
from characters.exchange.parcel import Data, Faulty, Newcomer, Parcel, Remark, Row, at
from characters.rules.characteristics import ABBREVIATIONS, HIGHEST, LOWEST
from characters.rules.effects import ScoreEffects
from characters.rules.experience import MAX_EXPERIENCE, counted

KNOWN = {
    *(
        "charType",
        "house",
        "age",
        "apparent",
        "description",
        "biography",
        "characteristics",
        "vitals",
        "con",
        "warping",
    ),
    *("decrepitude", "fatigueCurrent", "longTermFatigue", "fatigue", "arts", "states"),
}
"""Members of an actor that are read, or that follow from others."""

KNOWN_OF_ITEMS: Mapping[str, frozenset[str]] = {
    "abilities": frozenset({"key", "option", "speciality", "xp", "defaultChaAb"}),
    "virtues": frozenset({"type", "impact", "tainted"}),
    "spells": frozenset(
        {"technique", "form", "technique-req", "form-req", "range", "duration", "target", "baseLevel", "complexity"}
        | {"targetSize", "enhancingRequisite", "level", "ritual", "xp"}
    ),
    "traits": frozenset({"xp", "points"}),
    "reputations": frozenset({"xp", "points", "type"}),
    "possessions": frozenset(
        {
            "load",
            "init",
            "atk",
            "dfn",
            "dam",
            "str",
            "ability",
            "equipped",
            "prot",
            "full",
            "quantity",
            "weight",
            "carried",
        }
    ),
}
BOOKKEEPING = frozenset({"source", "page", "indexKey", "img"})

UNIQUE = {
    "abilities": ("ability", "instance"),
    "arts": ("art",),
    "spells": ("name", "level"),
    "traits": ("name",),
    "reputations": ("content", "type"),
}
"""What rows of a character cannot share."""


def parcel(actor: Data, lexicon: Lexicon) -> Parcel:
    """The one character of an actor. Raises Faulty where it is none."""
    inward = Inward(actor, lexicon)
    newcomer = inward.newcomer()
    return Parcel(newcomers=[newcomer], notes=inward.notes)


class Inward:
    """Reads one actor."""

    def __init__(self, actor: Data, lexicon: Lexicon) -> None:
        self.actor = actor
        self.lexicon = lexicon
        self.notes: list[Remark] = []
        self.system = _system(actor)
        self.flags = self._flags(actor, "", "own", "character")
        self.items = list(self._items())

    def newcomer(self) -> Newcomer:
        virtues = [self._row(*found) for found in self._found("virtues")]
        own = self._own([row.data for row in virtues])
        effects = score_effects([row.data for row in virtues], self.lexicon)
        rows = [*virtues]
        for resource in native.RESOURCES:
            if resource == "arts":
                rows += self._arts(own["type"] == "magus", effects)
            elif resource != "virtues":
                rows += [self._counted(self._row(*found), effects) for found in self._found(resource)]
            rows += self._kept(resource)
        self._note_members(self.system, "system", KNOWN)
        self._note_items()
        return Newcomer(path="", data=own, rows=list(self._unique(rows)))

    def _flags(self, holder: Data, path: str, member: str, resource: str) -> Data:
        """What this site wrote. Anybody can write there: what is not as it should be is left aside."""
        found = _object(_object(holder.get("flags")).get(keys.FLAG))
        if not found or (found.get("version", VERSION) == VERSION and native.is_row(found.get(member), resource)):
            return found
        self.note(
            at(at(path, "flags"), keys.FLAG), "This was not written by this version of the site; it was left aside."
        )
        return {}

    def note(self, path: str, detail: str) -> None:
        self.notes.append(Remark(path, detail))

    # --- the actor's own ---

    def _own(self, virtues: Sequence[Data]) -> Data:
        now = readings.actor(self.system, self.actor.get("name"), self.lexicon)
        self._note_unread(now)
        known, then = _object(self.flags.get("own")), _object(self.flags.get("seen"))
        changed = {name: value for name, value in now.items() if name not in then or then[name] != value}
        bought, size = as_bought(now, virtues, self.lexicon)
        for name in ABBREVIATIONS if known else ():
            changed.pop(f"{name}_lost", None)
        for name in (name for name in ABBREVIATIONS if name in changed):
            changed[name] = self._bought(name, now[name], bought[name])
        if "size" in changed:
            changed["size"] = max(-10, min(size, 20))
        own = {**known, **changed}
        return {**own, "house": None} if own.get("type") == "grog" else own

    def _bought(self, name: str, value: int, bought: int | None) -> int:
        if bought is not None:
            return bought
        nearest = max(LOWEST, min(value, HIGHEST))
        path = f"system.characteristics.{keys.CHARACTERISTICS[name]}"
        self.note(path, f"{value} cannot be bought with these Virtues and Flaws; {nearest} was taken.")
        return nearest

    def _note_unread(self, now: Data) -> None:
        kind, house = (readings.text(self.system.get(name), 40) for name in ("charType", "house"))
        if kind and kind not in keys.READ_TYPES:
            self.note("system.charType", f"{kind!r} is no type of character here; {now['type']} was taken.")
        if house not in ("", "n-a", "gen") and now["house"] is None:
            self.note("system.house", f"There is no House {house!r}.")

    def _arts(self, magus: bool, effects: ScoreEffects) -> Iterator[Row]:
        """Those that left, in their order, then the others: a magus knows all, anybody else those with experience."""
        flags = [flag for flag in _objects(self.flags.get("arts")) if native.is_row(flag.get("row"), "arts")]
        kept = {flag["row"]["art"]: flag for flag in flags}
        for id in [*kept, *(id for id in self.lexicon.arts.values() if id not in kept)]:
            if id not in self.lexicon.art_keys:
                continue
            now = readings.art(self.system, id, self.lexicon)
            if id in kept or now["raw"] or (magus and not self.flags):
                path = f"system.arts.{self.lexicon.art_keys[id]}"
                yield self._counted(Row(path=path, resource="arts", data=_merged(now, kept.get(id, {}))), effects)

    # --- items ---

    def _items(self) -> Iterator[tuple[str, Data]]:
        items = self.actor.get("items", [])
        if not isinstance(items, list):
            raise Faulty([Remark("items", "Expected a list.")], "malformed")
        for index, item in enumerate(items):
            path = at("items", index)
            if not isinstance(item, dict) or not isinstance(item.get("type"), str):
                self.note(path, "This is no item.")
            else:
                yield path, {**item, "system": _object(item.get("system", item.get("data")))}

    def _found(self, resource: str) -> Iterator[tuple[str, str, Data, Data]]:
        """The items that become rows of a resource: where, of what, how they read, and their flags."""
        for path, item in self.items:
            kind, read = readings.READINGS.get(item["type"], ("", None))
            if kind != resource or read is None:
                continue
            now, flags = read(item, self.lexicon), self._flags(item, path, "row", resource)
            if now is None and not flags:
                name = readings.text(item.get("name"), 80)
                self.note(path, f"There is no {item['type']} {name!r} in the catalogue; it was left out.")
                continue
            if now is None and flags.get("seen") is not None:
                self.note(path, "What this is now is not in the catalogue; it was taken as it was before.")
            yield path, resource, now or {}, flags

    def _row(self, path: str, resource: str, now: Data, flags: Data) -> Row:
        return Row(path=path, resource=resource, data=_merged(now, flags))

    def _counted(self, row: Row, effects: ScoreEffects) -> Row:
        """The row with experience as it counts: Affinity multiplies, and the book rounds up."""
        if "raw" not in row.data:
            return row
        data = {name: value for name, value in row.data.items() if name != "raw"}
        names = {"abilities": ("ability", "instance"), "arts": ("art", ""), "spells": ("", "name")}[row.resource]
        id, instance = data.get(names[0], "ability.spell-mastery"), data.get(names[1], "")
        points = counted(row.data["raw"], effects.multiplier(id, instance))
        return Row(
            path=row.path, resource=row.resource, data={**data, "experience_points": min(points, MAX_EXPERIENCE)}
        )

    def _kept(self, resource: str) -> Iterator[Row]:
        """Rows that Foundry has no item for."""
        path = f"flags.{keys.FLAG}.rows.{resource}"
        for index, data in enumerate(_objects(_object(self.flags.get("rows")).get(resource))):
            if native.is_row(data, resource):
                yield Row(path=at(path, index), resource=resource, data=data)
            else:
                self.note(at(path, index), "This is not as it should be; it was left out.")

    def _unique(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows, each once."""
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            names = UNIQUE.get(row.resource)
            key = (row.resource, *(str(row.data.get(name)) for name in names)) if names else None
            if key in seen:
                self.note(row.path, "This is there twice; the first was taken.")
                continue
            if key is not None:
                seen.add(key)
            yield row

    # --- what was not read ---

    def _note_items(self) -> None:
        """Items of other types one by one; members of items that nobody read, counted by name."""
        unread: Counter[str] = Counter()
        for path, item in self.items:
            resource = readings.READINGS.get(item["type"], ("", None))[0]
            if not resource:
                name = readings.text(item.get("name"), 80)
                self.note(path, f"{name!r} is of the type {item['type'][:40]!r}, which has no place here.")
            elif not _object(item.get("flags")).get(keys.FLAG):
                known = KNOWN_OF_ITEMS[resource] | BOOKKEEPING
                unread.update(name for name, value in item["system"].items() if name not in known and _says(value))
        for name, number in sorted(unread.items()):
            self.note("items", f"{name[:80]!r} of {number} of them has no place here.")

    def _note_members(self, members: Data, path: str, known: set[str]) -> None:
        for name, value in members.items():
            if name not in known and _says(value):
                self.note(at(path, name[:80]), "This has no place here.")
        for name, value in _object(members.get("description")).items():
            if name != "apprentice" and _says(value):
                self.note(f"{path}.description.{name[:80]}", "This has no place here.")


def _merged(now: Data, flags: Data) -> Data:
    """A row as it left, with what has changed since; or as it reads, if it never left."""
    row, then = _object(flags.get("row")), _object(flags.get("seen"))
    return {**row, **{name: value for name, value in now.items() if name not in then or then[name] != value}}


def _system(actor: Data) -> Data:
    found = actor.get("system", actor.get("data"))
    if not isinstance(found, dict):
        raise Faulty([Remark("system", "Expected an object.")], "malformed")
    if actor.get("type") not in ("player", "npc"):
        raise Faulty([Remark("type", "Only actors of the types player and npc are characters.")], "invalid")
    return found


def _object(value: Any) -> Data:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Data]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _says(value: Any) -> bool:
    """Whether a member holds anything that somebody may have entered; boxes and labels around nothing do not count."""
    if isinstance(value, dict):
        return any(_says(below) for name, below in value.items() if name not in ("label", "dtype", "type"))
    if isinstance(value, list):
        return any(map(_says, value))
    return value not in (None, "", 0, False)
