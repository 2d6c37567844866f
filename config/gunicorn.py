"""How gunicorn serves the site: `gunicorn --config python:config.gunicorn config.wsgi`.

SIGTERM stops it gracefully: it takes no new connections and finishes the requests in flight. A supervisor must give it
longer than `graceful_timeout` before it kills. Everything here can be overridden on the command line.
"""

from __future__ import annotations

import gc
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# The application is loaded once, before the workers are forked: one that dies is replaced within milliseconds, and its
# memory is shared. New code therefore needs a restart, not a SIGHUP.
preload_app = True


def when_ready(server: Any) -> None:
    """What was loaded stays: the collector need not look at it again, nor unshare its memory by looking."""
    gc.collect()
    gc.freeze()


# A request may wait four times for a lock (DATABASE_LOCK_TIMEOUT) and then use the time of a batch (MAX_SECONDS).
timeout = 60
graceful_timeout = 30
keepalive = 5  # seconds that a connection of a proxy, or of a browser, may be idle

# Memory that leaks somewhere is given back now and then; not by all workers at once.
max_requests = 20_000
max_requests_jitter = 2_000

# Headers longer than this are answered with 400 (line), or 431, before the site sees them.
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

errorlog = "-"
# Requests are logged by the site itself, with ids and users: see config.logs.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
