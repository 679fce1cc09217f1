"""All generated files, each with what it is made from. Pure: `bot.site.build` writes them.

Decisions come from the files under `decisions/` and not from git: the same tree gives the same bytes, whatever its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import assessment_json_schema, developer_json_schema
from bot.board.model.frameworks import NO_FRAMEWORKS
from bot.board.model.layout import BOARD, GENERATED, GOVERNANCE, POLICY_TABLE, README, page_path
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import NO_PRECEDENTS, precedents_json_schema
from bot.board.study.page import as_page
from bot.governance.record.decisions import INDEX, Record, decision_json_schema
from bot.governance.record.page import decisions_page, model_history, read_on
from bot.site.data_files import StreamedFile, streamed_files
from bot.site.governance import policy_section
from bot.site.leaderboard_json import leaderboard_json_schema
from bot.site.model_page import model_page
from bot.site.plots.benchmark import score_against_benchmark
from bot.site.plots.heat_map import heat_map
from bot.site.readme import further_pages, leaderboard_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.model.assessment import Assessment
    from bot.board.model.frameworks import Frameworks
    from bot.board.model.policy import ChangeClass, Policy
    from bot.board.model.precedents import Precedents
    from bot.board.model.rubric import Rubric
    from bot.board.ranking.leaderboard import Row
    from bot.board.study.reproduction import Reproduction
    from bot.site.ranked_models import RankedModels


class Output(NamedTuple):
    """A generated file: its path from the root, and its text."""

    path: str
    text: str


@dataclass(frozen=True)
class Site:
    """All generated files of one state of the data."""

    models: RankedModels
    reproduction: Reproduction | None = None
    """The study recomputed; None where the checkout doesn't hold the study."""
    precedents: Precedents = NO_PRECEDENTS
    policy: Policy | None = None
    """None where the checkout has no policy."""
    record: Record = field(default_factory=Record)
    """All decisions."""
    frameworks: Frameworks = NO_FRAMEWORKS

    @property
    def _rubric(self) -> Rubric:
        return self.models.board.rubric

    @property
    def _class_titles(self) -> dict[ChangeClass, str]:
        return {each: rule.title for each, rule in self.policy.classes.items()} if self.policy else {}

    def schemas(self) -> Iterator[Output]:
        """Yield the JSON Schemas."""
        # Imported here, because these models take a tenth of a second to load, and `preview` needs none of them.
        from bot.sources.evidence.report import report_json_schema
        from bot.sources.hub.drift import drift_json_schema

        for name, schema in {
            "assessment": assessment_json_schema(self._rubric),
            "decision": decision_json_schema(),
            "developer": developer_json_schema(),
            "evidence-report": report_json_schema(),
            "governance": policy_json_schema(),
            "hub-drift": drift_json_schema(),
            "leaderboard": leaderboard_json_schema(self._rubric),
            "precedents": precedents_json_schema(self._rubric),
        }.items():
            yield Output(f"schema/{name}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")

    def boards(self, readme: str) -> Iterator[Output]:
        """Yield README.md (from its present text) with the leaderboard, then the further pages of the leaderboard."""
        yield Output(README, BOARD.fill(readme, leaderboard_section(self.models)))
        for path, text in further_pages(self.models):
            yield Output(path, text)

    def governance(self, text: str | None) -> Iterator[Output]:
        """Yield GOVERNANCE.md (from its present text) with the table of the policy; nothing where either is missing."""
        if text is not None and self.policy is not None:
            yield Output(GOVERNANCE, POLICY_TABLE.fill(text, policy_section(self.policy)))

    def decisions(self) -> Output:
        """Return the list of all decisions."""
        return Output(INDEX, decisions_page(self.record, self.models.board.by_id.keys(), self._class_titles))

    def study_pages(self) -> Iterator[Output]:
        """Yield the recomputed study, and plots of its figures 5 to 7: with today's scores, and with the study's own."""
        if self.reproduction is None:
            return
        pictures = {}
        for benchmark in self.reproduction.benchmarks:
            name = benchmark.benchmark
            pictures[name] = f"plots/{name}-2025.svg"
            for path, series, scores in (
                (f"plots/{name}.svg", benchmark.living, "scores of today's assessments"),
                (pictures[name], benchmark.plotted, "scores as plotted in the study"),
            ):
                svg = score_against_benchmark(
                    series.points, series.correlation, benchmark.title, self.reproduction.maximum, scores
                )
                yield Output(f"{GENERATED}/{path}", svg)
        yield Output(f"{GENERATED}/reproduction.md", as_page(self.reproduction, pictures))

    def heat_map(self) -> Output:
        """Return the plot of all models and criteria."""
        entries = [row.entry for row in self.models.board.rows]
        columns = {criterion.id: column for column, criterion in enumerate(self._rubric.criteria)}
        disputed = {(row, columns[each]) for row, entry in enumerate(entries) for each, _ in entry.disputed}
        svg = heat_map([(entry.model, entry.levels) for entry in entries], self._rubric, disputed)
        return Output(f"{GENERATED}/plots/heat-map.svg", svg)

    def streams(self) -> list[StreamedFile]:
        """Return the data files, which are written model by model."""
        return streamed_files(self.models)

    def model_page(self, row: Row, assessment: Assessment) -> Output:
        """Return the page of one model."""
        decisions = self.record.of(row.entry.id)
        history = model_history(decisions, self._rubric, self._class_titles, read_on(assessment))
        text = model_page(self.models, row, assessment, self.precedents, history, self.frameworks)
        return Output(page_path(row.entry.id), text)
