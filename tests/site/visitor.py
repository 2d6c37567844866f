"""A browser without JavaScript: it reads pages and presses the buttons that are really there."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client


@dataclass
class Control:
    """An input, select or button, and the form it belongs to."""

    attrs: dict
    form: dict | None
    text: str = ""
    options: list = field(default_factory=list)

    @property
    def label(self):
        return self.attrs.get("aria-label") or self.text.strip()


class Page(HTMLParser):
    """The forms of a page, as far as sending them needs it. What is in a <template> is not part of the page."""

    def __init__(self, response):
        super().__init__()
        self.response = response
        self.html = response.content.decode()
        self.controls, self.forms, self.templates = [], {}, 0
        self._form = self._open = None
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "template":
            self.templates += 1
        if self.templates:
            return
        if tag == "form":
            self._form = attrs
            if "id" in attrs:
                self.forms[attrs["id"]] = attrs
        elif tag == "option" and self._open is not None:
            self._open.options.append(attrs)
        elif tag in ("input", "select", "button"):
            form = self.forms[attrs["form"]] if "form" in attrs else self._form
            control = Control({**attrs, "tag": tag}, form)
            self.controls.append(control)
            self._open = control if tag != "input" else None

    def handle_endtag(self, tag):
        if tag == "template":
            self.templates -= 1
        elif tag == "form" and not self.templates:
            self._form = None
        elif tag in ("select", "button"):
            self._open = None

    def handle_data(self, data):
        if self._open is not None:
            self._open.text += data

    def buttons(self, label):
        return [c for c in self.controls if c.attrs["tag"] == "button" and c.label == label]

    def fields(self, form):
        return {
            c.attrs["name"]: c.attrs.get("value", "")
            for c in self.controls
            if c.form is form and c.attrs["tag"] != "button" and "name" in c.attrs
        }


class Visitor:
    """Goes to pages, fills forms and presses buttons; CSRF is enforced, redirects are followed."""

    def __init__(self, user=None):
        self.client = Client(enforce_csrf_checks=True)
        if user is not None:
            self.client.force_login(user)

    def go(self, path):
        response = self.client.get(path, follow=True)
        assert response.status_code == 200, response.status_code
        self.page = Page(response)
        return self.page

    def press(self, label, **values):
        """Press the one button with this label on the current page; its form's fields are filled with `values`."""
        return self._press(*self.page.buttons(label), **values)

    def add(self, resource, **values):
        """The same for the button of the form that adds a row to a sheet."""
        buttons = (button for button in self.page.buttons("Add") if button.form.get("data-add") == resource)
        return self._press(*buttons, **values)

    def _press(self, button, /, **values):
        address = button.attrs.get("formaction") or button.form.get("action") or self.page.response.request["PATH_INFO"]
        data = {**self.page.fields(button.form), **values}
        if "name" in button.attrs:
            data[button.attrs["name"]] = button.attrs.get("value", "")
        assert button.form["method"] == "post"
        assert values.keys() <= self.page.fields(button.form).keys(), "the form has no such field"
        self.page = Page(self.client.post(address, data, follow=True))
        return self.page

    @property
    def messages(self):
        return [str(message) for message in self.page.response.context["messages"]]
