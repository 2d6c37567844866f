"""HTTP: one exchange, repeated until there is an answer to believe."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from batching.client.errors import BadAnswer, NoAnswer
from batching.client.operations import Problem
from batching.client.retry import Retry, retry_after

logger = logging.getLogger("batching.client")

LATER: Final = frozenset({429, 502, 503, 504})  # nothing ran, or it may be sent again under the same ids
LOST: Final = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)

Timeout = float | tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any  # parsed; None where there is none, or where it is no JSON

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        return retry_after(self.headers)

    @property
    def problem(self) -> Problem:
        """The problem document, or one made up from the status where a proxy or another API answered."""
        body = self.body if isinstance(self.body, dict) else {}
        return {"status": self.status, "title": "", "code": "", "detail": f"HTTP status {self.status}", **body}


class Transport:
    def __init__(self, session: requests.Session, timeout: Timeout, retry: Retry) -> None:
        self._session, self._timeout, self._retry = session, timeout, retry

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = True,
    ) -> Answer:
        """Send a request until it is answered. An answer of 429 or 5xx comes back when there is no try left.

        What is not `repeatable`, because the server would apply it twice, is sent again only if it certainly did not
        run. Raises NoAnswer, BadAnswer.
        """
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._once(method, url, body, headers)
            except LOST as error:
                if not repeatable or (pause := self._retry.pause(tries)) is None:
                    raise NoAnswer(f"{method} {url}: no answer after {tries} tries. {error}") from error
                self._wait(pause, str(error))
                continue
            if answer.status not in LATER or not (repeatable or answer.status == 429):
                return answer
            if (pause := self._retry.pause(tries, answer.retry_after)) is None:
                return answer
            self._wait(pause, f"HTTP status {answer.status}")

    def _wait(self, seconds: float, reason: str) -> None:
        logger.info("Trying again in %.1f s: %s", seconds, reason)
        self._retry.sleep(seconds)

    def _once(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        typed = {} if body is None else {"Content-Type": "application/json"}
        response = self._session.request(
            method,
            url,
            data=body,
            headers={"Accept": "application/json, application/problem+json", **typed, **(headers or {})},
            timeout=self._timeout,
            allow_redirects=False,  # requests would go on with a GET, and take the page there for an answer
        )
        if 300 <= response.status_code < 400:
            raise BadAnswer(f"{method} {url} leads to {response.headers.get('Location')!r}.")
        return Answer(status=response.status_code, headers=response.headers, body=_parsed(response))


def _parsed(response: requests.Response) -> Any:
    if "json" not in response.headers.get("Content-Type", ""):
        if response.ok and response.content:
            raise BadAnswer(f"{response.request.method} {response.url} was answered with something that is no JSON.")
        return None
    try:
        return response.json() if response.content else None
    except ValueError as error:
        raise requests.exceptions.ChunkedEncodingError("half an answer") from error
