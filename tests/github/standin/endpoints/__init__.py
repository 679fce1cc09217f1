"""What answers each call. Importing a module here enters its endpoints into the table in `asking`."""

from tests.github.standin.endpoints import checks, commits, issues, pulls, repository, reviews, tracker

__all__ = ["checks", "commits", "issues", "pulls", "repository", "reviews", "tracker"]
