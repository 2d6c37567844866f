"""What players choose with Virtues and Flaws, against the catalogue's own parameters (R50)."""

from __future__ import annotations

import pytest

from characters.catalogue.reference import reference
from characters.models import CatalogueVirtue
from characters.rules import parameters

pytestmark = pytest.mark.django_db


@pytest.fixture
def check():
    catalogue = reference().rules

    def run(virtue, *values):
        return parameters.check(CatalogueVirtue.objects.get(id=virtue).parameters, values, catalogue)

    return run


@pytest.mark.parametrize(
    ("virtue", "values"),
    [
        ("virtue.puissant-ability", [{"ability": "ability.music", "instance": None}]),
        ("virtue.puissant-ability", [{"ability": "ability.area-lore", "instance": "Provence"}]),
        ("virtue.puissant-art", [{"art": "art.vim"}]),
        ("flaw.deficient-technique", [{"art": "art.creo"}]),
        ("flaw.deficient-form", [{"art": "art.vim"}]),
        ("virtue.great-characteristic", [{"characteristic": "Dex"}]),
        ("virtue.student-of-realm", [{"realm": "Faerie"}]),
        ("virtue.doctor-in-faculty", [{"choice": "Medicine"}]),
        ("virtue.faerie-blood", [{"choice": "Satyr"}]),
        ("virtue.faerie-blood", [{"choice": "of a river"}]),
        ("flaw.false-power", [{"choice": "virtue.second-sight"}]),
        ("virtue.major-magical-focus", [{"text": "flames"}]),
        ("flaw.corrupted-arts", [[{"art": "art.creo"}, {"art": "art.vim"}]]),
        ("virtue.tough", []),
    ],
)
def test_right_values_are_kept_as_they_are(check, virtue, values):
    assert check(virtue, *values) == (values, {})


@pytest.mark.parametrize(
    ("virtue", "values", "index", "word"),
    [
        ("virtue.puissant-ability", [], 0, "choose an Ability"),
        ("virtue.puissant-ability", [None], 0, "choose an Ability"),
        ("virtue.puissant-ability", [{"art": "art.creo"}], 0, '"ability"'),
        ("virtue.puissant-ability", [{"ability": "ability.nonsense"}], 0, "no Ability 'ability.nonsense'"),
        ("virtue.puissant-ability", [{"ability": "ability.area-lore"}], 0, "needs an instance"),
        ("virtue.puissant-ability", [{"ability": "ability.music", "instance": "flute"}], 0, "no instances"),
        (
            "virtue.puissant-ability",
            [{"ability": "ability.area-lore", "instance": 5}],
            0,
            "a text is expected",
        ),
        (
            "virtue.puissant-ability",
            [{"ability": "ability.area-lore", "instance": "x" * 81}],
            0,
            "at most 80",
        ),
        ("virtue.puissant-ability", [{"ability": "ability.music", "score": 5}], 0, "unknown member 'score'"),
        ("virtue.puissant-ability", ["ability.music"], 0, "an object"),
        ("virtue.puissant-ability", [{"ability": ["ability.music"]}], 0, "an object"),
        ("virtue.puissant-ability", [{"ability": "x" * 300}], 0, "at most 200"),
        ("virtue.puissant-art", [{"art": "art.nonsense"}], 0, "no Art"),
        ("flaw.deficient-technique", [{"art": "art.vim"}], 0, "not a Technique"),
        ("flaw.deficient-form", [{"art": "art.creo"}], 0, "not a Form"),
        ("flaw.incompatible-arts", [{"art": "art.creo"}, {"art": "art.rego"}, None], 1, "not a Form"),
        ("virtue.great-characteristic", [{"characteristic": "Strength"}], 0, "one of Int"),
        ("virtue.student-of-realm", [{"realm": "Dream"}], 0, "one of Magic"),
        ("virtue.doctor-in-faculty", [{"choice": "Alchemy"}], 0, "one of Medicine"),
        ("virtue.faerie-blood", [{"choice": " "}], 0, "one of Bee King"),
        ("flaw.false-power", [{"choice": "virtue.tough"}], 0, "not a Supernatural virtue"),
        ("flaw.flawed-powers", [{"choice": "virtue.second-sight"}], 0, "not a major Hermetic flaw"),
        ("virtue.major-magical-focus", [{"text": 5}], 0, '"text"'),
        ("virtue.major-magical-focus", [{"text": "a\x00b"}], 0, "cannot be stored"),
        ("virtue.major-magical-focus", [{"text": "\ud800"}], 0, "cannot be stored"),
        ("virtue.major-magical-focus", [{"text": "x" * 201}], 0, "at most 200"),
        ("flaw.corrupted-arts", [{"art": "art.creo"}], 0, "a list"),
        ("flaw.corrupted-arts", [[]], 0, "1 to 100 values"),
        ("flaw.restricted-learning", [[{"ability": "ability.music"}]], 0, "5 values"),
        ("virtue.tough", [{"text": "as nails"}], 0, "no such parameter"),
    ],
)
def test_wrong_values_are_named_by_their_index(check, virtue, values, index, word):
    _, errors = check(virtue, *values)
    assert word in errors[index]


def test_of_values_too_many_only_the_first_is_named(check):
    assert check("virtue.tough", *[{"text": "x"}] * 1000) == ([], {0: "There is no such parameter."})


@pytest.mark.parametrize("values", [[], [None], [{"text": ""}]])
def test_a_text_may_be_left_open(check, values):
    assert check("virtue.major-magical-focus", *values) == ([], {})


def test_texts_are_trimmed(check):
    assert check("virtue.major-magical-focus", {"text": " flames "}) == ([{"text": "flames"}], {})


def test_all_parameters_of_the_catalogue_are_understood():
    """A kind that nobody checks would surface as a crash on somebody's sheet."""
    catalogue = reference().rules
    for entry in CatalogueVirtue.objects.all():
        _, errors = parameters.check(entry.parameters, [None] * len(entry.parameters), catalogue)
        required = {index for index, parameter in enumerate(entry.parameters) if parameter["required"]}
        assert set(errors) == required, entry.id


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"ability": "ability.area-lore", "instance": "Provence"}, "Provence Lore"),
        ({"ability": "ability.gone", "instance": None}, "Gone"),
        ({"art": "art.creo"}, "Creo"),
        ({"characteristic": "Qik"}, "Quickness"),
        ({"realm": "Magic"}, "Magic"),
        ({"choice": "Medicine"}, "Medicine"),
        ({"choice": "virtue.second-sight"}, "Second Sight"),
        ({"text": "certamen"}, "certamen"),
        ([{"art": "art.creo"}, {"art": "art.vim"}], "Creo, Vim"),
        (None, ""),
    ],
)
def test_values_are_printed_by_name(value, word):
    assert parameters.words([value], reference().rules) == [word]
