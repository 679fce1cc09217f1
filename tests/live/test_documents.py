"""Documents that name data: their links lead to a file, and what is generated in them is up to date."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from bot.board.model.layout import KEPT, POLICY_TABLE
from bot.board.reading.document import Reader, read_policy
from bot.site.governance import policy_section
from tests.checkouts import checkout, commit, git, run, write
from tests.live.test_data import rubric
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
    assert run(root, "check") == (0, "3 files checked: no problems.\n", "")
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
    if form := re.fullmatch(
        r"(?:\.\./)*issues/new\?template=([\w.-]+)(?:&.*)?", link
    ):  # on GitHub, beside the repository's files
        return not (ROOT / ".github/ISSUE_TEMPLATE" / form[1]).exists()
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
    assert leads_nowhere(ROOT / "README.md", "../../issues/new?template=no-such-form.yml")


# ---- commands and their output ---------------------------------------------------------------------------------------

NOT_RUN = {
    r"make( test| test-all| coverage| lint| fuzz.*| mutants.*| catalogue)?": "it runs tests, takes hours, or changes the code",
    r"\S*(pytest|python -m (tests|tools|pdb)).*": "it runs tests, or waits for a person",
    r"\S*openness-bot (pr|issue|dispute|publish|mend) .*|\S*openness-bot publish": "it asks GitHub",
    r"\S*openness-bot (evidence verify|evidence quote http|draft --update|links).*": "it fetches pages of other sites",
    r"\S*openness-bot (evidence merge|evidence copies|evidence quote report|evidence report --state|import|agreement).*": (
        "it needs files of somebody else"
    ),
    r"(export|git|gh) .*": "it sets the shell up, or changes a repository on GitHub",
}
"""Commands in documents that are not run, as patterns, and the reasons."""


class Shown(NamedTuple):
    """A command in a document, and the output that the document shows."""

    document: str
    command: str
    output: str

    @property
    def reason(self) -> str | None:
        """Return why the command is not run; None if it is."""
        return next((reason for pattern, reason in NOT_RUN.items() if re.fullmatch(pattern, self.command)), None)

    def matches(self, printed: str) -> bool:
        """Return whether this is what was printed: `...` is for anything, on a line of its own for any lines."""
        lines = [re.escape(line).replace(r"\.\.\.", ".*") for line in self.output.splitlines()]
        pattern = "".join("(?:.*\n)*" if line == ".*" else f"{line}\n" for line in lines)
        return not lines or re.fullmatch(pattern, printed) is not None


def sessions(document: str, text: str) -> list[Shown]:
    """Return the commands in a document's terminal sessions, without comments."""
    parts = (part for block in blocks(text, "console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
    split = (part.partition("\n") for part in parts)
    return [Shown(document, re.sub(r" +# .*", "", command), output.rstrip("\n")) for command, _, output in split]


@cache
def shown_commands() -> list[Shown]:
    files = [file for pattern in ("*.md", "docs/*.md") for file in sorted(ROOT.glob(pattern))]
    return [shown for file in files for shown in sessions(file.name, file.read_text("utf-8"))]


def steps(command: str) -> list[list[str]]:
    """Return the arguments of each openness-bot that a command of a document starts, itself or through the Makefile."""
    words = shlex.split(command.partition(" > ")[0])
    if words[0] != "make":
        return [words[1:]]
    recipe = re.search(rf"^{words[1]}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe, command
    return [shlex.split(line)[1:] for line in recipe[1].splitlines()]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout whose generated files are up to date, with a commit on origin/main."""
    root = tmp_path_factory.mktemp("copied")
    for path in tracked():
        if not path.startswith(("bot/", "tests/")):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, root / path)
    commit(root)  # a build in a repository leaves a cache for the next
    assert run(root, "build").code == 0
    git(root, "update-ref", "refs/remotes/origin/main", commit(root))
    return root


@pytest.mark.parametrize("command", sorted({shown.command for shown in shown_commands() if not shown.reason}))
def test_a_command_in_documents_prints_what_they_show(command: str, copied: Path) -> None:
    results = [run(copied, *_with_a_model(copied, words)) for words in steps(command)]
    assert [result.code for result in results] == [0] * len(results), results
    printed = "".join(result.out for result in results)
    for shown in shown_commands():
        if shown.command == command:
            assert shown.matches(printed), f"{shown.document} shows\n{shown.output}\nbut it prints\n{printed}"


def _with_a_model(root: Path, words: list[str]) -> list[str]:
    """Return the arguments of a command about a model with one that is there, if the named one is gone."""
    if words[0] in ("show", "history") and not (root / f"assessments/{words[1]}.yaml").exists():
        first = min(set(root.glob("assessments/*/*.yaml")) - set(root.glob("assessments/*/developer.yaml")))
        words = [words[0], first.relative_to(root / "assessments").with_suffix("").as_posix(), *words[2:]]
    return words


def test_every_reason_not_to_run_a_command_is_one_of_a_command() -> None:
    commands = {shown.command for shown in shown_commands()}
    assert [pattern for pattern in NOT_RUN if not any(re.fullmatch(pattern, one) for one in commands)] == []


def test_shown_output_is_compared_line_by_line() -> None:
    (shown,) = sessions("example.md", "```console\n$ example  # a comment\nfirst\n...\n... files: done.\n```\n")
    assert shown == ("example.md", "example", "first\n...\n... files: done.")
    assert shown.matches("first\nsecond\nthird\n3 files: done.\n")
    assert shown.matches("first\n3 files: done.\n")
    assert not shown.matches("first\n3 files: failed.\n")
    assert not shown.matches("second\n3 files: done.\n")
    assert not shown.matches("first\n3 files: done.\nmore\n")


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
