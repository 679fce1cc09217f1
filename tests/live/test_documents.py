"""Documents that name data: their links lead to a file, and what is generated in them is up to date."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bot.board.model.layout import KEPT, POLICY_TABLE
from bot.board.reading.document import Reader, read_policy
from bot.site.governance import policy_section
from tests.checkouts import checkout, run, write
from tests.live.test_data import ran, rubric
from tests.samples import ROOT
from tests.test_documents import CONTRIBUTING, GOVERNANCE, README, blocks, links, tracked

if TYPE_CHECKING:
    from pathlib import Path


def test_the_examples_of_contributing_are_valid(tmp_path: Path) -> None:
    model, developer = blocks(CONTRIBUTING, "yaml")
    reader = Reader(rubric(), date(2025, 12, 31))
    read = reader.assessment("example.yaml", model.encode())
    assert reader.developer("developer.yaml", developer.encode()).problems == []
    assert [problem for problem in read.problems if problem.rule != "missing-criterion"] == []
    if read.problems:
        return  # The rubric has gained a criterion: docs/development.md says to add it to the examples.
    root = checkout(tmp_path, {})
    write(root, "schema/rubric.yaml", (ROOT / "schema/rubric.yaml").read_text("utf-8"))
    write(root, "assessments/example/one.yaml", model)
    write(root, "assessments/example/developer.yaml", developer)
    assert run(root, "check") == (0, "3 files checked: all is well.\n", "")
    assert "Example One" in run(root, "rank").out


@cache
def anchors(file: Path) -> set[str]:
    """Return the fragments that GitHub makes of the headings of a Markdown file."""
    text = re.sub(r"^```.*?^```$", "", file.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*?) *#*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("\\", "")
        name = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        repeated = (f"{name}-{number}" for number in range(1, 99))
        found.add(name if name not in found else next(other for other in repeated if other not in found))
    return found


def leads_nowhere(file: Path, link: str) -> bool:
    """Return whether a relative link of a document has no target in this repository, neither file nor heading."""
    path, _, fragment = link.partition("#")
    target = (file.parent / path).resolve() if path else file
    return not target.exists() or not target.is_relative_to(ROOT) or bool(fragment and fragment not in anchors(target))


def test_every_relative_link_leads_to_a_file_and_a_heading() -> None:
    relative = [
        (file, link)
        for pattern in ("*.md", "docs/**/*.md", "leaderboard/**/*.md", "studies/**/README.md")
        for file in sorted(set(ROOT.glob(pattern)) - {ROOT / path for path in KEPT})
        for link in sorted(links(file.read_text("utf-8")))
        if not re.match(r"[a-z]+:", link)
    ]
    assert relative
    assert [f"{file.relative_to(ROOT)}: {link}" for file, link in relative if leads_nowhere(file, link)] == []


def test_links_and_headings_are_found() -> None:
    assert "#for-readers" in links(README)
    assert "[#code](code)" not in links("`[#code](code)`")
    assert "for-people-who-build-on-the-data" in anchors(ROOT / "README.md")
    assert leads_nowhere(ROOT / "README.md", "#no-such-heading")
    assert leads_nowhere(ROOT / "README.md", "docs/no-such-file.md")


@pytest.mark.thorough
def test_the_readme_quotes_what_the_commands_say() -> None:
    (session,) = blocks(README, "console")
    # The numbers change with every model that somebody adds, and whether there are warnings; the rest does not.
    for command in ("check", "build --check"):
        said = ran(*command.split()).out.splitlines()[-1]
        assert without_numbers(said.partition(":")[0]) in without_numbers(session)


def without_numbers(text: str) -> str:
    return re.sub(r"[0-9][0-9,]* (\w+?)s?\b", r"N \1", text)


def test_the_table_of_the_policy_is_the_generated_one() -> None:
    policy = read_policy("governance.yml", (ROOT / "governance.yml").read_bytes()).value
    assert policy is not None
    assert POLICY_TABLE.fill(GOVERNANCE, policy_section(policy)) == GOVERNANCE, "run `openness-bot build`"


def test_no_document_names_a_folder_of_somebodys_machine_or_a_private_registry() -> None:
    # Put together here, lest this file be found itself.
    places = [f"/{folder}/" for folder in ("work", "tmp", "root", "home", "Users")]
    machine = re.compile(rf"(?<![\w.:/-])(?:{'|'.join(places)})")
    words = [rf"\b{name}\.org" for name in ("pypi", "pythonhosted")] + [
        f"--{kind}-url" for kind in ("index", "extra-index")
    ]
    registry = re.compile("|".join(words))
    found = []
    for path in tracked():
        text = (ROOT / path).read_text("utf-8", errors="replace")
        if path.endswith(".md") or not path.startswith(("tests/", "assessments/", "leaderboard/")):
            found += [f"{path}: {hit[0]}" for hit in machine.finditer(text)]
        found += [f"{path}: {hit[0]}" for hit in registry.finditer(text)]
    assert found == []
