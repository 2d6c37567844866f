"""A proxy between a client and a real server that loses answers, or answers in the server's place."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


@dataclass
class Instead:
    """An answer that the proxy gives itself; nothing reaches the server."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""


LOSE = "lose"  # let the server do its work, and hang up without a word
HALVE = "halve"  # send only half of the answer


class Proxy:
    """Forwards to `target`. Each request takes the next of the `faults`; None, or none left, is no fault."""

    def __init__(self, target):
        self.target, self.faults, self.seen = target, [], []
        self.broken = {}  # (method, path) -> Instead, for ever
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self):
                outer.handle(self)

            do_GET = do_POST = do_PATCH = do_DELETE = do_OPTIONS = handle_one

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def handle(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.seen.append((handler.command, handler.path, json.loads(body) if body else None, dict(handler.headers)))
        fault = self.broken.get((handler.command, handler.path)) or (self.faults.pop(0) if self.faults else None)
        if isinstance(fault, Instead):
            self.reply(handler, fault.status, fault.headers, fault.body, len(fault.body))
            return
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
        answer = requests.request(
            handler.command, self.target + handler.path, headers=headers, data=body, timeout=30, allow_redirects=False
        )
        if fault == LOSE:
            handler.connection.close()
            return
        sent = answer.content[: len(answer.content) // 2] if fault == HALVE else answer.content
        kept = {name: answer.headers[name] for name in answer.headers if name not in OWN}
        self.reply(handler, answer.status_code, kept, sent, len(answer.content))

    @staticmethod
    def reply(handler, status, headers, body, length):
        handler.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def requests(self, method):
        """Paths and bodies of the requests with a method."""
        return [(path, body) for verb, path, body, _ in self.seen if verb == method]


OWN = ("Content-Length", "Connection", "Transfer-Encoding")


@contextlib.contextmanager
def proxy(target):
    running = Proxy(target)
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()
