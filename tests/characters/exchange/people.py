"""Documents of chance: characters as players could have them, every member filled."""

from __future__ import annotations

from hypothesis import strategies as st

from characters.catalogue.reference import reference
from characters.exchange import native
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.condition import WOUNDS
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "'; DROP TABLE x; --",
    "{{ 7*7 }}",
    "\u202e",
]


def words(most=20, least=0):
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    some = st.text(letters, min_size=least, max_size=most) | st.sampled_from(
        [word for word in HOSTILE if len(word) <= most]
    )
    return some.map(str.strip).filter(lambda text: len(text) >= least)


def maybe(strategy):
    return st.none() | strategy


experience = st.integers(0, 200) | st.integers(0, MAX_EXPERIENCE)
figure = maybe(st.integers(-100, 100))


def _unique(rows, *names):
    return st.lists(rows, max_size=5, unique_by=lambda row: tuple(row[name] for name in names))


def documents():
    """A strategy; the catalogue must be in the database when it is asked for."""
    catalogue = reference().rules
    return st.lists(_characters(catalogue), min_size=1, max_size=2).map(native.document)


def _characters(catalogue):
    kinds = st.sampled_from(["grog", "companion", "mythic_companion", "magus"])
    return kinds.flatmap(lambda kind: _of_kind(kind, catalogue))


def _of_kind(kind, catalogue):
    houses = st.none() if kind == "grog" else maybe(st.sampled_from(sorted(catalogue.houses)))
    return st.fixed_dictionaries(
        {
            "name": words(least=1),
            "type": st.just(kind),
            "house": houses,
            "mode": st.sampled_from(["advisory", "enforced", "play"]),
            "age": st.integers(0, 2000),
            **{
                name: maybe(st.integers(0, 2000))
                for name in ("apparent_age", "apprenticed_at", "years_after_apprenticeship")
            },
            "lab_seasons": st.integers(0, 8000),
            "extra_experience": experience,
            "size": st.integers(-10, 20),
            **{name: st.integers(-3, 3) for name in ABBREVIATIONS},
            **{name: st.integers(0, 20) for name in AGING_POINTS},
            **{name: st.integers(0, 10) for name in AGING_LOSSES},
            "aging_settled": st.booleans(),
            "decrepitude_points": experience,
            "confidence_score": maybe(st.integers(0, 100)),
            "confidence_points": maybe(st.integers(0, 100)),
            "warping_points": experience,
            **{name: st.integers(0, 100) for name in WOUNDS},
            "fatigue": st.integers(0, 5),
            "long_term_fatigue": st.integers(0, 5),
            "notes": words(200),
            "abilities": _unique(_abilities(catalogue), "ability", "instance"),
            "arts": _unique(_arts(catalogue), "art"),
            "virtues": _unique(_virtues(catalogue), "virtue"),
            "spells": _unique(_spells(), "name", "level"),
            "traits": _unique(st.fixed_dictionaries({"name": words(least=1), "score": st.integers(-20, 20)}), "name"),
            "reputations": _unique(_reputations(), "content", "type"),
            "possessions": st.lists(_possessions(), max_size=4),
            "attacks": st.lists(_attacks(), max_size=3),
        }
    )


def _abilities(catalogue):
    def of(ability):
        needs = catalogue.needs_instance(ability)
        return st.fixed_dictionaries(
            {
                "ability": st.just(ability),
                "instance": words(least=1) if needs else st.just(""),
                "specialty": words(),
                "native": st.booleans() if ability == "ability.living-language" else st.just(False),
                "experience_points": experience,
            }
        )

    return st.sampled_from(sorted(catalogue.abilities)).flatmap(of)


def _arts(catalogue):
    return st.fixed_dictionaries(
        {
            "art": st.sampled_from(sorted(catalogue.arts)),
            "bonus_experience": experience,
            "experience_points": experience,
        }
    )


def _virtues(catalogue):
    def of(virtue):
        entry = catalogue.virtue(virtue)
        return st.fixed_dictionaries(
            {
                "virtue": st.just(virtue),
                "size": st.sampled_from(sorted(entry.allowed_sizes)),
                "parameters": st.just([]),
                "granted_by_house": st.booleans(),
                "assumed": st.booleans(),
                "granted": st.booleans(),
                "notes": words(),
            }
        )

    free = [name for name, entry in catalogue.virtues.items() if not any(one["required"] for one in entry.parameters)]
    return st.sampled_from(sorted(free)).flatmap(of) | st.builds(
        lambda art, notes: {
            "virtue": "virtue.affinity-with-art",
            "size": "minor",
            "parameters": [{"art": art}],
            "granted_by_house": False,
            "assumed": False,
            "granted": False,
            "notes": notes,
        },
        st.sampled_from(sorted(catalogue.arts)),
        words(),
    )


def _spells():
    return st.fixed_dictionaries(
        {
            "spell": st.none(),
            "parameter": st.none() | st.just("art.ignem"),
            "name": words(least=1),
            "technique": st.sampled_from(["art.creo", "art.rego"]),
            "form": st.sampled_from(["art.ignem", "art.vim"]),
            "requisites": st.sampled_from(
                [{}, {"technique": [], "form": []}, {"technique": ["art.muto"], "form": ["art.auram"]}]
            ),
            "level": st.integers(1, 500),
            "range": words(),
            "duration": words(),
            "target": words(),
            "ritual": st.booleans(),
            "focus": st.booleans(),
            "experience_points": experience,
            "mastery_abilities": st.lists(words(least=1), max_size=3),
            "notes": words(),
        }
    ) | st.just(
        {
            "spell": "spell.pilum-of-fire",
            "parameter": None,
            "name": "Pilum of Fire",
            "technique": "art.creo",
            "form": "art.ignem",
            "requisites": {"technique": [], "form": []},
            "level": 20,
            "range": "Voice",
            "duration": "Momentary",
            "target": "Individual",
            "ritual": False,
            "focus": True,
            "experience_points": 5,
            "mastery_abilities": ["Fast Casting"],
            "notes": "",
        }
    )


def _reputations():
    return st.fixed_dictionaries(
        {
            "content": words(least=1),
            "type": st.sampled_from(["", "local", "ecclesiastical", "hermetic", "academic"]),
            "experience_points": experience,
        }
    )


def _possessions():
    return st.sampled_from(["weapon", "shield", "armor", "other"]).flatmap(
        lambda kind: st.fixed_dictionaries(
            {
                "kind": st.just(kind),
                "item": st.just("") if kind != "weapon" else st.sampled_from(["", "weapon.axe"]),
                "name": words(least=1),
                "coverage": st.sampled_from(["", "partial", "full"]) if kind == "armor" else st.just(""),
                "carried": st.booleans(),
                "worn": st.booleans(),
                "load": maybe(st.integers(0, 1000)),
                "protection": maybe(st.integers(0, 100)),
                "ability": maybe(st.just("ability.brawl")),
                **dict.fromkeys(("init", "atk", "dfn", "dam", "min_str"), figure),
                "notes": words(),
            }
        )
    )


def _attacks():
    return st.fixed_dictionaries(
        {
            "name": words(),
            "weapon": words(least=1),
            "shield": words(),
            "ability": maybe(st.just("ability.brawl")),
            "mounted": st.booleans(),
            "specialty_applies": maybe(st.booleans()),
        }
    )
