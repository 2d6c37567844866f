"""The measured application. What was loaded is frozen, for all contenders, as `config/gunicorn.py` does."""

from __future__ import annotations

import gc

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
gc.collect()
gc.freeze()
