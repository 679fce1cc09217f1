"""The texts of disputes as people read them: each is a file that is reviewed when it changes.

`python -m tests.handlers.disputes.test_documents` writes them anew.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.board.model.rating import Evidence, Rating
from bot.board.model.rubric import Level
from bot.github.commands import Command, NearMiss, Verb
from bot.github.facts import Comment, Person
from bot.governance.conversation import CommandResult, DisputeRequest, Refusal
from bot.handlers.disputes.admission import AlreadyOpen, DisputeOpened, ReturnsLater, TooManyDisputes
from bot.handlers.disputes.state import Appeal, DeveloperReply, PanelDecision, PanelVerdict, PanelVote, Ruling, Stage
from bot.handlers.disputes.text import PastDecision, as_results, as_sticky, as_twin, mark_proposal, opening_body
from bot.handlers.publishing.propose import ProposalResult
from bot.text.catalogue import _
from tests.handlers.disputes.test_issue import ASKER, BEGUN, KOREAN_REASON, NEW, NOW, RULES, URL, decided, view

FILES = Path(__file__).with_name("documents")

MAKER, ANN = Person(9, "example-maker"), Person(3, "example-ann")
EVIDENCE = Evidence(url="https://example.org/licence", fact="The licence allows research only.", where="section 2")
PAST = PastDecision("2026-01-01", 5, URL, Level.CLOSED, Level.SEMI_OPEN, (("example-ann", "independent"),))
OPENED = replace(
    NEW,
    reason="It is free.\nSee its *first* line.\n\nThanks.",
    page="https://example.org/free",
    history=(PAST, PAST._replace(after=None, approvals=()), PAST._replace(before=None)),
    called=("example-maker",),
    rating=Rating(level=Level.SEMI_OPEN, note="Only for research.", evidence=(EVIDENCE,)),
)
REFUSED = tuple(
    CommandResult(Comment(1, ANN, "", NOW), command, refusal)
    for command, refusal in (
        (Command(Verb.VOTE, ("upheld",)), Refusal.UNDECLARED),
        (NearMiss(Verb.VOTE, "/vot upheld"), Refusal.NEAR_MISS),
        (Command(Verb.APPEAL, ()), Refusal.INCOMPLETE),
    )
)
PANEL = replace(
    BEGUN,
    stage=Stage.PANEL,
    due=None,
    reply=DeveloperReply(MAKER, NOW),
    votes=(PanelVote(ANN, Ruling(PanelVerdict.AMENDED, Level.OPEN), 77),),
    answers=REFUSED,
)
RULINGS = (Ruling(PanelVerdict.AMENDED, Level.OPEN), Ruling(PanelVerdict.UPHELD), Ruling(PanelVerdict.REJECTED))
VOTES = tuple(PanelVote(Person(n, f"example-{n}"), ruling, n) for n, ruling in enumerate(RULINGS, 4))
TIED = replace(PANEL, due=NOW, votes=VOTES, answers=())
APPEALED = replace(decided(PanelVerdict.AMENDED, Level.OPEN, Stage.PANEL), appeal=Appeal(ASKER, NOW, "It is *not* so."))
SECOND = PanelDecision(Ruling(PanelVerdict.UPHELD), NOW, TIED.votes, by_majority=False)
MARKED = ProposalResult(number=5)
STOPPED = ProposalResult(obstacle=_("the branch for it can't be pushed"))


def request(model: str, reason: str = "Free.") -> DisputeRequest:
    return DisputeRequest(model, "weights", Comment(1, ASKER, reason, NOW))


DOCUMENTS = {
    "opening": opening_body(OPENED, RULES, NOW),
    "opening-in-korean": opening_body(replace(OPENED, reason=KOREAN_REASON, called=()), RULES, NOW),
    "waiting-for-the-reply": as_sticky(view(BEGUN), RULES, MARKED),
    "panel": as_sticky(view(PANEL), RULES, STOPPED),
    "panel-in-korean": as_sticky(view(PANEL), RULES, MARKED, korean=True),
    "panel-without-a-majority": as_sticky(view(TIED, mark=URL), RULES, MARKED),
    "appeal": as_sticky(view(APPEALED, mark=URL), RULES, MARKED),
    "decided": as_sticky(
        view(replace(decided(PanelVerdict.UPHELD, stage=Stage.DECIDED), due=NOW), mark=URL), RULES, MARKED
    ),
    "to-be-changed": as_sticky(view(decided(PanelVerdict.AMENDED, Level.OPEN), mark=URL), RULES, MARKED, korean=True),
    "final": as_sticky(view(replace(APPEALED, stage=Stage.FINAL, second=SECOND), mark=URL), RULES, MARKED),
    "rejected": as_sticky(view(decided(PanelVerdict.REJECTED)), RULES, MARKED),
    "closed": as_sticky(view(replace(BEGUN, stage=Stage.FINAL)), RULES, MARKED),
    "twin-in-korean": as_twin(12, korean=True),
    "requests": as_results(
        [
            (request("example/one"), DisputeOpened(12)),
            (request("example/two"), AlreadyOpen(7)),
            (request("example/three"), ReturnsLater(5, NOW)),
            (request("example/four", KOREAN_REASON), TooManyDisputes(3)),
        ],
        (CommandResult(Comment(1, ASKER, "", NOW), Command(Verb.DISPUTE, ()), Refusal.INCOMPLETE),),
    ),
    "pull-request-of-the-mark": mark_proposal(view(BEGUN), "").body,
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_text_is_as_it_was_reviewed(name: str) -> None:
    assert (FILES / f"{name}.md").read_text("utf-8") == DOCUMENTS[name]


def test_each_reviewed_text_is_one_of_these() -> None:
    assert {path.stem for path in FILES.iterdir()} == DOCUMENTS.keys()


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    for name, text in DOCUMENTS.items():
        (FILES / f"{name}.md").write_text(text, "utf-8")
