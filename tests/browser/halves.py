"""A network over which a page comes in two halves."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from tests.service import TIMEOUT

PAUSE = 0.5
PASSED_ON = ("Cookie", "User-Agent")
KEPT_BACK = {"connection", "content-encoding", "content-length", "date", "keep-alive", "server", "transfer-encoding"}


@contextlib.contextmanager
def in_halves(server, mark):
    """Where to find a site so that what comes after `mark` in its pages arrives a while after what comes before it."""

    class Relay(BaseHTTPRequestHandler):
        def do_GET(self):
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            answer = requests.get(server.url + self.path, headers=headers, timeout=TIMEOUT)
            before, found, after = answer.content.partition(mark)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in KEPT_BACK:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(before + found)
            if after:
                time.sleep(PAUSE)
                self.wfile.write(after)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{relay.server_port}"
        finally:
            relay.shutdown()
