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
        "retry": _("Send again"),
        "discard": _("Discard"),
        "reload": _("Reload"),
        "resume": _("Continue"),
        "saved": _("All changes saved"),
        "saving": _("Saving…"),
        "waiting": [_("{count} change waiting"), _("{count} changes waiting")],
        "offline": [_("Offline, {count} change waiting"), _("Offline, {count} changes waiting")],
        "attention": [_("{count} change needs attention"), _("{count} changes need attention")],
        "leave": [
            _("{count} change is not saved. Log out and lose it?"),
            _("{count} changes are not saved. Log out and lose them?"),
        ],
        "held": [_("Log in again to save {count} change"), _("Log in again to save {count} changes")],
    }
