"""Actors of Foundry VTT (R54): exact for this site, listed losses for Foundry itself, dirty data tolerated."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json

import pytest

from characters import published
from characters.exchange import exports, foundry, imports, native
from characters.exchange.foundry import keys
from characters.exchange.parcel import Faulty
from characters.models import Character

pytestmark = pytest.mark.django_db

PRINTED = {printed["id"]: printed for printed in published.read()}


@pytest.fixture
def lexicon():
    return exports.lexicon()


@pytest.fixture
def leave(alice, lexicon):
    """A published character as it is stored, and the actor that it leaves as, through JSON."""

    def leave(id):
        (content,) = exports.contents([Character.objects.get(pk=published.load(PRINTED[id], alice).key)])
        return content, json.loads(json.dumps(foundry.actor(content, lexicon)))

    return leave


def arrive(actor, owner, **options):
    """What is stored of an actor that comes in, and the notes about it."""
    report = imports.bring(imports.unpack(actor), owner, duplicates="copy", **options)
    (content,) = exports.contents([Character.objects.get(pk=report.arrivals[0].key)])
    return content, [str(note) for note in report.notes]


def bare(actor):
    """The actor as somebody without this site would have it."""
    plain = copy.deepcopy(actor)
    for holder in (plain, *plain["items"]):
        holder.pop("flags")
    return plain


# --- our own round trip ---


@pytest.mark.parametrize("id", PRINTED)
def test_published_characters_return_as_they_left(alice, leave, id):
    content, actor = leave(id)
    back, notes = arrive(actor, alice)
    assert {**back, "name": content["name"]} == content
    assert notes == []


# --- what Foundry itself can hold ---


def differences(there, back, path=""):
    """Paths at which two contents differ, with * for positions of rows."""
    if isinstance(there, dict) and isinstance(back, dict):
        return {
            found
            for name in there.keys() | back.keys()
            for found in differences(there.get(name), back.get(name), f"{path}.{name}" if path else name)
        }
    if isinstance(there, list) and isinstance(back, list) and len(there) == len(back):
        return {
            found for one, other in zip(there, back, strict=True) for found in differences(one, other, f"{path}[*]")
        }
    return set() if there == back else {path}


LOST = {
    "abilities[*].native",
    "aging_settled",
    "arts[*].bonus_experience",
    "attacks",
    "communication",  # after what aging has cost, which stays with it
    "communication_lost",
    "confidence_points",  # a number where none was said
    "confidence_score",
    "presence",
    "presence_lost",
    "spells[*].focus",
    "virtues[*].granted_by_house",
}


def test_what_foundry_itself_loses_is_known(alice, leave):
    """Of the published characters, for somebody who has no use for our flags. All else comes back."""
    lost, told = set(), set()
    for id in PRINTED:
        content, actor = leave(id)
        back, notes = arrive(bare(actor), alice)
        lost |= differences({**content, "name": ""}, {**back, "name": ""})
        told |= set(notes)
    assert lost == LOST
    assert told == set()


def test_what_no_published_character_has_and_foundry_loses(alice, lexicon):
    own = {
        "mode": "play",
        "apparent_age": None,
        "years_after_apprenticeship": 4,
        "lab_seasons": 2,
        "extra_experience": 30,
        "light_wounds": 1,
        "notes": "One\n\nTwo",
    }
    rows = {
        "abilities": [{"ability": "ability.spell-mastery", "instance": "Pilum of Fire", "experience_points": 5}],
        "virtues": [{"virtue": "virtue.tough", "granted": True, "assumed": True, "notes": "hard"}],
        "spells": [
            {
                "name": "Own",
                "technique": "art.creo",
                "form": "art.ignem",
                "level": 12,
                "requisites": {"technique": ["art.rego"], "form": []},
                "range": "Road",
                "duration": "Sun",
                "target": "Part",
                "notes": "n",
                "mastery_abilities": ["Fast Casting"],
            }
        ],
        "reputations": [{"content": "Scholar", "type": "academic"}],
        "possessions": [
            {"kind": "weapon", "name": "Staff of Oak", "worn": False, "notes": "n", "atk": None, "load": 1}
        ],
    }
    document = native.document([{"name": "Nova", "type": "magus", **own, **rows}])
    key = imports.bring(imports.unpack(document), alice).arrivals[0].key
    (content,) = exports.contents([Character.objects.get(pk=key)])
    back, notes = arrive(foundry.actor(content, lexicon), alice)
    assert ({**back, "name": "Nova"}, notes) == (content, [])
    plain, _ = arrive(bare(foundry.actor(content, lexicon)), alice)
    assert plain["spells"][0]["level"] == 12
    assert differences({**content, "name": ""}, {**plain, "name": ""}) == {
        "abilities",
        "apparent_age",
        "arts",  # Foundry has all fifteen
        "confidence_points",
        "confidence_score",
        "extra_experience",
        "lab_seasons",
        "light_wounds",
        "mode",
        "possessions[*].ability",
        "possessions[*].notes",
        "possessions[*].worn",
        "possessions[*].atk",
        "possessions[*].dam",
        "possessions[*].dfn",
        "possessions[*].init",
        "possessions[*].min_str",
        "reputations[*].type",
        "spells[*].mastery_abilities",
        "spells[*].notes",
        "spells[*].range",
        "virtues[*].assumed",
        "virtues[*].granted",
        "virtues[*].notes",
        "years_after_apprenticeship",
    }


# --- what Foundry reads ---


def test_foundry_computes_our_scores(leave):
    """Experience stands before Affinity; Affinity and Puissant are effects of their Virtues."""
    _, actor = leave("example.magus.flambeau")
    assert actor["system"]["arts"]["forms"]["ig"]["xp"] == 52  # counts 78
    changes = {
        item["name"]: [
            (change["key"], change["value"]) for effect in item["effects"] for change in effect["system"]["changes"]
        ]
        for item in actor["items"]
        if item["effects"]
    }
    assert changes == {
        "Affinity with Creo": [("system.arts.techniques.cr.xpCoeff", 1.5)],
        "Affinity with Ignem": [("system.arts.forms.ig.xpCoeff", 1.5)],
        "Puissant Ignem": [("system.arts.forms.ig.bonus", 3)],
    }


def test_spells_carry_range_duration_and_target_of_the_grimoire(leave):
    _, actor = leave("example.magus.flambeau")
    (pilum,) = (item["system"] for item in actor["items"] if item["name"] == "Pilum of Fire")
    assert [pilum[name]["value"] for name in ("technique", "form", "range", "duration", "target")] == [
        "cr",
        "ig",
        "voice",
        "moment",
        "ind",
    ]
    assert (pilum["baseLevel"], pilum["complexity"]) == (10, 0)


@pytest.mark.parametrize(
    ("ability", "instance", "key", "option"),
    [
        ("ability.area-lore", "Provence", "areaLore", "Provence"),
        ("ability.awareness", "", "awareness", ""),
        ("ability.common-law", "", "law", "common"),
        ("ability.hex", "", "supernatural", "Hex"),
        ("ability.judaic-lore", "", "organizationLore", "Judaic Lore"),
    ],
)
def test_options_of_abilities_lead_there_and_back(lexicon, ability, instance, key, option):
    known = lexicon.ability_key(ability, instance)
    assert (known.key, known.option) == (key, option)
    assert lexicon.ability(key, option, "") == (ability, instance)


def test_every_ability_has_a_key_that_leads_back(lexicon):
    lost = []
    for entry in lexicon.catalogue.abilities.values():
        instance = "Somewhere" if entry.needs_instance else ""
        known = lexicon.ability_key(entry.id, instance)
        if known is None or lexicon.ability(known.key, known.option, "") != (entry.id, instance):
            lost.append(entry.id)
    assert lost == ["ability.spell-mastery"]


def test_every_virtue_and_spell_is_found_by_its_name(lexicon):
    for entry in lexicon.catalogue.virtues.values():
        assert lexicon.virtue(entry.kind, entry.name)[0].id == entry.id
    for id, spell in lexicon.spells.items():
        assert lexicon.spell(spell["name"])[0]["id"] == id


# --- changed in Foundry ---


def item(actor, name):
    return next(one for one in actor["items"] if one["name"] == name)


def test_what_was_changed_in_foundry_comes_in_and_the_rest_stays(alice, leave):
    content, actor = leave("example.magus.flambeau")
    actor["system"]["characteristics"]["str"]["value"] = 1
    actor["system"]["arts"]["forms"]["ig"]["xp"] = 60
    item(actor, "Latin")["system"]["xp"] = 75
    item(actor, "Brave")["system"]["xp"] = 5
    actor["items"].remove(item(actor, "Thoughtful"))
    actor["items"].append(
        {"type": "ability", "name": "Swim", "system": {"key": "swim", "xp": 15, "speciality": "rivers"}}
    )
    back, notes = arrive(actor, alice)
    assert notes == []
    expected = copy.deepcopy({**content, "name": back["name"], "strength": 1})
    expected["arts"][next(i for i, row in enumerate(content["arts"]) if row["art"] == "art.ignem")][
        "experience_points"
    ] = 90
    next(row for row in expected["abilities"] if row["instance"] == "Latin")["experience_points"] = 75
    next(row for row in expected["traits"] if row["name"] == "Brave")["score"] = 1
    expected["traits"] = [row for row in expected["traits"] if row["name"] != "Thoughtful"]
    swim = {"ability": "ability.swim", "instance": "", "specialty": "rivers", "native": False, "experience_points": 15}
    expected["abilities"].append(swim)
    assert back == expected


@pytest.mark.parametrize(
    "flags",
    [
        {"version": 1, "own": {"owner": 1, "name": "X"}},
        {"version": 1, "own": {"name": "X", "abilities": [{}]}},
        {"version": 99, "own": {}},
        {"own": []},
        {"version": 1, "own": {"name": "X" * 500}, "arts": {"a": 1}, "rows": [1]},
    ],
)
def test_flags_that_somebody_else_wrote_are_left_aside(alice, leave, flags):
    content, actor = leave("example.grog.berserker")
    actor["flags"]["ars-magica-sheets"] = flags
    back, notes = arrive(actor, alice)
    assert notes == ["flags.ars-magica-sheets: This was not written by this version of the site; it was left aside."]
    assert back["abilities"] == content["abilities"]


def test_flags_of_items_cannot_smuggle_anything_in(alice, bob, leave):
    _, actor = leave("example.grog.berserker")
    for one in actor["items"]:
        one["flags"]["ars-magica-sheets"]["row"] |= {"character": 1, "id": 1, "revision": 7}
    back, notes = arrive(actor, alice)
    assert len(notes) == len(actor["items"])
    assert back["abilities"]


# --- what others have ---


def guernicus(*items, **system):
    """An actor as others keep them: boxes here and there, numbers as text, leftovers of older versions."""
    return {
        "name": "Guernicus",
        "type": "player",
        "img": "systems/arm5e/x.svg",
        "prototypeToken": {},
        "system": {
            "charType": {"value": "magus"},
            "house": {"value": "gue"},
            "age": "31",
            "description": {"apprentice": {"value": 10}, "born": {"value": 1195}, "hair": {"value": ""}},
            "biography": "<p>A <b>quaesitor</b> &amp; judge.</p><p>Old<br>friend</p>",
            "characteristics": {"int": {"value": "3"}, "per": 2, "str": {"value": None}},
            "con": {"score": 1, "points": 3},
            "arts": {"techniques": {"in": {"xp": 55}}, "forms": {"co": {"xp": "15"}, "vi": None}},
            "dom-mag": {"value": "Magvillus"},
            "reputations": {"0": {"label": "", "value": 0}},
            **system,
        },
        "items": list(items),
    }


def test_raw_experience_is_multiplied_and_rounded_up(alice):
    affinity = {"type": "virtue", "name": "Affinity with Intellego", "system": {"type": "hermetic", "impact": "minor"}}
    back, _ = arrive(guernicus(affinity), alice)
    assert next(row for row in back["arts"] if row["art"] == "art.intellego")["experience_points"] == 83
    assert len(back["arts"]) == 15


def test_dirty_data_is_read_as_far_as_it_goes(alice):
    back, notes = arrive(guernicus(), alice)
    assert (back["age"], back["intelligence"], back["perception"], back["strength"]) == (31, 3, 2, 0)
    assert (back["house"], back["apprenticed_at"]) == ("house.guernicus", 10)
    assert back["notes"] == "A quaesitor & judge.\nOld\nfriend"
    assert notes == ["system.dom-mag: This has no place here.", "system.description.born: This has no place here."]


def test_an_actor_with_next_to_nothing_is_an_adult_of_no_distinction(alice):
    back, notes = arrive({"name": "", "type": "player", "system": {}, "items": []}, alice)
    assert (back["name"], back["age"], back["strength"], notes) == ("Nameless", 25, 0, [])


def test_names_say_what_was_chosen(alice):
    """The compendium's ways: brackets, the Ability in the effects, the option in the key."""
    virtue = {"type": "virtue", "system": {"impact": {"value": "minor"}}}
    change = {"key": "system.bonuses.skills.areaLore_Provence.bonus", "value": 2}
    items = [
        {**virtue, "name": "Puissant (Magic Theory)"},
        {**virtue, "name": "Puissant Ability", "effects": [{"system": {"changes": [change]}}]},
        {**virtue, "name": "Affinity with Art", "effects": [{"changes": [{"key": "system.arts.forms.ig.xpCoeff"}]}]},
        {**virtue, "name": "Great Intelligence"},
        {"type": "flaw", "name": "Driven (to find the truth)", "system": {"impact": {"value": "major"}}},
        {"type": "virtue", "name": "The Gift", "system": {"impact": {"value": "Special"}}},
    ]
    back, _ = arrive(guernicus(*items, characteristics={"int": {"value": 4}}), alice)
    assert [(row["virtue"], row["size"], row["parameters"]) for row in back["virtues"]] == [
        ("virtue.puissant-ability", "minor", [{"ability": "ability.magic-theory", "instance": None}]),
        ("virtue.puissant-ability", "minor", [{"ability": "ability.area-lore", "instance": "Provence"}]),
        ("virtue.affinity-with-art", "minor", [{"art": "art.ignem"}]),
        ("virtue.great-characteristic", "minor", [{"characteristic": "Int"}]),
        ("flaw.driven", "major", [{"text": "to find the truth"}]),
        ("virtue.the-gift", "free", []),
    ]
    assert back["intelligence"] == 3, "bought"


