"""Print the tables of `docs/audit.md` from the verdicts in `docs/audit.csv`, or write them into the document.

`python -m tools.audit` prints the agreement of the two readers by criterion, the levels that changed, and the ranks before and
after; `--write` replaces the marked part of the document. The format of the CSV file is described in the document.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import Entry
from bot.board.model.rubric import Level
from bot.board.model.words import decimal
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.snapshot import Snapshot
from bot.board.reading.tree import Folder
from bot.sources.indexes.agreement import share
from bot.text.escaping import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.board.model.rubric import Rubric
    from bot.sources.indexes.agreement import AgreementRate

ROOT = Path(__file__).parents[1]
TABLE, DOCUMENT = ROOT / "docs/audit.csv", ROOT / "docs/audit.md"
_MARKED = re.compile(r"(?<=<!-- begin: python -m tools\.audit -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Verdict(NamedTuple):
    """One line of the CSV file: what each reader said of one rating, and what was decided."""

    model: str
    """`developer/model`."""
    criterion: str
    before: Level
    reader_a: Level
    reader_b: Level
    decided: Level
    decided_by: str
    """`both` where the readers agreed and their level was kept, `third` where a third reader decided."""
    confidence: str
    """`doubtful`, or nothing."""
    quotes: str
    """Number of evidence items with a quote."""
    reason: str


def read_verdicts(text: str) -> list[Verdict]:
    """Return the lines of the CSV file. Raises ValueError where one has other columns or an unknown level."""
    rows = csv.reader(text.splitlines(keepends=True))
    if tuple(next(rows)) != Verdict._fields:
        message = f"the columns must be {', '.join(Verdict._fields)}"
        raise ValueError(message)
    return [_verdict(row) for row in rows]


def _verdict(row: list[str]) -> Verdict:
    if len(row) != len(Verdict._fields):
        message = f"a line has {len(row)} cells: {', '.join(row[:3])}"
        raise ValueError(message)
    model, criterion, *levels = row[:6]
    return Verdict(model, criterion, *map(Level, levels), *row[6:])


def tables(verdicts: Sequence[Verdict], rubric: Rubric) -> str:
    """Return the three tables as Markdown."""
    parts = [_agreement(verdicts, rubric), _changes(verdicts), _ranks(verdicts, rubric)]
    return "\n" + "\n\n".join(parts) + "\n\n"


def _table(head: str, rows: Sequence[Sequence[object]]) -> str:
    columns = head.split("|")
    lines = [
        columns,
        ["---"] * len(columns),
        *([one_line(str(cell)).replace("|", "\\|") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(cell.strip() for cell in line)} |" for line in lines)


def _agreement(verdicts: Sequence[Verdict], rubric: Rubric) -> str:
    def row(name: str, those: Sequence[Verdict]) -> list[str]:
        rate: AgreementRate = share([(one.reader_a, one.reader_b) for one in those])
        changed = sum(one.before is not one.decided for one in those)
        doubtful = sum(one.confidence == "doubtful" for one in those)
        third = sum(one.decided_by == "third" for one in those)
        return [
            name,
            *map(str, (rate.compared, rate.agreed)),
            decimal(rate.kappa),
            *map(str, (third, changed, doubtful)),
        ]

    rows = [
        row(f"`{criterion.id}`", [one for one in verdicts if one.criterion == criterion.id])
        for criterion in rubric.criteria
    ]
    head = "criterion | ratings | readers agree | Cohen's kappa | decided by a third | level changed | doubtful"
    return "## Agreement of the readers\n\n" + _table(head, [*rows, row("all", verdicts)])


def _changes(verdicts: Sequence[Verdict]) -> str:
    changed = [one for one in verdicts if one.before is not one.decided]
    kinds = Counter((one.before, one.decided) for one in changed)
    counts = ", ".join(f"{number} from {old} to {new}" for (old, new), number in sorted(kinds.items()))
    rows = [(one.model, f"`{one.criterion}`", one.before, one.decided, one.reason) for one in changed]
    text = f"## Levels that changed\n\n{len(changed)} of {len(verdicts)} levels changed: {counts}."
    return f"{text}\n\n{_table('model | criterion | before | after | reason', rows)}"


def _ranks(verdicts: Sequence[Verdict], rubric: Rubric) -> str:
    models = list(dict.fromkeys(one.model for one in verdicts))
    columns = {}
    for name in ("before", "decided"):
        levels = {(one.model, one.criterion): getattr(one, name) for one in verdicts}
        entries = [
            Entry(model, model, None, tuple(levels[model, criterion.id] for criterion in rubric.criteria))
            for model in models
        ]
        board = rank_entries(entries, Scoring(rubric))
        columns[name] = {row.entry.id: (board.rank(row), decimal(board.score(row))) for row in board.rows}
    rows = []
    for model, (rank, score) in columns["decided"].items():
        before, old_score = columns["before"][model]
        move = before - rank
        rows.append((rank, before, f"{move:+d}" if move else "", model, score, old_score))
    head = "rank | before | places up or down | model | score | before"
    return f"## Ranks before and after\n\nBy the board's own weighting.\n\n{_table(head, rows)}"


def document(text: str, rubric: Rubric) -> str:
    """Return the document with its marked part as it follows from the CSV file."""
    verdicts = read_verdicts(TABLE.read_text("utf-8"))
    return _MARKED.sub(lambda _: tables(verdicts, rubric), text)


def main() -> None:
    """Print the tables, or write them into the document."""
    # The day is not used: no assessment is read.
    rubric = Snapshot(Folder(ROOT), date.max).rubric()
    if "--write" in sys.argv[1:]:
        DOCUMENT.write_text(document(DOCUMENT.read_text("utf-8"), rubric), "utf-8")
    else:
        sys.stdout.write(tables(read_verdicts(TABLE.read_text("utf-8")), rubric))


if __name__ == "__main__":
    main()
