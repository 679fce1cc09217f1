"""Review case of a pull request, which governance judges, from its facts and contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.facts import ReviewState, Role
from bot.governance.conversation import CommandContext
from bot.governance.judgement import ReviewCase
from bot.handlers.pull_request.classes import changed_developers, find_classes, interested_developers

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.facts import Facts
    from bot.handlers.pull_request.facts import Contents

MOST_FORMER_HEADS = 8
"""The number of former heads, the newest approved ones, that are compared with the head."""


def build_review_case(
    facts: Facts, contents: Contents, now: datetime, same: frozenset[str] = frozenset()
) -> ReviewCase:
    """Return the case at the time `now`. `same` are former heads whose merge has the same result."""
    pull, rules = facts.pull, contents.rules
    found = find_classes(contents, may_generate=pull.is_our_own)
    needing = (each for each, rule in rules.policy.classes.items() if rule.final_comment_days)
    telling = {each for each, rule in rules.policy.classes.items() if rule.notify_developer}
    models = contents.change.models if contents.change else ()
    return ReviewCase(
        now=now,
        classes=found,
        models=frozenset(model.id for model in models),
        organisations=contents.organisations,
        interested=interested_developers(contents),
        notified=changed_developers(contents, telling),
        context=CommandContext(
            developers=rules.developers | interested_developers(contents),
            models=rules.models,
            criteria=rules.criteria,
            found=found,
            with_final_comment=frozenset(needing),
            author=pull.author.id,
        ),
        author=pull.author,
        authors=(facts.authors or frozenset()) | {pull.author.id},
        authors_known=facts.authors is not None,
        head=pull.head,
        same=same,
        since=max(moment for moment in (pull.created, facts.seen or now, facts.moved) if moment is not None),
        retargeted=facts.retargeted,
        reviews=facts.reviews,
        comments=facts.comments,
        roles=facts.roles,
        maintainers=facts.maintainers,
    )


def former_heads(facts: Facts) -> tuple[str, ...]:
    """Return the commits other than the head that reviewers approved, newest first."""
    approved = (
        review.commit
        for review in reversed(facts.reviews)
        if review.state is ReviewState.APPROVED
        and review.commit not in (None, facts.pull.head)
        and facts.roles.get(review.author.id, Role.NONE).is_reviewer
    )
    return tuple(dict.fromkeys(commit for commit in approved if commit))[:MOST_FORMER_HEADS]
