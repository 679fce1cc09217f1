"""GitHub's GraphQL API as one endpoint."""

from __future__ import annotations

from tests.github.standin.asking import Answer, Ask, endpoint
from tests.github.standin.graphql_api import PATH as GRAPHQL
from tests.github.standin.graphql_api import answer


@endpoint("POST", GRAPHQL, "metadata", access="read")
def queried(ask: Ask) -> Answer:
    return answer(ask)
