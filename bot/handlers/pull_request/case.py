"""Review case of a pull request, which governance judges, from its facts and contents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.board.model.policy import LinkRule
from bot.github.facts import ReviewState, Role, TimelineKind
from bot.governance.conversation import CommandContext
from bot.governance.effect_history import judgements, last_change
from bot.governance.judgement import LinkNeeds, ReviewCase
from bot.handlers.pull_request.classes import changed_developers, find_classes, interested_developers
from bot.text.sameness import normal_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.github.facts import Facts, StatusRecord
    from bot.handlers.pull_request.authors import Authors
    from bot.handlers.pull_request.facts import Contents


MOST_APPROVED_HEADS = 8
"""Former heads, the newest that somebody approved, whose results are compared with the present one."""
MOST_STATUSES = 900
"""Statuses of a commit after which it is never ready. GitHub takes 1,000: a success that can't be taken back would outlast a hold."""


@dataclass(frozen=True, slots=True)
class EffectHistory:
    """Facts about the present effect from before the present head."""

    since: datetime
    """Since when people can look at it without interruption."""
    same: Mapping[str, tuple[StatusRecord, ...]] = field(default_factory=dict)
    """The records of approved former heads whose merge has the same result, by commit."""


def build_review_case(
    facts: Facts, contents: Contents, now: datetime, history: EffectHistory, authors: Authors
) -> ReviewCase:
    """Return the case at the time `now`."""
    pull, rules = facts.pull, contents.rules
    found = find_classes(contents, may_generate=pull.is_our_own)
    needing = (each for each, rule in rules.policy.classes.items() if rule.final_comment_days)
    telling = {each for each, rule in rules.policy.classes.items() if rule.notify_developer}
    return ReviewCase(
        now=now,
        classes=found,
        models=frozenset(model.id for model in contents.models),
        organisations=contents.organisations,
        interested=interested_developers(contents),
        notified=changed_developers(contents, telling),
        context=CommandContext(
            developers=rules.developers | interested_developers(contents),
            models=rules.models,
            criteria=rules.criteria,
            found=found,
            with_final_comment=frozenset(needing),
            authors=authors.people,
            links=_may_be_seen(contents),
            links_since=head_since(facts),
            head=facts.pull.head,
        ),
        author=pull.author,
        authors=authors.people,
        unknown_authors=authors.unknown,
        unknown_commit=authors.commit,
        effect=contents.effect,
        records={**history.same, pull.head: facts.records},
        since=max(pull.created, history.since) if contents.effect and not pull.is_draft else None,
        changed=any(one.effect not in ("", contents.effect) for one in judgements(facts.records)),
        sharing=tuple(sorted((pull.number, *facts.twins))) if facts.twins and pull.into_default else (),
        is_spent=facts.statuses >= MOST_STATUSES and pull.into_default,
        retargeted=last_change(facts.timeline, TimelineKind.RETARGETED),
        reviews=facts.reviews,
        comments=facts.comments,
        roles=facts.roles,
        maintainers=facts.maintainers,
        unknown_roles=facts.unknown_roles,
        links=_link_needs(contents),
    )


def _may_be_seen(contents: Contents) -> dict[str, bool]:
    """Return the changed links, and whether a reviewer's word is enough for any place in which they are cited."""
    found: dict[str, bool] = {}
    for link in contents.links:
        url = normal_url(link.cited.url)
        found[url] = found.get(url, False) or link.rule is not LinkRule.FIX
    return found


def _link_needs(contents: Contents) -> LinkNeeds | None:
    if not contents.links:
        return None
    to_see = frozenset(normal_url(link.cited.url) for link in contents.links if link.rule is LinkRule.SEEN)
    return LinkNeeds(all(link.rule is not None for link in contents.links), to_see)


def head_since(facts: Facts) -> datetime | None:
    """Return since when the bot has known the head without another one in between; None where it doesn't know it yet."""
    pushed = last_change(facts.timeline, TimelineKind.FORCE_PUSHED)
    return next((one.at for one in facts.records if pushed is None or one.at >= pushed), None)


def former_heads(facts: Facts) -> tuple[str, ...]:
    """Return the commits other than the head that reviewers approved, newest first."""
    approved = (
        review.commit
        for review in reversed(facts.reviews)
        if review.state is ReviewState.APPROVED
        and review.commit not in (None, facts.pull.head)
        and facts.roles.get(review.author.id, Role.NONE).is_reviewer
    )
    return tuple(dict.fromkeys(commit for commit in approved if commit))[:MOST_APPROVED_HEADS]
