from __future__ import annotations

import pytest

from tests.faults.stages import STAGES
from tests.service import missing_services


@pytest.fixture(scope="session", params=STAGES)
def stage(request):
    if request.param == "postgresql" and (reason := missing_services()):
        pytest.skip(reason)
    with STAGES[request.param]() as stage:
        yield stage
