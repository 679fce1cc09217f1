"""The endpoints. Importing a module here registers its endpoints in the table in `asking`."""

from tests.github.standin.endpoints import checks, commits, graphql, issues, pulls, repository, reviews, tracker

__all__ = ["checks", "commits", "graphql", "issues", "pulls", "repository", "reviews", "tracker"]
