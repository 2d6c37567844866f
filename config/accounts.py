"""What a person does with their account: make one, look at it, change its address, and end it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView
from rest_framework.authtoken.models import Token

from characters.models import Character, Editor
from config.limited import Limit, LimitedFormView
from config.logins import network, throttled

EMAIL_HELP = _("Only to set a new password when this one is forgotten. Nobody else sees it.")


class SignUpForm(UserCreationForm):  # type: ignore[type-arg]
    """A name, a password, and an address for those who want one.

    Two accounts may have the same address: to refuse that would tell whose address is known here.
    """

    class Meta(UserCreationForm.Meta):
        model = get_user_model()
        fields = ("username", "email")
        labels = {"email": _("E-mail address (optional)")}
        help_texts = {"email": EMAIL_HELP}
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email"})}


class SignUpView(RedirectURLMixin, LimitedFormView):
    """A new account, logged in at once, on the page that asked for one."""

    form_class = SignUpForm
    template_name = "registration/signup.html"
    next_page = settings.LOGIN_REDIRECT_URL
    kept = ("username", "email")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().dispatch(request, *args, **kwargs)

    def limits(self) -> list[Limit]:
        return [Limit("sign-up", network(self.request.META.get("REMOTE_ADDR", "")), settings.SIGN_UPS_PER_ADDRESS)]

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        login(self.request, form.save(), backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_redirect_url(), **kwargs)


class ConfirmedForm(forms.Form):
    """A form that wants the password of whoever is logged in. Tries count as those to log in."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        password = self.cleaned_data.get("password")
        if password and not authenticate(self.request, username=self.request.user.get_username(), password=password):
            raise ValidationError(gettext("That is not your password."))
        return self.cleaned_data


class EmailForm(ConfirmedForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=EMAIL_HELP,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("email", "password")


@method_decorator(never_cache, name="dispatch")
class ConfirmedView(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    """Something that an open session alone is not enough for."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request, **super().get_form_kwargs()}

    def form_invalid(self, form: ConfirmedForm) -> HttpResponse:
        return throttled(form, super().form_invalid(form))


class AccountView(ConfirmedView):
    """What is known of the account; the address is changed here, because it opens the account."""

    form_class = EmailForm
    template_name = "registration/account.html"
    success_url = reverse_lazy("account")

    def get_initial(self) -> dict[str, Any]:
        return {"email": getattr(self.request.user, "email", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        has_token = Token.objects.filter(user=person).exists()
        return super().get_context_data(has_token=has_token, **kwargs)

    def form_valid(self, form: EmailForm) -> HttpResponse:
        person: Any = self.request.user
        person.email = get_user_model().objects.normalize_email(form.cleaned_data["email"])
        person.save(update_fields=["email"])
        messages.success(
            self.request, gettext("The address was saved.") if person.email else gettext("The address was removed.")
        )
        return super().form_valid(form)


class DeleteAccountView(ConfirmedView):
    """Says what goes with the account, and ends it."""

    form_class = ConfirmedForm
    template_name = "registration/delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = Character.objects.filter(owner_id=self.request.user.pk)
        shared = Editor.objects.filter(character__in=own).values("character").distinct().count()
        return super().get_context_data(own=own.count(), shared=shared, **kwargs)

    def form_valid(self, form: ConfirmedForm) -> HttpResponse:
        """The page that answers tells the browser whose changes it need not keep any longer."""
        gone = self.request.user.pk
        delete(self.request.user)
        logout(self.request)
        return render(self.request, "registration/deleted.html", {"gone": gone})


def delete(person: Any) -> None:
    """An account with all that is its own. What others have shared with it stays theirs.

    The characters go first, and as what they are, locked in the order in which batches lock them.
    """
    with transaction.atomic():
        own = Character.objects.filter(owner_id=person.pk)
        list(own.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        own.delete()
        get_user_model()._default_manager.filter(pk=person.pk).delete()
