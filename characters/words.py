"""The game's words on pages, and the texts of the page's modules."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from characters.models import Reputation

CATEGORY_NAMES = {
    "General": gettext_lazy("General"),
    "Academic": gettext_lazy("Academic"),
    "Arcane": gettext_lazy("Arcane"),
    "Martial": gettext_lazy("Martial"),
    "Supernatural": gettext_lazy("Supernatural"),
    "Spell Mastery": gettext_lazy("Spell Mastery"),
}
"""Kinds of Abilities in the order of the sheet; what the catalogue may have beyond them comes last."""

FATIGUE_NAMES = {
    "Fresh": gettext_lazy("Fresh"),
    "Winded": gettext_lazy("Winded"),
    "Weary": gettext_lazy("Weary"),
    "Tired": gettext_lazy("Tired"),
    "Dazed": gettext_lazy("Dazed"),
    "Unconscious": gettext_lazy("Unconscious"),
}
WOUND_NAMES = {
    "light": gettext_lazy("Light"),
    "medium": gettext_lazy("Medium"),
    "heavy": gettext_lazy("Heavy"),
    "incapacitating": gettext_lazy("Incapacitating"),
    "dead": gettext_lazy("Dead"),
}


def words() -> dict[str, str | list[str]]:
    """`{name}` is filled in by the page. Of a pair, the first is for one and the second for any other number."""
    return {
        "raise": _("Raise {name}"),
        "lower": _("Lower {name}"),
        "edit": _("Edit {name}"),
        "remove": _("Remove {name}"),
        "field_of": _("{field} of {name}"),
        "effective": _("{score}, in use {effective}"),
        "has_already": _("The character has this already."),
        "choose_one": _("Choose one of the list."),
        "offers": _("What the catalogue offers"),
        "all_offers": _("Also what is not for this character"),
        "search_abilities": _("Name or category"),
        "search_virtue": _("Name, category or size"),
        "search_flaw": _("Name, category or size"),
        "search_spells": _("Name, Arts or level"),
        "not_for_you": [
            _("Nothing that this character may take, and {count} that it may not."),
            _("Nothing that this character may take, and {count} that it may not."),
        ],
        "nothing_found": _("The catalogue has nothing of this name."),
        "which_one": _("Which one"),
        "which_form": _("For which Form"),
        "size": _("Size"),
        "level": _("Level"),
        "any_level": _("any level"),
        "refused": _("{what} was not saved: {why}"),
        "unknown": _("{what} got no answer. It may be saved, or not."),
        "differs": _("{what} was {theirs} on another device, {ours} here; {theirs} is shown"),
        "size_free": _("Free"),
        "size_minor": _("Minor"),
        "size_major": _("Major"),
        "size_house": _("House"),
        "kind_weapon": _("Weapon"),
        "kind_shield": _("Shield"),
        "kind_armor": _("Armour"),
        "kind_other": _("Other"),
        **{f"reputation_{value}": str(label) for value, label in Reputation.Type.choices if value},
        "coverage_partial": _("partial"),
        "coverage_full": _("full"),
        "left_behind": _("left behind"),
        "not_worn": _("not worn"),
        "ritual": _("ritual"),
        "house": _("House {name}"),
        "sum_of": _("{name} {value}"),
        "divided": _("halved, and rounded down"),
        "divided_by": _("divided by {divisor}, and rounded down"),
        "next_point": _("{score} → {next}: {cost} xp, {hand} in hand"),
        "next_value": _("{value} → {next}: {cost} points"),
        "steps_back": _("{value} is the highest"),
        "error": [_("{count} error"), _("{count} errors")],
        "warning": [_("{count} warning"), _("{count} warnings")],
        "reminder": [_("{count} reminder"), _("{count} reminders")],
        "no_findings": _("Nothing to put right"),
        "total_formulaic": _("Formulaic"),
        "total_ritual": _("Ritual"),
        "total_spontaneous": _("Spontaneous"),
        "total_spontaneous_without_fatigue": _("Without fatigue"),
        "total_ceremonial": _("Ceremonial"),
        "total_lab": _("Lab Total"),
        "field_experience_points": _("{value} xp"),
        "field_specialty": _("“{value}”"),
        "field": "{value}",
        "empty": _("empty"),
        "on_a_sheet": _("A change on a sheet"),
        "on_another_sheet": _("A change on another sheet"),
        "list": _("Show"),
        "login": _("Log in"),
        "retry": _("Send again"),
        "discard": _("Discard"),
        "retry_all": _("Send all again"),
        "discard_all": _("Discard all"),
        "saved": _("All changes saved"),
        "saving": _("Saving…"),
        "waiting": [_("{count} change waiting"), _("{count} changes waiting")],
        "offline": [_("Offline, {count} change waiting"), _("Offline, {count} changes waiting")],
        "attention": [_("{count} change needs attention"), _("{count} changes need attention")],
        "held": [_("Log in again to save {count} change"), _("Log in again to save {count} changes")],
        "held_by_other": [
            _("Somebody else is logged in; {count} change waiting"),
            _("Somebody else is logged in; {count} changes waiting"),
        ],
        "volatile": _("This browser cannot store changes: keep the page open until all are saved."),
        "progress": _("{done} of {total} saved"),
        "network": _("{count} without an answer"),
        "validation": _("{count} invalid"),
        "conflicts": _("{count} changed elsewhere"),
        "refusals": _("{count} refused"),
        "session_ended": [
            _("Your session has ended. {count} change is kept on this device until you log in."),
            _("Your session has ended. {count} changes are kept on this device until you log in."),
        ],
        "other_user": [
            _("Somebody else has logged in on this device. {count} change of yours is kept until you log in."),
            _("Somebody else has logged in on this device. {count} changes of yours are kept until you log in."),
        ],
        "no_connection": _("There is no connection to the server. Please try again."),
        "unsaved": [_("{count} change is not saved on the server."), _("{count} changes are not saved on the server.")],
    }
