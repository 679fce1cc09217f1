"""Documents for people: their examples work, their commands exist, and the files that they name exist."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import tomllib
from datetime import UTC, datetime
from functools import cache
from textwrap import dedent
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.board.model.layout import POLICY_TABLE
from bot.board.model.policy import ChangeClass
from bot.cli import cli
from bot.github.commands import Verb, commands
from bot.github.facts import Comment, Person, Role
from bot.governance.conversation import CommandContext, Refusal, replay_comments
from tests.board.model.values import BEYOND_JSON_SCHEMA
from tests.samples import ROOT
from tests.test_schemas import check_jsonschema

README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
KOREAN = (ROOT / "CONTRIBUTING.ko.md").read_text("utf-8")
GOVERNANCE = (ROOT / "GOVERNANCE.md").read_text("utf-8")


# ---- examples --------------------------------------------------------------------------------------------------------


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language, including those in lists."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


# ---- commands --------------------------------------------------------------------------------------------------------


def command_lines(text: str) -> list[str]:
    """Return every command in a block of a terminal session or between backticks, without comments."""
    shown = [
        line.removeprefix("$ ") for block in blocks(text, "console") for line in block.splitlines() if line[:2] == "$ "
    ]
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return shown + [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", prose)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def check_command(words: list[str]) -> None:
    """Fail for a command or an option that openness-bot doesn't have."""
    if not words or words == ["--help"]:
        return
    context = click.Context(cli)
    if words[0] == "--root":
        words = words[2:]
    command = cli.get_command(context, words[0])
    assert command is not None, f"there is no command {words[0]}"
    if isinstance(command, click.Group) and len(words) > 1:
        words = words[1:]
        command = command.get_command(context, words[0])
        assert command is not None, f"there is no command {words[0]}"
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    used = {word.partition("=")[0] for word in words[1:] if word.startswith("-")}
    assert used <= known, f"{command.name} has no {used - known}"


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "README.ko.md",
        "CONTRIBUTING.md",
        "CONTRIBUTING.ko.md",
        "GOVERNANCE.md",
        "docs/performance.md",
        "docs/dependencies.md",
        "docs/operating.md",
        "docs/development.md",
        "docs/testing.md",
        ".ci/run",
    ],
)
def test_every_command_that_is_written_down_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    lines = command_lines(text) if name.endswith(".md") else text.splitlines()
    found = 0
    for line in lines:
        words = shlex.split(line, comments=True)
        match words:
            case ["openness-bot" | ".venv/bin/openness-bot", *arguments]:
                check_command(arguments)
            case ["make", target, *_]:
                assert target in targets(), line
            case _:
                continue
        found += 1
    assert found


def test_the_commands_named_after_another_exist() -> None:
    # "`openness-bot rank`, `show`, `compare` and `reproduce`"
    for name in re.findall(r"`([a-z]+)`", README.partition("On the command line: ")[2].partition(".")[0]):
        check_command([name])


# ---- links -----------------------------------------------------------------------------------------------------------