def test_what_is_unknown_is_listed_and_nothing_else_is_lost(alice):
    items = [
        {
            "type": "ability",
            "name": "Swim",
            "system": {"key": "swim", "xp": 5, "description": "<p>Wet</p>", "page": 66},
        },
        {"type": "ability", "name": "Basket Weaving", "system": {"key": "weaving", "xp": 5}},
        {"type": "virtue", "name": "Luck of the Irish", "system": {}},
        {"type": "diaryEntry", "name": "Spring 1220", "system": {}},
        {"type": "ability", "name": "Swimming", "system": {"key": "swim", "xp": 15}},
        "nonsense",
    ]
    back, notes = arrive(guernicus(*items, charType="dragon", house="xyz", covenant={"value": "Durenmar"}), alice)
    assert [(row["ability"], row["experience_points"]) for row in back["abilities"]] == [("ability.swim", 5)]
    assert sorted(notes) == [
        "items: 'description' of 1 of them has no place here.",
        "items[1]: There is no ability 'Basket Weaving' in the catalogue; it was left out.",
        "items[2]: There is no virtue 'Luck of the Irish' in the catalogue; it was left out.",
        "items[3]: 'Spring 1220' is of the type 'diaryEntry', which has no place here.",
        "items[4]: This is there twice; the first was taken.",
        "items[5]: This is no item.",
        "system.charType: 'dragon' is no type of character here; magus was taken.",
        "system.covenant: This has no place here.",
        "system.description.born: This has no place here.",
        "system.dom-mag: This has no place here.",
        "system.house: There is no House 'xyz'.",
    ]


