"""Measure the share of facts of real files that the search for quotes finds.

`python -m benchmarks.quotes benchmarks/quotes.txt --clones '/clones/{owner}/{name}'` prints a table. The facts are chosen by other
programs, so that text that we cannot read is counted too: words in a row as poppler's `pdftotext` reads a PDF, and as `w3m` shows
HTML, into which markdown-it-py renders Markdown. The same facts become false ones: two numbers that are beside each other as one,
a number with another figure, and a fact of another file.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt
from tabulate import tabulate

from bot.sources.evidence.pages import Unreadable, read_page
from bot.sources.evidence.quotes import ExactMatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.sources.evidence.quotes import Searchable

WORDS = 8
"""Words of a fact."""
MOST = 60
"""Most facts of a file, and most of each kind of what it doesn't say."""
FOREIGN = 20
"""Most facts of the file before."""
LEAST_LETTERS, LEAST_SHARE = 20, 0.6
"""Characters of a fact without its spaces, and the share of these that are letters."""
_KINDS = {".pdf": "PDF", ".html": "HTML", ".htm": "HTML", ".md": "Markdown", ".markdown": "Markdown"}


class Source(NamedTuple):
    """A file of the list."""

    name: str
    data: bytes
    kind: str


class Said(NamedTuple):
    """Facts of a file, and false ones."""

    facts: list[str]
    not_said: dict[str, list[str]]
    text: str
    """All words, with one space between them."""


@dataclass
class Counts:
    """Results of all files of a kind."""

    files: int = 0
    unreadable: int = 0
    facts: int = 0
    found: int = 0
    seconds: float = 0
    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    false: dict[str, int] = field(default_factory=lambda: defaultdict(int))


# ---- files -----------------------------------------------------------------------------------------------------------


def sources(listed: Iterable[str], clones: str) -> Iterator[Source]:
    """Yield the files of a list: paths, or `OWNER/NAME@COMMIT:PATH` in a clone. Raises SystemExit where one is missing."""
    for line in listed:
        found = re.fullmatch(r"([\w.-]+)/([\w.-]+)@([0-9a-f]{40}):(.+)", line)
        kind = _KINDS.get(PurePosixPath(line).suffix.lower(), "")
        if not found:
            yield Source(line, Path(line).read_bytes(), kind)
            continue
        owner, name, commit, path = found.groups()
        clone = clones.format(owner=owner, name=name)
        shown = subprocess.run(["git", "-C", clone, "show", f"{commit}:{path}"], capture_output=True, check=False)
        if shown.returncode:
            raise SystemExit(f"{line} isn't in {clone}: {shown.stderr.decode('utf-8', 'replace').strip()}")
        yield Source(line, shown.stdout, kind)


# ---- facts -----------------------------------------------------------------------------------------------------------

_BULLET = re.compile(r"^\s*[□☆○•★◎※△■●]\s")
"""Sign that w3m draws before the items of a list."""
_WORD = re.compile(r"<word [^>]*>(.*?)</word>", re.DOTALL)


def blocks(source: Source) -> list[list[list[str]]]:
    """Return the words of a file as another program reads them, by blocks and lines."""
    if source.kind == "PDF":
        listed = _run(["pdftotext", "-bbox-layout", "-enc", "UTF-8", "-", "-"], source.data)
        return [
            [[html.unescape(word) for word in _WORD.findall(line)] for line in block.split("<line ")[1:]]
            for block in listed.split("<block ")[1:]
        ]
    page = source.data
    if source.kind == "Markdown":
        text = re.sub(r"\A---\n.*?\n---\n", "", page.decode("utf-8", "replace"), flags=re.DOTALL)
        rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
        page = f"<!doctype html><meta charset=utf-8>{rendered}".encode()
    # Of pictures w3m shows other words, which no reader sees.
    page = re.sub(rb"<img\b[^>]*>", b" ", page, flags=re.IGNORECASE)
    shown = _run(["w3m", "-dump", "-T", "text/html", "-O", "UTF-8", "-cols", "4000", "-o", "ext_halfdump=0"], page)
    return [[_BULLET.sub("", line).split() for line in block.split("\n")] for block in re.split(r"\n\s*\n", shown)]


