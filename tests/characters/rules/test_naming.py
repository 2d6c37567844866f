from __future__ import annotations

import pytest

from characters.rules import naming


@pytest.mark.parametrize(
    ("name", "template", "instance", "printed"),
    [
        ("(Area) Lore", "{area} Lore", "Provence", "Provence Lore"),
        ("Craft (Type)", "Craft ({type})", "smith", "Craft (smith)"),
        ("(Living Language)", "{language}", "", "(Living Language)"),
        ("Awareness", "", "", "Awareness"),
        ("(Area) Lore", "{area} Lore", r"\1 {area}", r"\1 {area} Lore"),
    ],
)
def test_abilities_are_printed_with_their_instance(name, template, instance, printed):
    assert naming.ability_name(name, template, instance) == printed


@pytest.mark.parametrize(
    ("name", "template", "words", "printed"),
    [
        ("Puissant Ability", "Puissant {ability}", ["Provence Lore"], "Puissant Provence Lore"),
        ("Weakness", "", ["talking back to magi"], "Weakness (talking back to magi)"),
        ("Great (Characteristic)", "Great {characteristic}", [], "Great (Characteristic)"),
        ("Tough", "", [], "Tough"),
        (
            "Necessary",
            "Necessary {realm} Aura for {ability}",
            ["Magic", ""],
            "Necessary Magic Aura for (Ability)",
        ),
        ("Incompatible Arts", "", ["Creo", "", "Rego"], "Incompatible Arts (Creo, Rego)"),
    ],
)
def test_virtues_are_printed_with_what_was_chosen(name, template, words, printed):
    assert naming.virtue_name(name, template, words) == printed
