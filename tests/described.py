"""Whether what a server takes and answers is what its OpenAPI description says."""

from __future__ import annotations

import re

import jsonschema


class Description:
    """An OpenAPI 3.0 document."""

    def __init__(self, document):
        self.document = document
        self.answered = plain(document["components"])
        self.taken = plain(without_read_only(document["components"]))

    def answers(self, path, method, response):
        """Fail unless the description of an address knows the answer: status, media type, required headers and body."""
        described = self.resolved(self.of(path, method)["responses"])
        found = described.get(str(response.status_code)) or described["default"]
        found = self.resolved(found)
        assert response.status_code < 500
        for name, header in found.get("headers", {}).items():
            if self.resolved(header).get("required"):
                assert name in response.headers, name
        if "content" not in found:
            assert response.content == b"", (response.status_code, response.content)
            return
        media_type = response.headers["Content-Type"].partition(";")[0]
        assert media_type in found["content"], (media_type, list(found["content"]))
        self.check(response.json(), found["content"][media_type]["schema"])

    def takes(self, path, method, body):
        """Fail unless the description of an address admits a body."""
        self.check(body, self.body_of(path, method)["schema"], self.taken)

    def body_of(self, path, method):
        return self.of(path, method)["requestBody"]["content"]["application/json"]

    def of(self, path, method):
        """The operation of a path, whose numbers and keys may be filled in."""
        path = path.partition("?")[0]
        path = path if path.endswith("/") else f"{path}/"
        for template, methods in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path) and method in methods:
                return methods[method]
        raise AssertionError(f"{method} {path} is not described")

    def check(self, value, schema, components=None):
        jsonschema.Draft202012Validator({**plain(schema), "components": components or self.answered}).validate(value)

    def resolved(self, value):
        while "$ref" in value:
            _, _, kind, name = value["$ref"].split("/")
            value = self.document["components"][kind][name]
        return value


def without_read_only(schema):
    """What a client sends: nothing that is only answered is required."""
    if isinstance(schema, list):
        return [without_read_only(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: without_read_only(value) for name, value in schema.items()}
    if isinstance(found.get("required"), list):
        members = found.get("properties", {})
        found["required"] = [name for name in found["required"] if not members.get(name, {}).get("readOnly")]
    return found


def plain(schema):
    """OpenAPI 3.0 as JSON Schema, which has no `nullable`."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: plain(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") is True else found
