"""The texts of the page's modules."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str | list[str]]:
    """`{name}` is filled in by the page. Of a pair, the first is for one and the second for any other number."""
    return {
        "raise": _("Raise {name}"),
        "lower": _("Lower {name}"),
        "edit": _("Edit {name}"),
        "remove": _("Remove {name}"),
        "effective": _("{score}, in use {effective}"),
        "has_already": _("The character has this Ability already."),
        "refused": _("{what} was not saved: {why}"),
        "unknown": _("{what} got no answer. It may be saved, or not."),
        "differs": _("{what} was {theirs} on another device, {ours} here; {theirs} is shown"),
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
