"""Everything that the build writes, in one place: which file comes from what. Pure; nothing is written here.

What has been decided comes from the files under `decisions/` alone, and not from git: the same tree gives the same bytes,
whatever its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import assessment_json_schema, developer_json_schema
from bot.board.model.frameworks import NO_FRAMEWORKS
from bot.board.model.layout import BOARD, GENERATED, GOVERNANCE, POLICY_TABLE, README
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import NO_PRECEDENTS, precedents_json_schema
from bot.board.study.page import as_page
from bot.governance.record.decisions import INDEX, Record, decision_json_schema
from bot.governance.record.page import decisions_page, model_history, read_on
from bot.site.data_files import StreamedFile, streamed_files
from bot.site.data_schema import leaderboard_json_schema
from bot.site.governance import policy_section
from bot.site.model_page import model_page
from bot.site.plots.benchmark import score_against_benchmark
from bot.site.plots.heat_map import heat_map
from bot.site.readme import further_pages, leaderboard_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.board.model.assessment import Assessment, Developer
    from bot.board.model.frameworks import Frameworks
    from bot.board.model.policy import ChangeClass, Policy
    from bot.board.model.precedents import Precedents
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.study.reproduction import Reproduction


class Output(NamedTuple):
    """A generated file: its path from the root, and its text."""

    path: str
    text: str


@dataclass(frozen=True)
class Site:
    """What readers get of one state of the assessments."""

    board: Leaderboard
    developers: Mapping[str, Developer]
    study_ranks: Mapping[str, int]
    """The printed rank of each model in the 2025 study, by id."""
    reproduction: Reproduction | None
    """The study recomputed, where the checkout holds it."""
    precedents: Precedents = NO_PRECEDENTS
    provisional: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By id of the model: the criteria whose ratings were merged while there were fewer than three maintainers."""
    policy: Policy | None = None
    """Who decides what, where the checkout says it."""
    record: Record = field(default_factory=Record)
    """What has been decided."""
    frameworks: Frameworks = NO_FRAMEWORKS
    """What frameworks of others ask for."""

    def schemas(self) -> Iterator[Output]:
        """The JSON Schemas."""
        # Imported here, because these models take a tenth of a second to load, and `preview` needs none of them.
        from bot.sources.evidence.report import report_json_schema
        from bot.sources.hub.drift import drift_json_schema

        rubric = self.board.rubric
        for name, schema in {
            "assessment": assessment_json_schema(rubric),
            "decision": decision_json_schema(),
            "developer": developer_json_schema(),
            "evidence-report": report_json_schema(),
            "governance": policy_json_schema(),
            "hub-drift": drift_json_schema(),
            "leaderboard": leaderboard_json_schema(rubric),
            "precedents": precedents_json_schema(rubric),
        }.items():
            yield Output(f"schema/{name}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")

    def boards(self, readme: str) -> Iterator[Output]:
        """README.md (from its present text) with the leaderboard, and further pages of it."""
        section = leaderboard_section(self.board, self.developers, self.study_ranks, self.provisional)
        yield Output(README, BOARD.filled(readme, section))
        for path, text in further_pages(self.board, self.developers, self.study_ranks, self.provisional):
            yield Output(path, text)

    def governance(self, text: str | None) -> Iterator[Output]:
        """GOVERNANCE.md (from its present text) with the table of the policy; nothing where one of them isn't there."""
        if text is not None and self.policy is not None:
            yield Output(GOVERNANCE, POLICY_TABLE.filled(text, policy_section(self.policy)))

    def decisions(self) -> Output:
        """The list of all decisions."""
        return Output(INDEX, decisions_page(self.record, self.board.by_id.keys(), self._class_titles))

    @property
    def _class_titles(self) -> dict[ChangeClass, str]:
        return {each: rule.title for each, rule in self.policy.classes.items()} if self.policy else {}

    def study_pages(self) -> Iterator[Output]:
        """The study recomputed, and the plots of its figures 5 to 7 with today's assessments beside its own scores."""
        if self.reproduction is None:
            return
        plots = {}
        for benchmark in self.reproduction.benchmarks:
            for name, series, scores in (
                (benchmark.benchmark, benchmark.living, "scores of today's assessments"),
                (f"{benchmark.benchmark}-2025", benchmark.plotted, "scores as plotted in the study"),
            ):
                plots[name] = score_against_benchmark(
                    series.points, series.correlation, benchmark.title, self.reproduction.maximum, scores
                )
        for name, svg in plots.items():
            yield Output(f"{GENERATED}/plots/{name}.svg", svg)
        pictures = {name: f"plots/{name}-2025.svg" for name in plots if not name.endswith("-2025")}
        yield Output(f"{GENERATED}/reproduction.md", as_page(self.reproduction, pictures))

    def heat_map(self) -> Output:
        """All models and criteria in one picture."""
        rows = [(row.entry.model, row.entry.levels) for row in self.board.rows]
        columns = {criterion.id: column for column, criterion in enumerate(self.board.rubric.criteria)}
        disputed = {
            (number, columns[criterion])
            for number, row in enumerate(self.board.rows)
            for criterion, _ in row.entry.disputed
        }
        return Output(f"{GENERATED}/plots/heat-map.svg", heat_map(rows, self.board.rubric, disputed))

    def streams(self) -> list[StreamedFile]:
        """The data files, which grow row by row."""
        return streamed_files(self.board, self.study_ranks, self.provisional)

    def model_page(self, row: Row, assessment: Assessment) -> Output:
        """The page of one model."""
        developer = self.developers[row.entry.developer]
        provisional = self.provisional.get(row.entry.id, frozenset())
        history = tuple(
            model_history(self.record.of(row.entry.id), self.board.rubric, self._class_titles, read_on(assessment))
        )
        text = model_page(
            self.board,
            row,
            assessment,
            developer,
            self.study_ranks,
            self.precedents,
            provisional,
            history,
            self.frameworks,
        )
        return Output(f"{GENERATED}/models/{row.entry.id}.md", text)
