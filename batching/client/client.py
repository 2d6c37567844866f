"""The client: where the server is, who asks, what the server takes at once, and whether it takes batches at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import Any, Final, Self

import requests

from batching.client.batch import Batch
from batching.client.errors import refusal
from batching.client.operations import Problem
from batching.client.options import Options, Progress
from batching.client.parts import Limits
from batching.client.retry import Retry
from batching.client.sending import NO_ENDPOINT
from batching.client.transport import Timeout, Transport

WITHOUT: Final = 600.0  # seconds until a batch endpoint that was missing is looked for again


class TokenAuth(requests.auth.AuthBase):
    """`Authorization: Token …`. As an `auth` of requests, because a mere header would give way to a .netrc file."""

    def __init__(self, token: str) -> None:
        self._value = f"Token {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


class BatchClient:
    """Speaks to one API for one user. Not for several threads at once."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        session: requests.Session | None = None,
        path: str = "batch/",
        timeout: Timeout = (10.0, 60.0),
        retry: Retry | None = None,
        exactly_once: bool = True,
        key_field: str = "id",
    ) -> None:
        """`url` is the root of the API, such as `https://example.org/api/`, and `path` the batch endpoint below it.

        `token` is sent as `Authorization: Token …`; for any other way to log in bring your own `session`. `timeout` is
        in seconds, for connecting and for the answer. Without `exactly_once` operations have no ids, as visitors
        without an account need it, and a lost answer is not tried again. `key_field` is the member of a row that holds
        its key, for servers without batch endpoint.
        """
        self.url = url if url.endswith("/") else f"{url}/"
        self.batch_url = f"{self.url}{path.lstrip('/')}"
        self.exactly_once = exactly_once
        self.key_field = key_field
        self._session = session or requests.Session()
        self._owns_session = session is None
        if token is not None:
            self._session.auth = TokenAuth(token)
        self.transport = Transport(self._session, timeout, retry or Retry())
        self._without_until = 0.0

    def batch(
        self,
        *,
        atomic: bool = True,
        split: bool = False,
        include: Sequence[str] = (),
        minimal: bool = False,
        dry_run: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Batch:
        """A new batch, as a context manager.

        `atomic`: all or nothing. That can hold only within one request, so a batch over the server's limits is refused
        (CannotSplit, nothing is sent) unless `split` allows several requests, each all or nothing; the first that fails
        is the last. With `atomic=False` each operation or group is on its own, and splitting goes without saying.
        `include` asks for derived state of the rows' roots, `minimal` for no rows in the answer; `dry_run` changes
        nothing. `on_progress` is called after each request.
        """
        return Batch(
            self,
            Options(
                atomic=atomic,
                split=split,
                include=include,
                minimal=minimal,
                dry_run=dry_run,
                on_progress=on_progress,
            ),
        )

    @property
    def has_endpoint(self) -> bool:
        """Whether batches are sent as such. A server without batch endpoint is asked again ten minutes later."""
        return time.monotonic() >= self._without_until

    def do_without_endpoint(self) -> None:
        self._without_until = time.monotonic() + WITHOUT

    @cached_property
    def description(self) -> dict[str, Any]:
        """What the server tells of its batch endpoint: resources, actions with their fields, limits and budgets."""
        answer = self.transport.exchange("OPTIONS", self.batch_url)
        if answer.status in NO_ENDPOINT:
            self.do_without_endpoint()
            return {}
        if not answer.ok:
            raise refusal(answer.problem, retry_after=answer.retry_after)
        return answer.body if isinstance(answer.body, dict) else {}

    @cached_property
    def limits(self) -> Limits:
        """What the server takes in one request."""
        limits = self.description.get("limits", {})
        resources = self.description.get("resources", {})
        known = {name: limits[name] for name in ("max_operations", "max_body") if name in limits}
        return Limits(**known, of_resource={name: each["max_operations"] for name, each in resources.items()})

    def tighten(self, problem: Problem, sent: int) -> bool:
        """Learn from a 413; whether there is a point in splitting finer than before."""
        said = problem.get("limits", {})
        before = self.limits
        if "resource" in said:
            self.limits = replace(before, of_resource={**before.of_resource, said["resource"]: said["max_operations"]})
        elif said:
            self.limits = replace(before, **{name: said[name] for name in ("max_operations", "max_body")})
        elif sent > 1:  # a proxy, with a limit that it keeps to itself
            self.limits = replace(before, max_operations=sent // 2)
        return self.limits != before

    def close(self) -> None:
        if self._owns_session:
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
