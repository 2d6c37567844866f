"""Forms that everybody may send, but not for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django.views.generic import FormView

from config.logins import usage


class Limit(NamedTuple):
    """How often a key may be used within a group, such as an address for signing up: `30/h`."""

    group: str
    key: str
    rate: str


class LimitedFormView(FormView):  # type: ignore[type-arg]
    """A form whose every sending counts. One too many is not looked at: 429, in words, with what was typed."""

    kept: ClassVar[Sequence[str]] = ()
    """Fields that stand in the form again; never passwords."""

    def limits(self) -> Sequence[Limit]:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = max((self._wait(limit) for limit in self.limits()), default=0)
        return self._refuse(wait) if wait else super().post(request, *args, **kwargs)

    def _wait(self, limit: Limit) -> int:
        """Count this sending; 0, or the seconds until the next."""
        found = usage(self.request, *limit, count=True)
        return found.wait if found and found.number > found.limit else 0

    def _refuse(self, wait: int) -> HttpResponse:
        """The form is not bound: to validate it would tell what the limit keeps from being asked."""
        typed = {name: self.request.POST.get(name, "") for name in self.kept}
        form = self.get_form_class()(initial={**self.get_initial(), **typed})
        response = self.render_to_response(self.get_context_data(form=form, refusal=too_often(wait)), status=429)
        response["Retry-After"] = str(wait)
        return response


def too_often(wait: int) -> str:
    minutes = -(-wait // 60)
    text = ngettext(
        "This form was sent too often from here. Try again in %(minutes)s minute.",
        "This form was sent too often from here. Try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
