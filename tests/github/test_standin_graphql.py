"""The stand-in's GraphQL: it refuses what GitHub refuses, and answers by GitHub's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from graphql import build_schema, parse, validate

from bot.github.queries import EVERY_DOCUMENT
from tests.checkouts import commit, write
from tests.github.standin import TOKEN, Fault
from tests.github.standin.graphql_api import SCHEMA, schema
from tools.graphql_subset import cut

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github.standin import StandIn

WHOLE = '''
"""A thing that can act"""
interface Actor { login: String!, friend: Other }
type Bot implements Actor & Node { login: String!, friend: Other, databaseId: Int }
type User implements Actor { login: String!, friend: Other }
interface Node { id: ID }
type Other { name: String }
union Anybody = Bot | Other
input Order { field: Field! }
enum Field { "First" NAME }
type Query { actor(order: Order): Actor, anybody: Anybody, other(of: Other): Other, unused(by: Unused): Actor }
enum Unused { X }
scalar Date
'''


@pytest.fixture
def pull(standin: StandIn, tmp_path: Path) -> StandIn:
    folder = tmp_path / "work"
    write(folder, "README.md", "Models\n")
    commit(folder)
    standin.branch(folder)
    write(folder, "more.txt", "More\n")
    commit(folder)
    standin.open_pull(folder)
    return standin


def ask(standin: StandIn, query: str, token: str | None = TOKEN, **variables: Any) -> requests.Response:
    headers = {"Authorization": f"token {token}"} if token else {}
    body: Any = {"query": query, "variables": variables}
    return requests.post(f"{standin.url}/graphql", json=body, headers=headers, timeout=30)


def in_pull(fields: str) -> str:
    return f'query {{ repository(owner: "example-org", name: "example-models") {{ pullRequest(number: 1) {{ {fields} }} }} }}'


def test_the_schema_is_sound_and_every_query_of_the_bot_is_one() -> None:
    for document in EVERY_DOCUMENT:
        assert validate(schema(), parse(document)) == []
    head = SCHEMA.read_text("utf-8").partition("\n\ninterface")[0]
    assert "@octokit/graphql-schema 15.26.1" in head
    assert "MIT" in head


def test_cutting_a_schema_leaves_what_a_query_uses() -> None:
    found = cut(WHOLE, ["query { actor(order: {field: NAME}) { login ... on Bot { databaseId } } }"])
    build_schema(found)
    assert '"""' not in found
    for name in ("User", "Node", "Other", "Anybody", "Unused", "Date", "friend", "anybody", "unused"):
        assert name not in found, name
    for name in ("interface Actor", "type Bot implements Actor {", "input Order", "enum Field"):
        assert name in found, name
    assert cut(found, ["query { actor(order: {field: NAME}) { login ... on Bot { databaseId } } }"]) == found


@pytest.mark.parametrize(
    "fields",
    [
        "nothing",
        "comments { nodes { body } }",
        "comments(first: 101) { nodes { body } }",
        "comments(first: 0) { nodes { body } }",
        "comments(first: 1, last: 1) { nodes { body } }",
        "author { databaseId }",
        "author",
        "title { x }",
        "timelineItems(first: 1, itemTypes: [NONE]) { nodes { __typename } }",
    ],
)
def test_what_github_would_refuse_is_a_violation(fields: str, pull: StandIn) -> None:
    assert ask(pull, in_pull(fields)).status_code == 500
    assert len(pull.violations) == 1
    pull.violations.clear()


@pytest.mark.parametrize("field", ["createdAt", "headRefOid", "state", "fullDatabaseId"])
def test_an_answer_that_the_schema_does_not_allow_is_a_violation(field: str, pull: StandIn) -> None:
    pull.state.pulls[1].created_at = "yesterday"  # type: ignore[assignment]
    pull.state.pulls[1].head_sha = "HEAD"
    pull.state.pulls[1].state = "ajar"  # type: ignore[assignment]
    pull.comment(1, "example-reader", "Hello").id = "x"  # type: ignore[assignment]
    fields = field if field != "fullDatabaseId" else "comments(first: 1) { nodes { fullDatabaseId } }"
    assert ask(pull, in_pull(fields)).status_code == 500
    assert len(pull.violations) == 1
    pull.violations.clear()


def test_a_token_is_needed(pull: StandIn) -> None:
    assert ask(pull, in_pull("title"), token=None).status_code == 401
    assert ask(pull, in_pull("title"), token="wrong").status_code == 401  # noqa: S106


def test_what_the_token_may_not_see_or_is_not_there_is_an_error_beside_null(pull: StandIn) -> None:
    pull.token("reader", "example-reader", issues="read")
    found = ask(pull, in_pull("title"), token="reader").json()  # noqa: S106
    assert (found["data"], found["errors"][0]["type"]) == ({"repository": {"pullRequest": None}}, "FORBIDDEN")
    found = ask(pull, in_pull("title").replace("number: 1", "number: 9")).json()
    assert found["errors"][0]["type"] == "NOT_FOUND"
    found = ask(pull, in_pull("title").replace("example-org", "example-other")).json()
    assert (found["data"], found["errors"][0]["type"]) == ({"repository": None}, "NOT_FOUND")


def test_a_list_has_cursors(pull: StandIn) -> None:
    for number in range(5):
        pull.comment(1, "example-reader", str(number))
    bodies, cursor = [], None
    query = in_pull(
        "comments(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { body } }"
    )
    while True:
        found = ask(pull, query.replace("query {", "query Q($after: String) {"), after=cursor).json()
        page = found["data"]["repository"]["pullRequest"]["comments"]
        bodies += [one["body"] for one in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 5
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert bodies == ["0", "1", "2", "3", "4"]


def test_a_locked_conversation_takes_no_words_of_apps(pull: StandIn) -> None:
    said = pull.comment(1, "example-reader", "Hello")
    pull.lock_conversation(1)
    react = "mutation M($id: ID!) { addReaction(input: {subjectId: $id, content: EYES}) { reaction { content } } }"
    assert "locked" in ask(pull, react, id=f"IC_{said.id}").json()["errors"][0]["message"]
    url = f"{pull.url}/repos/example-org/example-models/issues/1/comments"
    answer = requests.post(url, json={"body": "Hello"}, headers={"Authorization": f"token {TOKEN}"}, timeout=30)
    assert (answer.status_code, "is locked" in answer.json()["message"]) == (403, True)
    pull.permission("example-writer", "write")
    pull.token("writer", "example-writer", issues="write", pull_requests="write")
    answer = requests.post(url, json={"body": "Hello"}, headers={"Authorization": "token writer"}, timeout=30)
    assert answer.status_code == 201


@pytest.mark.parametrize("fault", [Fault.QUERY_LIMITED, Fault.QUERY_FAILED])
def test_faults_of_graphql_have_status_200(fault: Fault, pull: StandIn) -> None:
    pull.faults.on("POST", "/graphql query", fault)
    found = ask(pull, in_pull("title"))
    assert (found.status_code, found.json()["data"]) == (200, None)
    assert found.json()["errors"]
