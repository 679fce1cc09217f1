"""What a host's robots.txt asks of us (RFC 9309). Pure; parsed by Protego, which keeps to linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from bot.sources.web.manners import NAME
from bot.sources.web.outcome import Declined, Disallowed, Fetched, NoAnswer, NotModified, Outcome, Trouble

LARGEST_ROBOTS = 512 * 1024
"""In bytes; RFC 9309, section 2.5, asks for 500 KiB at least."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What may be asked for, and how often."""

    parsed: Protego | None
    """None: the same for all addresses."""
    otherwise: bool = True
    delay: float = 0
    """Seconds between requests."""
    size: int = 0
    """Of the text that was parsed, in characters; it takes some forty times as many bytes."""
    words: str = "its robots.txt asks robots to stay away"
    """Why what isn't allowed isn't asked for: a phrase for people."""

    def allow(self, url: str) -> bool:
        """Whether a page may be asked for."""
        if self.parsed is None:
            return self.otherwise
        try:
            return self.parsed.can_fetch(url, NAME)
        except ValueError:
            return False


ALL = RobotsRules(None)
TOO_MANY = RobotsRules(
    None, otherwise=False, words="its host has more rules for robots than can be kept, so it isn't asked for"
)


def robots_rules(outcome: Outcome) -> RobotsRules:
    """What follows from asking for robots.txt (RFC 9309, section 2.3.1).

    - There is one: it counts.
    - 4xx, or redirects that lead nowhere: there is none, all is allowed (2.3.1.2, 2.3.1.3).
    - 5xx, or no answer: nobody knows, so nothing is (2.3.1.4).

    What was never allowed says nothing of the page: the words name what the host answered.
    """
    match outcome:
        case Fetched(data=data):
            text = _for_us(data[:LARGEST_ROBOTS])
            parsed = Protego.parse(text)
            return RobotsRules(parsed, delay=parsed.crawl_delay(NAME) or 0, size=len(text))
        case Declined(status=status) if 300 <= status < 500:
            return ALL
        case NotModified() | NoAnswer(trouble=Trouble.REDIRECTS):
            return ALL
        case Declined(status=status):
            return _nothing(f"it answers {status}")
        case NoAnswer(words=words):
            return _nothing(words)
        case Disallowed():
            return RobotsRules(None, otherwise=False)


def _nothing(words: str) -> RobotsRules:
    return RobotsRules(None, otherwise=False, words=f"its robots.txt can't be had ({words}), so it isn't asked for")


_AGENT = re.compile(r"\s*user[- ]?agent\b[\s:]*([^#]*)", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|d[ias]+l+[oa]w|crawl[- ]?delay)\b", re.IGNORECASE)
"""As Protego reads them: with the usual misspellings of "disallow"."""


def _for_us(data: bytes) -> str:
    """The groups of a robots.txt that are for us or for all.

    For n names over m rules Protego would keep n times m of them: hundreds of millions in half a megabyte.
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
