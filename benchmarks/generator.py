"""Synthetic data for the benchmarks: checkouts of N assessments of realistic size, and listings of N models of the hub."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
from datetime import date
from pathlib import Path

from bot.board.model.assessment import MODELINE
from bot.board.model.rubric import Level, Rubric
from bot.board.reading.document import read_rubric
from bot.sources.hub.candidates import COLUMNS, LARGEST_COUNT, ListedModel, as_cells

HERE = Path(__file__).parent.parent
MODELS_PER_DEVELOPER = 15

_WORDS = [
    *("training", "tokens", "report", "section", "table", "weights", "layers", "width", "heads", "license"),
    *("release", "data", "filtering", "method", "web", "code", "mathematics", "books", "languages"),
    *("optimizer", "schedule", "batch", "hardware", "accelerators", "hours", "public", "card", "files"),
    *("named", "amount", "mixture", "quality", "removed", "duplicates", "model", "base", "instruct"),
    *("preference", "reward", "evaluation", "context", "length", "vocabulary"),
]
_README = "# Synthetic\n\n<!-- leaderboard:begin -->\n<!-- leaderboard:end -->\n"


def generate(root: Path, count: int, seed: int = 1) -> None:
    """Fill `root` with a git repository of `count` assessments. The same arguments give the same bytes."""
    shutil.copytree(HERE / "schema", root / "schema")
    shutil.copytree(HERE / "docs", root / "docs")  # precedents name documents
    (root / "README.md").write_text(_README, "utf-8")
    rubric = read_rubric("rubric.yaml", (root / "schema/rubric.yaml").read_bytes()).value
    if rubric is None:
        raise SystemExit("schema/rubric.yaml is broken: run `openness-bot check`")
    chance = random.Random(seed)
    for number in range(count):
        developer = root / f"assessments/example-{number // MODELS_PER_DEVELOPER}"
        if number % MODELS_PER_DEVELOPER == 0:
            developer.mkdir(parents=True)
            (developer / "developer.yaml").write_text(_developer(developer.name), "utf-8")
        (developer / f"model-{number}.yaml").write_text(assessment(rubric, number, chance), "utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Synthetic assessments")


def listing(file: Path, count: int, seed: int = 1) -> None:
    """Write a listing of `count` models as CSV; their ids are made of words like real ones, 6 in 10 have a base model."""
    chance = random.Random(seed)
    parents: list[str] = []
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in range(count):
            words = "-".join(chance.choices(_WORDS, k=chance.randint(1, 4)))
            hub_id = f"example-{chance.randrange(count // 5 + 1)}/{words.title()}-{number}"
            bases = (chance.choice(parents),) if parents and chance.random() < 0.6 else ()
            likes, downloads = int(chance.paretovariate(1)) - 1, int(chance.paretovariate(0.5))
            writer.writerow(
                as_cells(ListedModel(hub_id, likes, min(downloads, LARGEST_COUNT), bases, date(2026, 11, 20)))
            )
            if number % 20 == 0:
                parents.append(hub_id)


def git(root: Path, *arguments: str) -> None:
    """Run git in `root` with an identity of its own."""
    identity = ["-c", "user.name=Example", "-c", "user.email=example@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True)


def _developer(name: str) -> str:
    lines = (MODELINE.format("developer"), f"name: Lab {name}", "country: International", "kind: single-company")
    return "\n".join((*lines, f"url: https://example.org/{name}", ""))


def assessment(rubric: Rubric, number: int, chance: random.Random) -> str:
    """Return the text of an assessment: about 6 KB, 18 evidence items and 10 notes, the average of the real ones."""
    lines = [
        MODELINE.format("assessment"),
        f"model: Example Model {number}",
        f"released: 20{chance.randint(20, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "modality: [text]",
        f"huggingface: example/model-{number}",
        f"license: {chance.choice(['Apache-2.0', 'MIT', 'CC-BY-NC-4.0', 'LicenseRef-Example'])}",
        "ratings:",
    ]
    for criterion in rubric.criteria:
        level = chance.choices(list(Level), [40, 30, 22, 8])[0]
        lines += [f"  {criterion.id}:", f"    level: {level}"]
        items = chance.choice([1, 1, 2]) if level is not Level.CLOSED else chance.choice([0, 0, 1])
        if items:
            lines.append("    evidence:")
        for item in range(items):
            lines += [
                f"      - url: https://example.org/reports/{number}/{criterion.id}/{item}",
                f"        where: Section {chance.randint(1, 9)}.{chance.randint(1, 9)} and Table {item + 1}",
                f"        fact: {_sentence(chance, 18)}",
                "        accessed: 2026-11-20",
            ]
        if level is Level.NOT_APPLICABLE or chance.random() < 0.6:
            lines.append(f"    note: {_sentence(chance, 16)}")
    return "\n".join((*lines, ""))


def _sentence(chance: random.Random, words: int) -> str:
    return "The " + " ".join(chance.choices(_WORDS, k=words)) + "."