def test_older_exports_are_read(alice):
    """Before Foundry 10: `data` instead of `system`, and points instead of experience."""
    actor = guernicus()
    actor["data"] = actor.pop("system")
    actor["items"] = [
        {"type": "personality", "name": "Brave", "data": {"points": 3}},
        {"type": "ability", "name": "Swim", "data": {"key": {"value": "swim"}, "xp": "15"}},
    ]
    back, _ = arrive(actor, alice)
    assert back["traits"] == [{"name": "Brave", "score": 3}]
    assert back["abilities"][0]["experience_points"] == 15


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system": []}, "system: Expected an object."),
        ({"items": {}}, "items: Expected a list."),
        ({"type": "covenant"}, "type: Only actors"),
        ({"type": None}, "type: Only actors"),
    ],
)
def test_what_is_no_character_is_refused(alice, change, words):
    with pytest.raises(Faulty, match=words):
        arrive({**guernicus(), **change}, alice)
    assert not Character.objects.exists()


def test_markup_and_paths_stay_words(alice):
    actor = guernicus({"type": "personalityTrait", "name": "<img src=x onerror=alert(1)>", "system": {"xp": 5}})
    back, _ = arrive({**actor, "name": "../../x", "img": "file:///etc/passwd"}, alice)
    assert (back["name"], back["traits"][0]["name"]) == ("../../x", "<img src=x onerror=alert(1)>")


def test_whatever_stands_in_an_actor_there_is_an_answer(alice, leave):
    """Each member in turn is something else: it is read, noted or refused, and never fails."""
    _, actor = leave("example.magus.tremere")
    values = itertools.cycle([None, {}, "x", -1, 10**12, [{"x": 1}], True])
    for path, value in zip(places(actor), values, strict=False):
        changed = copy.deepcopy(actor)
        put(changed, path, value)
        with contextlib.suppress(Faulty):
            imports.unpack(changed)


def places(actor):
    """Paths of the members of the actor, of its system, of one item of each type, and of the flags."""
    yield from ((name,) for name in actor)
    yield from (("system", name) for name in actor["system"])
    yield from (("flags", keys.FLAG, name) for name in actor["flags"][keys.FLAG])
    firsts = {one["type"]: index for index, one in reversed(list(enumerate(actor["items"])))}
    for index in firsts.values():
        yield from (("items", index, name) for name in actor["items"][index])
        yield from (("items", index, "system", name) for name in actor["items"][index]["system"])
        yield from (("items", index, "flags", keys.FLAG, name) for name in ("row", "seen"))


def put(holder, path, value):
    *way, last = path
    for step in way:
        holder = holder[step]
    holder[last] = value
