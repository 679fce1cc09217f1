"""Every test runs with the guard, and most have a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sources.web.guard import Guard, guarding
from tests.sources.web.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def guard() -> Iterator[Guard]:
    """Activate the guard; a test that expects an attempt removes it from the list."""
    with guarding() as standing:
        yield standing
    assert standing.attempts == []


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