def _run(command: list[str], data: bytes) -> str:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def said(read: list[list[list[str]]], chance: random.Random) -> Said:
    """Return facts of a text as another program read it, and false ones about its numbers."""
    facts: list[str] = []
    joined: list[str] = []
    changed: list[str] = []
    text = " ".join(word for block in read for line in block for word in line)
    vocabulary = {word for block in read for line in block for word in line}
    for block in read:
        words = [(word, number == len(line) - 1) for line in block for number, word in enumerate(line)]
        for start in range(0, len(words) - WORDS + 1, WORDS):
            part = words[start : start + WORDS]
            if not any(ends and word[-1:] in "-‐\xad" for word, ends in part) and _is_text(
                fact := " ".join(word for word, _ in part)
            ):
                facts.append(fact)
                changed += _with_another_number(fact, vocabulary, chance)
        pairs = [(one, other) for (one, _), (other, _) in pairwise(words)]
        joined += [one + other for one, other in pairs if one[-1:].isdecimal() and other[:1].isdecimal()]
    everything = " ".join(vocabulary)
    joined = [number for number in joined if number not in everything]
    changed = [fact for fact in changed if fact not in text]
    for listed in (facts, joined, changed):
        chance.shuffle(listed)
    return Said(facts[:MOST], {"joined numbers": joined[:MOST], "other numbers": changed[:MOST]}, text)


def _is_text(fact: str) -> bool:
    """Return whether this is a sentence or a row, rather than formulas, a drawing, or letters without a meaning."""
    letters = fact.replace(" ", "")
    private = any(0xE000 <= ord(letter) < 0xF900 or letter in "\ufffd•◦▪[]" for letter in letters)
    return (
        len(letters) >= LEAST_LETTERS
        and sum(map(str.isalpha, letters)) >= LEAST_SHARE * len(letters)
        and fact.isprintable()
        and not private
    )


def _with_another_number(fact: str, vocabulary: set[str], chance: random.Random) -> Iterator[str]:
    """Yield the fact with another figure in its first number, where no other word is like that."""
    if found := re.search(r"(?<![\w.,])[0-9]+(?![\w.,])", fact):
        other = str(int(found[0]) + chance.randint(1, 8))
        if other not in vocabulary:
            yield fact[: found.start()] + other + fact[found.end() :]


# ---- measuring -------------------------------------------------------------------------------------------------------


def measure(listed: Iterable[Source], *, verbose: bool) -> dict[str, Counts]:
    """Return the results by kind of file."""
    results: dict[str, Counts] = defaultdict(Counts)
    foreign: list[str] = []
    for source in listed:
        counts = results[source.kind]
        counts.files += 1
        own = said(blocks(source), random.Random(source.name))
        start = time.process_time()
        page = read_page(source.data, "", PurePosixPath(source.name).name)
        counts.seconds += time.process_time() - start
        if isinstance(page, Unreadable):
            counts.unreadable += 1
            continue
        text = page.searchable()
        found = [fact for fact in own.facts if _finds(text, fact)]
        counts.facts += len(own.facts)
        counts.found += len(found)
        if verbose:
            for fact in own.facts:
                if fact not in found:
                    print(f"not found: {source.name}: {fact}", file=sys.stderr)
        others = [fact for fact in foreign if fact not in own.text]
        for kind, quotes in (own.not_said | {"facts of another file": others}).items():
            false = [quote for quote in quotes if _finds(text, quote)]
            counts.tried[kind] += len(quotes)
            counts.false[kind] += len(false)
            for quote in false if verbose else ():
                print(f"false: {source.name}: {quote}", file=sys.stderr)
        foreign = own.facts[:FOREIGN]
    return results


def _finds(text: Searchable, quote: str) -> bool:
    return isinstance(text.find(quote), ExactMatch)


def table(results: dict[str, Counts]) -> str:
    """Return the results as a Markdown table."""
    rows = []
    for kind, counts in sorted(results.items()):
        tried = "; ".join(f"{counts.false[each]} of {number:,} {each}" for each, number in counts.tried.items())
        share = counts.found / counts.facts if counts.facts else 0
        found = f"{counts.found:,} of {counts.facts:,} ({share:.1%})"
        rows.append([kind, counts.files, counts.unreadable, found, tried, f"{counts.seconds:.1f} s"])
    heads = ["kind", "files", "without text", "facts found", "false finds", "reading"]
    return tabulate(rows, heads, tablefmt="github")


def main() -> None:
    """Print the table for a list of files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, help="a file with a path or OWNER/NAME@COMMIT:PATH on each line")
    parser.add_argument("--clones", default="{owner}/{name}", help="where the clone of a repository is")
    parser.add_argument("--verbose", action="store_true", help="print what was not found, and what was found falsely")
    asked = parser.parse_args()
    lines = asked.list.read_text("utf-8").splitlines()
    listed = [line for line in lines if line.strip() and not line.startswith("#")]
    print(table(measure(sources(listed, asked.clones), verbose=asked.verbose)))


if __name__ == "__main__":
    main()
