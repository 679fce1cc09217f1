"""The rules of a host's robots.txt (RFC 9309). Pure; parsed by Protego in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from bot.sources.web.outcome import Declined, Disallowed, Fetched, NoAnswer, NotModified, Outcome, Trouble
from bot.sources.web.politeness import NAME

LARGEST_ROBOTS = 512 * 1024
"""Bytes; RFC 9309, section 2.5, requires at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """Which URLs of a host may be requested, and how often."""

    parsed: Protego | None
    """None: the same rule for all URLs."""
    otherwise: bool = True
    """That rule."""
    delay: float = 0
    """Seconds between requests."""
    size: int = 0
    """Characters of the parsed text; in memory it has about forty times as many bytes."""
    words: str = "its robots.txt disallows it"
    """Reason for what is not allowed, as a phrase for people."""

    def allow(self, url: str) -> bool:
        """Return whether a URL may be requested."""
        if self.parsed is None:
            return self.otherwise
        try:
            return self.parsed.can_fetch(url, NAME)
        except ValueError:
            return False


ALL = RobotsRules(None)
TOO_MANY = RobotsRules(None, otherwise=False, words="its host's robots.txt is too large, so the page isn't requested")


def robots_rules(outcome: Outcome) -> RobotsRules:
    """Return the rules that follow from the outcome of robots.txt (RFC 9309, section 2.3.1).

    After 4xx or broken redirects everything is allowed (2.3.1.2, 2.3.1.3), after 5xx or no answer nothing (2.3.1.4).
    """
    match outcome:
        case Fetched(data=data):
            text = _for_us(data[:LARGEST_ROBOTS])
            parsed = Protego.parse(text)
            return RobotsRules(parsed, delay=parsed.crawl_delay(NAME) or 0, size=len(text))
        case NotModified() | NoAnswer(trouble=Trouble.REDIRECTS):
            return ALL
        case Declined(status=status) if 300 <= status < 500:
            return ALL
        case Disallowed():
            return RobotsRules(None, otherwise=False)
        case Declined() | NoAnswer():
            why = f"it answers {outcome.status}" if isinstance(outcome, Declined) else outcome.words
            words = f"its robots.txt can't be fetched ({why}), so the page isn't requested"
            return RobotsRules(None, otherwise=False, words=words)


_AGENT = re.compile(r"\s*user[- ]?agent\b[\s:]*([^#]*)", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|d[ias]+l+[oa]w|crawl[- ]?delay)\b", re.IGNORECASE)
"""As Protego reads them, with the usual misspellings of "disallow"."""


def _for_us(data: bytes) -> str:
    """Return the groups of a robots.txt that apply to us or to all robots.

    For n agents before m rules Protego would store n times m rules: hundreds of millions in half a megabyte.
    """
    lines: list[str] = []
    is_for_us = among_agents = False
    for line in data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines():
        if agent := _AGENT.match(line):
            is_for_us = is_for_us and among_agents
            among_agents = True
            name = agent[1].strip().partition("/")[0].lower()
            if name in (NAME, "*"):
                is_for_us = True
                lines.append(f"User-agent: {name}")
        elif _RULE.match(line):
            among_agents = False
            if is_for_us:
                lines.append(line)
    return "\n".join(lines)
