"""Citations, the pages that they cite, and their distribution over shards."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.sources.evidence.cited import (
    Citation,
    citation_line,
    citations,
    cited_pages,
    new_citations,
    shard_of,
    shards_for,
)
from tests.samples import assessment


def test_citations_of_a_page_are_grouped_without_fragments() -> None:
    ratings = {
        criterion: {
            "level": "open",
            "evidence": [{"url": f"https://example.org/weights#{criterion}", "fact": "It says so.", "quote": quote}],
        }
        for criterion, quote in (("weights", "one"), ("code", "two"), ("license", "one"))
    }
    found = list(citations([("example/one", assessment(ratings=ratings))]))
    (page,) = cited_pages(found)
    assert (page.url, page.quotes) == ("https://example.org/weights", ("one", "two"))
    assert [(place.criterion, place.index) for place in page.places] == [("weights", 0), ("code", 0), ("license", 0)]


def test_a_link_or_quote_is_new_where_the_model_had_it_nowhere() -> None:
    before = [Citation("example/one", "weights", 0, "https://example.org/a", "words")]
    after = [
        Citation("example/one", "code", 0, "https://example.org/a", "words"),
        Citation("example/one", "weights", 0, "https://example.org/a", "others"),
        Citation("example/one", "weights", 1, "https://example.org/b"),
        Citation("example/two", "weights", 0, "https://example.org/a", "words"),
    ]
    assert list(new_citations(after, before)) == after[1:]


def test_artifacts_cite_pages_too() -> None:
    card = {"available": "yes", "evidence": [{"url": "https://example.org/card", "fact": "There is one."}]}
    found = list(citations([("example/one", assessment(artifacts={"model_card": card}))]))
    assert [(one.criterion, one.url) for one in found][-1] == ("artifacts.model_card", "https://example.org/card")


LINES = """model: Example One
artifacts:
  code:
    available: "yes"
    evidence:
      - url: https://example.org/code
ratings:
  code:
    level: open
    evidence:
      - url: https://example.org/code
      - fact: It is there.
        url: "https://example.org/more" # new
"""


@pytest.mark.parametrize(
    ("criterion", "url", "line"),
    [
        ("artifacts.code", "https://example.org/code", 6),
        ("code", "https://example.org/code", 11),
        ("code", "https://example.org/more", 13),
        ("code", "https://example.org/other", None),
        ("artifacts.data", "https://example.org/code", None),
    ],
)
def test_the_line_of_a_citation_is_below_its_rating_or_artifact(criterion: str, url: str, line: int | None) -> None:
    assert citation_line(LINES, criterion, url) == line


def test_all_pages_of_a_host_belong_to_one_shard() -> None:
    hosts = [f"host-{number}.example.org" for number in range(300)]
    shards = {host: {shard_of(f"https://{host}/{page}", 3) for page in "abc"} for host in hosts}
    assert all(len(found) == 1 for found in shards.values())
    counts = Counter(number for found in shards.values() for number in found)
    assert set(counts) == {1, 2, 3}
    assert min(counts.values()) > 70


@pytest.mark.parametrize(("hosts", "pages_of_each", "most", "shards"), [
    (0, 0, 8, 1), (300, 1, 8, 1), (301, 1, 8, 2), (10_000, 1, 8, 8), (1, 15_001, 8, 2),
])  # fmt: skip
def test_there_are_as_many_shards_as_hosts_and_pages_need(
    hosts: int, pages_of_each: int, most: int, shards: int
) -> None:
    urls = (f"https://{host}.example.org/{page}" for host in range(hosts) for page in range(pages_of_each))
    assert shards_for(urls, most) == shards
