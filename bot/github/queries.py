"""Queries and the one mutation that are sent to GitHub's GraphQL API, where REST doesn't tell enough or takes many calls.

They are in the folder `graphql`, each with the fragments that it uses. Each connection has `first`, which GitHub requires and
limits to 100. `bot.github.conversation` reads the answers.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from pathlib import Path

_FOLDER = Path(__file__).with_name("graphql")


def _document(operation: str, *fragments: str) -> str:
    return "\n".join((_FOLDER / f"{name}.graphql").read_text("utf-8") for name in (operation, *fragments))


CONVERSATION = _document("conversation", "account", "written", "comments")
"""A pull request with its conversation, history and commits, and the heads of all open ones. Without further pages it
costs three of the points that GitHub gives per hour."""
COMMENTS = _document("comments_of", "account", "comments")
"""The comments of an issue or a pull request, without reviews."""
OPEN_PULLS = _document("open_pulls", "account")
"""All open pull requests, each with the latest status of its head. A hundred cost two of the points per hour."""
COMMITS = _document("commits", "written")
"""Commits by their ids, of which some may be named more than once."""
COMMITS_AT_ONCE = 10
WRITERS = _document("writers", "account")
"""Everybody who wrote the text of an issue."""
ACKNOWLEDGE = _document("acknowledge")
"""A reaction to a comment or a review; REST has none for reviews. An equal reaction exists once."""
EVERY_DOCUMENT = (CONVERSATION, COMMENTS, OPEN_PULLS, COMMITS, WRITERS, ACKNOWLEDGE)
