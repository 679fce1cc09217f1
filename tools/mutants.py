"""`make mutants`: change the pure core in one small way at a time, and count the changes that the everyday tests detect.

cosmic-ray makes the mutants. They are written into a temporary copy of the tree, never into the checkout. Left out are
changes that say nothing about the tests: operators of another kind (`a | b` as `a ** b` fails at once), annotations,
decorators, and imports for the type checker.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import shlex
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]
from cosmic_ray.modules import find_modules  # type: ignore[import-untyped]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]
from cosmic_ray.plugins import get_operator  # type: ignore[import-untyped]
from cosmic_ray.testing import run_tests  # type: ignore[import-untyped]
from cosmic_ray.work_item import TestOutcome  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yml")
SAMPLE = 60
"""Mutants of each package that are tried by default."""
PACKAGES = {
    "bot/board/ranking": "tests/board/ranking",
    "bot/board/reading": "tests/board/reading",
    "bot/governance": "tests/governance",
    "bot/handlers/pull_request": "tests/handlers/pull_request",
    "bot/sources/evidence/quotes.py": "tests/sources/evidence/test_quotes.py",
    "bot/sources/web/addresses.py": "tests/sources/web/test_addresses.py",
}
"""The tests of each package. Those of a module's own file run first, and these for what survives them."""
OPERATORS = [
    *("AddNot", "ReplaceUnaryOperator_Delete_Not", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "NumberReplacer", "ReplaceUnaryOperator_Delete_USub"),
    *("ZeroIterationForLoop", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer"),
    *(
        f"ReplaceComparisonOperator_{change}"
        for change in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt")
    ),
    *("ReplaceComparisonOperator_Lt_GtE", "ReplaceComparisonOperator_Gt_LtE"),
    *(
        f"ReplaceBinaryOperator_{change}"
        for change in ("Add_Sub", "Sub_Add", "Mul_FloorDiv", "FloorDiv_Mul", "Div_Mul", "Mod_Mul", "BitOr_BitAnd")
    ),
    *("ReplaceBinaryOperator_BitAnd_BitOr", "ReplaceBinaryOperator_LShift_RShift"),
]
"""Names of the operators of cosmic-ray whose mutants a test can tell from the program."""


class Change(NamedTuple):
    """One changed line: its file, and its text before and after, without indentation."""

    path: str
    line: str
    becomes: str


class Mutant(NamedTuple):
    """A place in a module and what an operator does there."""

    path: str
    number: int
    """The line, from 1."""
    operator: str
    occurrence: int
    """The place among all places in the module to which the operator applies, from 0."""
    identity: str
    """Text that stays the same when other lines change."""

    def source(self, root: Path) -> str:
        """Return the text of the module with the change."""
        mutated: str = mutate_code(
            (root / self.path).read_text("utf-8"), get_operator(self.operator)(), self.occurrence
        )
        return mutated

    def change(self, root: Path) -> Change:
        """Return the first line that differs."""
        lines = zip((root / self.path).read_text("utf-8").splitlines(), self.source(root).splitlines(), strict=False)
        before, after = next((before, after) for before, after in lines if before != after)
        return Change(self.path, before.strip(), after.strip())


@dataclass
class Result:
    """The mutants of a package that were tried."""

    killed: int = 0
    equivalent: int = 0
    survivors: list[str] = field(default_factory=list)

    def __add__(self, other: Result) -> Result:
        """Return the sum of two packages."""
        return Result(
            self.killed + other.killed, self.equivalent + other.equivalent, [*self.survivors, *other.survivors]
        )

    def __str__(self) -> str:
        """Return the counts, and the share of those killed among the mutants that change behaviour."""
        changing = self.killed + len(self.survivors)
        share = f"{self.killed / changing:.1%}" if changing else "none"
        return (
            f"{changing + self.equivalent} mutants, {self.equivalent} equivalent, "
            f"{self.killed} killed, {len(self.survivors)} survived: {share} killed"
        )


def skipped_ranges(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where annotations, decorators and `if TYPE_CHECKING` begin and end: lines from 1, columns from 0."""
    skipped: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                skipped += [*node.decorator_list, node.returns]
            case ast.ClassDef():
                skipped += node.decorator_list
            case ast.arg() | ast.AnnAssign():
                skipped.append(node.annotation)
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                skipped.append(node.test)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in skipped
        if node is not None
    ]


def is_marker(node: Any) -> bool:
    """Return whether a node of the syntax tree is the `*` or `/` between parameters, which cosmic-ray takes for operators."""
    return node.parent is not None and node.parent.type in {"parameters", "lambdef"}


def mutants(root: Path, path: str) -> Iterator[Mutant]:
    """Yield the mutants of a module."""
    source = (root / path).read_text("utf-8")
    lines = source.splitlines()
    nodes = list(ast_nodes(get_ast(source)))
    skipped = skipped_ranges(source)
    seen: Counter[str] = Counter()
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = (start for node in nodes if not is_marker(node) for start, _ in operator.mutation_positions(node))
        for occurrence, (number, column) in enumerate(places):
            if any(begin <= (number, column) < end for begin, end in skipped):
                continue
            line = lines[number - 1]
            place = f"{path} {name} {line[:column].lstrip()}>{line[column:].rstrip()}"
            seen[place] += 1
            yield Mutant(path, number, f"core/{name}", occurrence, f"{place} {seen[place]}")


def sample(every: Iterable[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Return `size` mutants, all with None, in the order of their places; another line's change does not change them."""
    by_hash = sorted(every, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.identity}".encode()).digest())
    return sorted(by_hash[:size], key=lambda mutant: mutant[:4])


def equivalents(file: Path) -> dict[Change, str]:
    """Return the changes that are known to leave behaviour as it is, each with the reason."""
    entries = yaml.safe_load(file.read_text("utf-8")) or []
    return {Change(entry["path"], entry["line"], entry["becomes"]): entry["reason"] for entry in entries}


def commands(root: Path, package: str, path: str) -> list[str]:
    """Return the commands that run the tests of a module, the quickest first."""
    module = Path(path)
    own = Path("tests", *module.parts[1:-1], f"test_{module.stem}.py")
    tests = [str(own)] if (root / own).exists() else []
    pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not thorough"]
    return [
        shlex.join(["env", f"PYTHONPATH={root}", *pytest, "--hypothesis-seed", "0", target])
        for target in dict.fromkeys([*tests, PACKAGES[package]])
    ]


@cache
def time_limit(command: str) -> float:
    """Return the seconds after which a mutant counts as killed, from a run of the tests without a mutant.

    Raises:
        RuntimeError: The tests fail without a mutant.
    """
    begin = time.monotonic()
    outcome, output = run_tests(command, None)
    if outcome is not TestOutcome.SURVIVED:
        raise RuntimeError(f"The tests fail without a mutant: {command}\n{output}")
    return 60 + 5 * (time.monotonic() - begin)


def survives(root: Path, package: str, mutant: Mutant) -> bool:
    """Return whether all tests of the package pass with the mutant. The current folder is `root`, a copy of the tree."""
    tests = commands(root, package, mutant.path)
    limits = [time_limit(command) for command in tests]
    file = root / mutant.path
    source = file.read_text("utf-8")
    file.write_text(mutant.source(root), "utf-8")
    try:
        return all(
            run_tests(command, limit)[0] is TestOutcome.SURVIVED for command, limit in zip(tests, limits, strict=True)
        )
    finally:
        file.write_text(source, "utf-8")


def measure(root: Path, package: str, size: int | None, seed: int, known: dict[Change, str]) -> Result:
    """Try a sample of a package's mutants in `root`, a copy of the tree, and print what survives."""
    paths = sorted(str(path.relative_to(root)) for path in find_modules([root / package]))
    result = Result()
    for mutant in sample((mutant for path in paths for mutant in mutants(root, path)), size, seed):
        change = mutant.change(root)
        if change in known:
            result.equivalent += 1
        elif survives(root, package, mutant):
            result.survivors.append(f"{mutant.path}:{mutant.number}: `{change.line}` -> `{change.becomes}`")
            print(result.survivors[-1], flush=True)
        else:
            result.killed += 1
    return result


def main() -> None:
    """Try the mutants and print the share that is killed, for each package and in total."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("packages", nargs="*", help="files or folders of `PACKAGES` (default: all)")
    parser.add_argument("--sample", default=str(SAMPLE), metavar="N", help="mutants of each package, or `all`")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another number draws another sample")
    arguments = parser.parse_args()
    size = None if arguments.sample == "all" else int(arguments.sample)
    known = equivalents(EQUIVALENT)
    results = {}
    with tempfile.TemporaryDirectory(prefix="openness-mutants-") as folder:
        copy = Path(folder).resolve() / "copy"
        ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__")
        shutil.copytree(ROOT, copy, symlinks=True, ignore=ignored)
        with chdir(copy):
            for package in arguments.packages or PACKAGES:
                results[package] = measure(copy, package, size, arguments.seed, known)
                print(f"{package}: {results[package]}", flush=True)
    print(f"total: {sum(results.values(), Result())}")


if __name__ == "__main__":
    main()