def links(text: str) -> set[str]:
    """Return the destinations of all links and images, in Markdown and in HTML."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`(?!\])", "", prose)
    found = set(re.findall(r"(?<!\\)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)", prose))
    return found | set(re.findall(r'(?:href|src)="([^"]*)"', prose))


# ---- governance ------------------------------------------------------------------------------------------------------


def slash_commands(text: str) -> list[str]:
    """Return the slash commands between backticks, with their words."""
    return [found for found in re.findall(r"`(/[^`]*)`", " ".join(text.split())) if not found.endswith("/")]


@pytest.mark.parametrize(
    "name", ["GOVERNANCE.md", "CONTRIBUTING.md", "CONTRIBUTING.ko.md", "CODE_OF_CONDUCT.md", "docs/operating.md"]
)
def test_every_command_for_comments_that_is_written_down_is_one(name: str) -> None:
    for line in slash_commands((ROOT / name).read_text("utf-8")):
        (command,) = commands(line)
        assert command.text == line


def table_of_commands() -> list[tuple[str, str]]:
    """Return the commands of the table in GOVERNANCE.md, each with the people who may give it."""
    section = GOVERNANCE.partition("\n## Commands\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
    return [(command.strip(" `"), who.strip()) for command, who in rows]


def test_the_table_of_commands_has_all_of_them() -> None:
    assert {commands(command)[0].verb for command, _ in table_of_commands()} == set(Verb)


PLACE = CommandContext(
    developers=["developer"],
    models=["developer/model"],
    criteria=["weights"],
    found=frozenset({ChangeClass.RUBRIC}),
    with_final_comment=frozenset({ChangeClass.RUBRIC}),
)


@pytest.mark.parametrize("role", [Role.NONE, Role.WRITE, Role.MAINTAIN])
@pytest.mark.parametrize(("command", "who"), table_of_commands(), ids=lambda each: each.split()[0])
def test_the_table_of_commands_says_who_may(command: str, who: str, role: Role) -> None:
    asked = Comment(1, Person(7, "example"), command, datetime(2026, 11, 21, tzinfo=UTC))
    (answer,) = replay_comments([asked], {7: role}, PLACE).results
    refused = answer.refusal in (Refusal.NOT_A_REVIEWER, Refusal.NOT_A_MAINTAINER)
    match who:
        case "anyone":
            assert not refused
        case "maintainers":
            assert refused is not role.is_maintainer
        case "reviewers" | "who raised it; a maintainer with a reason behind it":
            assert refused is not role.is_reviewer
        case _:
            assert who.endswith(", in a dispute")
            assert answer.refusal is Refusal.NOT_HERE


def test_the_text_about_the_policy_repeats_none_of_its_numbers() -> None:
    text = re.sub(r"`[^`]*`|^ *[0-9]+\.|\]\([^)]*\)", "", POLICY_TABLE.strip(GOVERNANCE), flags=re.MULTILINE)
    for written in (text, KOREAN.partition("## 평가하는 방법")[0], CONTRIBUTING.partition("## How to rate")[0]):
        named = r"\b[0-9]+ (?:hour|day|month|approval|organisation|maintainer)|[0-9]+ ?(?:시간|일|개월|명)(?![가-힣])"
        assert re.findall(named, written) == []
    assert re.findall(r"[0-9]", text) == []


def test_every_class_of_changes_that_the_text_names_is_one() -> None:
    text = POLICY_TABLE.strip(GOVERNANCE)
    named = re.findall(r"the class `([^`]+)`|precedents the class `([^`]+)`", " ".join(text.split()))
    assert named
    assert {first or second for first, second in named} <= set(ChangeClass)


def test_owners_of_the_code_are_nobody_who_was_made_up() -> None:
    lines = (ROOT / ".github/CODEOWNERS").read_text("utf-8").splitlines()
    # https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
    assert [line for line in lines if line and not line.startswith("#") and "@" not in line] == []
    for path in re.findall(r"^#? *(/\S+) +@", "\n".join(lines), re.MULTILINE):
        assert (ROOT / path.strip("/")).exists(), path


def test_forms_are_named_as_they_are_called() -> None:
    titles = {
        language: [
            yaml.safe_load(file.read_text("utf-8"))["name"]
            for file in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
            if file.name != "config.yml" and file.name.endswith(".ko.yml") is (language == "ko")
        ]
        for language in ("en", "ko")
    }
    assert len(titles["en"]) == len(titles["ko"]) == 4
    assert [title for title in titles["en"] if f"*{title}*" not in " ".join(CONTRIBUTING.split())] == []
    assert [title for title in titles["ko"] if f"*{title}*" not in " ".join(KOREAN.split())] == []


def test_labels_of_the_forms_are_in_the_manual() -> None:
    manual = (ROOT / "docs/operating.md").read_text("utf-8")
    for file in (ROOT / ".github/ISSUE_TEMPLATE").glob("*-*.yml"):
        for label in yaml.safe_load(file.read_text("utf-8"))["labels"]:
            assert f'"{label}"' in manual, label


# ---- two languages ---------------------------------------------------------------------------------------------------


def outline(text: str) -> list[str]:
    """Return the levels of the headings outside of blocks, in order."""
    return re.findall(r"^(#+) ", prose_of(text), re.MULTILINE)


def test_both_languages_have_the_same_headings() -> None:
    assert outline(KOREAN) == outline(CONTRIBUTING)


def test_both_languages_have_the_same_links() -> None:
    here, there = (links(text) for text in (CONTRIBUTING, KOREAN))
    assert here - {"CONTRIBUTING.ko.md"} == there - {"CONTRIBUTING.md"}
    assert "CONTRIBUTING.ko.md" in here
    assert "CONTRIBUTING.md" in there


def test_both_languages_name_the_same_commands_keys_and_files() -> None:
    here, there = (
        {" ".join(word.split()) for word in re.findall(r"`([^`]+)`", prose_of(text))} for text in (CONTRIBUTING, KOREAN)
    )
    assert here == there


def prose_of(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def test_both_languages_have_the_same_examples_but_for_their_comments() -> None:
    assert [yaml.safe_load(block) for block in blocks(KOREAN, "yaml")] == [
        yaml.safe_load(block) for block in blocks(CONTRIBUTING, "yaml")
    ]
    assert [
        [line.partition("#")[0].rstrip() for line in block.splitlines()] for block in blocks(KOREAN, "console")
    ] == [[line.partition("#")[0].rstrip() for line in block.splitlines()] for block in blocks(CONTRIBUTING, "console")]


def test_both_languages_have_lists_and_tables_of_the_same_length() -> None:
    def shape(text: str) -> list[str]:
        return re.findall(r"^(?:- |[0-9]\. |\|)", prose_of(text), re.MULTILINE)

    assert shape(KOREAN) == shape(CONTRIBUTING)


# ---- files for other programs ----------------------------------------------------------------------------------------


def test_the_citation_is_valid() -> None:
    checked = check_jsonschema("--builtin-schema", "vendor.citation-file-format", ROOT / "CITATION.cff")
    assert checked == (0, "ok -- validation done\n")


def test_the_hook_of_pre_commit_selects_assessments_and_nothing_else() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook.keys() >= {"id", "name", "entry", "language"}
    assert hook["id"] == "openness-check"
    program, *arguments = hook["entry"].split()
    assert program in pyproject()["project"]["scripts"]
    check_command(arguments)
    selected = re.compile(hook["files"])
    assert all(selected.search(path) for path in tracked() if path.startswith("assessments/"))
    assert not [path for path in tracked() if selected.search(path) and not path.startswith("assessments/")]
    # Names that a contributor may misspell must be refused.
    assert all(selected.search(f"assessments/{name}") for name in ("example/One.yml", "one.yaml", "example/one.json"))


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def tracked() -> list[str]:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git repository, so nothing says which files belong to it")
    return [path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file()]


# ---- dependencies ----------------------------------------------------------------------------------------------------


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


@cache
def dependencies() -> dict[str, set[str]]:
    """Return the direct dependencies by purpose."""
    groups = pyproject()["dependency-groups"]
    return {
        "run": names(pyproject()["project"]["dependencies"]),
        "build": names(groups["build"]),
        "test": names(groups["dev"]),
        "fuzz": names(groups["fuzz"]),
        "audit": names(groups["audit"]),
    }


def test_the_list_of_dependencies_is_the_one_that_is_installed() -> None:
    document = (ROOT / "docs/dependencies.md").read_text("utf-8")
    sections = re.split(r"^## ", document, flags=re.MULTILINE)[1:]
    assert len(sections) == len(dependencies())
    for (kind, expected), section in zip(dependencies().items(), sections, strict=True):
        cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ") and "package" not in line]
        named = [name.strip() for cell in cells for name in cell.split(",")]
        documented = {canonicalize_name(name) for name in named if name != "types-*"}
        stubs = {name for name in expected if name.startswith("types-")} if "types-*" in section else set()
        assert documented | stubs == expected, kind


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("run", ("run", "build")), ("dev", ("run", "build", "test")), ("fuzz", ("fuzz",)), ("audit", ("audit",))],
)
def test_every_direct_dependency_is_pinned_with_hashes_and_so_is_all_that_it_needs(
    name: str, kinds: tuple[str, ...]
) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pinned = set()
    for pin in pins:
        requirement, *hashes = re.split(r"\s+--hash=", pin.strip())
        parsed = Requirement(requirement.strip())
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes), pin
        assert [part.operator for part in parsed.specifier] == ["=="], pin
        pinned.add(canonicalize_name(parsed.name))
    direct = set().union(*(dependencies()[kind] for kind in kinds))
    assert direct - pinned == set()


def test_the_rules_that_json_schema_cannot_say_are_stated() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    stated = text.partition("## Rules that the JSON Schema cannot express")[2].partition("## ")[0]
    assert [rule for rule in BEYOND_JSON_SCHEMA if f"`{rule}`" not in stated] == []


def test_the_speed_that_is_stated_was_measured_at_each_size() -> None:
    text = (ROOT / "docs/performance.md").read_text("utf-8")
    figures = text.partition("<!-- figures:begin -->")[2].partition("<!-- figures:end -->")[0]
    sizes = [line.split("|")[1].strip() for line in figures.splitlines() if "check-jsonschema" in line and "|" in line]
    assert sizes == ["300", "3,000", "30,000"]
    assert re.search(r"[0-9]+ cores", figures)


def test_the_architecture_names_every_package_and_no_function_that_does_not_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    packages = {
        file.parent.relative_to(ROOT).as_posix() + "/"
        for file in (ROOT / "bot").rglob("*.py")
        if file.name != "__init__.py" and file.parent.name not in ("bot", "plots")
    }
    assert set(re.findall(r"^\| `(bot/\S+/)` \|", text, re.MULTILINE)) == packages
    for name in re.findall(r"`((?:board|git|github|governance|handlers|site|sources|text)\.(?!yml)[\w.]+)`", text):
        assert _exists(f"bot.{name}"), name


def _exists(name: str) -> bool:
    """Return whether a dotted name is a module, or an attribute of one."""
    module, attributes = name, list[str]()
    while True:
        try:
            found: object = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, attribute = module.rpartition(".")
            attributes.insert(0, attribute)
    for attribute in attributes:
        found = getattr(found, attribute, None)
    return found is not None
