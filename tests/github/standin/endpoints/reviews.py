"""Reviews of pull requests, and their remarks on lines of the diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.standin.asking import NOT_FOUND, Answer, Ask, RefusedError, endpoint
from tests.github.standin.conversation_answers import remark_answer, review_answer
from tests.github.standin.limits import body_within_limit
from tests.github.standin.state import Review, ReviewComment, ReviewState

if TYPE_CHECKING:
    from datetime import datetime

    from tests.github.standin.state import Pull

_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_STATES: dict[str | None, ReviewState] = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
    None: "PENDING",
}


@endpoint("GET", f"{_PULL}/reviews", "pull-requests")
def listed(ask: Ask) -> Answer:
    pull = ask.pull()
    return ask.page(pull.reviews, lambda review: review_answer(ask, pull, review))


@endpoint("POST", f"{_PULL}/reviews", "pull-requests")
def submitted(ask: Ask) -> Answer:
    pull, body = ask.pull(), ask.body
    event, text = body.get("event"), body.get("body", "")
    if event in ("APPROVE", "REQUEST_CHANGES") and ask.user == pull.author:
        what = "approve" if event == "APPROVE" else "request changes on"
        raise RefusedError(422, "Unprocessable Entity", f"Can not {what} your own pull request")
    if event in ("COMMENT", "REQUEST_CHANGES") and not text and not body.get("comments"):
        raise RefusedError(422, "Unprocessable Entity", "Body cannot be blank")
    body_within_limit("PullRequestReview", text)
    commit = _commit(ask, pull, body.get("commit_id"))
    now = ask.state.clock.tick()
    remarks = [_remark(ask, pull, commit, remark, now) for remark in body.get("comments", [])]
    review = Review(ask.state.new_id("review"), ask.user, _STATES[event], text, commit, now, remarks)
    pull.reviews.append(review)
    pull.updated_at = now
    return Answer(200, review_answer(ask, pull, review))


@endpoint("GET", f"{_PULL}/reviews/{{review_id}}", "pull-requests")
def read(ask: Ask) -> Answer:
    return Answer(200, review_answer(ask, ask.pull(), _review(ask)))


@endpoint("PUT", f"{_PULL}/reviews/{{review_id}}/dismissals", "pull-requests")
def dismissed(ask: Ask) -> Answer:
    review = _review(ask)
    review.state = "DISMISSED"
    return Answer(200, review_answer(ask, ask.pull(), review))


@endpoint("GET", f"{_PULL}/comments", "pull-requests")
def remarks(ask: Ask) -> Answer:
    pull = ask.pull()
    found = [(review, remark) for review in pull.reviews for remark in review.comments]
    return ask.page(found, lambda pair: remark_answer(ask, pull, *pair))


@endpoint("GET", f"{_PULL}/reviews/{{review_id}}/comments", "pull-requests")
def remarks_of_review(ask: Ask) -> Answer:
    pull, review = ask.pull(), _review(ask)
    return ask.page(review.comments, lambda remark: remark_answer(ask, pull, review, remark))


@endpoint("POST", f"{_PULL}/comments", "pull-requests")
def remarked(ask: Ask) -> Answer:
    pull, body = ask.pull(), ask.body
    commit, now = _commit(ask, pull, body["commit_id"]), ask.state.clock.tick()
    remark = _remark(ask, pull, commit, body, now)
    review = Review(ask.state.new_id("review"), ask.user, "COMMENTED", "", commit, now, [remark])
    pull.reviews.append(review)
    return Answer(201, remark_answer(ask, pull, review, remark))


def _review(ask: Ask) -> Review:
    wanted = int(ask.params["review_id"])
    for review in ask.pull().reviews:
        if review.id == wanted:
            return review
    raise RefusedError(404, NOT_FOUND)


def _commit(ask: Ask, pull: Pull, asked: str | None) -> str:
    """Return the commit of a review: any commit of the pull request, its head by default."""
    if asked is None:
        return pull.head_sha
    if not ask.git.has_commit(asked):
        raise RefusedError(422, "Unprocessable Entity", "Commit oid is not part of the pull request")
    return asked


def _remark(ask: Ask, pull: Pull, commit: str, body: dict[str, Any], now: datetime) -> ReviewComment:
    """Return a remark on a line of the diff: GitHub refuses the whole review if the line isn't part of it."""
    file = next((f for f in ask.git.files(pull.base_sha, commit) if f.path == body["path"]), None)
    if file is None:
        raise RefusedError(422, "Unprocessable Entity", "Path could not be resolved")
    body_within_limit("PullRequestReviewComment", body["body"])
    line, side = body.get("line"), body.get("side", "RIGHT")
    hunk = file.hunk_at(line, side) if line is not None else None
    if hunk is None or line is None:
        raise RefusedError(422, "Unprocessable Entity", "Line could not be resolved")
    start = body.get("start_line")
    if start is not None and (start >= line or file.hunk_at(start, body.get("start_side", side)) is None):
        raise RefusedError(422, "Unprocessable Entity", "Start line could not be resolved")
    ident = ask.state.new_id("remark")
    return ReviewComment(ident, ask.user, body["path"], line, side, body["body"], commit, hunk, now, start)
