"""All generated files, each with what it is made from. Pure: `bot.site.build` writes them.

Decisions come from the files under `decisions/` and not from git: the same tree gives the same bytes, whatever its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from bot.board.model.assessment import assessment_json_schema, developer_json_schema
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.frameworks import NO_FRAMEWORKS, Frameworks
from bot.board.model.json_document import data_file_schema
from bot.board.model.layout import BOARD, GENERATED, GOVERNANCE, POLICY_TABLE, README
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import NO_PRECEDENTS, precedents_json_schema
from bot.board.model.rubric import Rubric
from bot.board.study.page import as_page
from bot.governance.record.decisions import INDEX, Record, decision_json_schema
from bot.governance.record.page import decisions_page, model_history, read_on
from bot.site.document import Document, digest_of
from bot.site.governance import policy_section
from bot.site.leaderboard_json import leaderboard_json_schema
from bot.site.model_page import model_page
from bot.site.plots import MOST_ROWS
from bot.site.readme import further_pages, leaderboard_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.board.model.assessment import Assessment
    from bot.board.model.policy import ChangeClass, Policy
    from bot.board.model.precedents import Precedents
    from bot.board.ranking.leaderboard import Row
    from bot.board.study.reproduction import BenchmarkComparison, Reproduction, Series
    from bot.site.ranked_models import RankedModels


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

    # ---- documents ---------------------------------------------------------------------------------------------------

    def documents(self, readme: str, governance: str | None) -> Iterator[Document]:
        """Yield the generated files, but not those with a part for each model; README.md comes last.

        `readme` and `governance` are the present texts of README.md and GOVERNANCE.md, None where there is none. Raises
        MarkersError when one of them has no markers for its generated part.
        """
        prose = BOARD.fill(readme, "")
        if governance is not None and (policy := self.policy) is not None:
            frame = POLICY_TABLE.fill(governance, "")
            yield Document(GOVERNANCE, frame, lambda: POLICY_TABLE.fill(governance, policy_section(policy)))
        for name, schema in _schemas(self._rubric).items():
            yield Document(f"schema/{name}.schema.json", None, partial(_as_text, schema))
        yield Document(INDEX, self._decisions, self._decisions_page)
        for path, rows, render in further_pages(self.models):
            yield Document(path, (self._names, [self.shown(row) for row in rows]), render)
        yield from self._study_pages()
        drawn = [row.entry for row in self.models.board.rows[:MOST_ROWS]], len(self.models.board.rows)
        yield Document(f"{GENERATED}/plots/heat-map.svg", drawn, self._heat_map)
        yield Document(README, (prose, self._everything), lambda: BOARD.fill(readme, leaderboard_section(self.models)))

    def model_page(self, row: Row, assessment: Assessment) -> str:
        """Return the page of one model."""
        decisions = self.record.of(row.entry.id)
        history = model_history(decisions, self._rubric, self._class_titles, read_on(assessment))
        return model_page(self.models, row, assessment, self.precedents, history, self.frameworks)

    # ---- inputs ------------------------------------------------------------------------------------------------------

    def shown(self, row: Row) -> object:
        """Return all that documents show of a model, apart from its whole assessment and the decisions about it."""
        models = self.models
        provisional = sorted(models.provisional_criteria(row))
        return row, models.range(row), models.developer(row), models.study_rank(row), provisional

    def model_inputs(self, row: Row, blob: str) -> object:
        """Return the inputs of a model's page and of its parts of the data files. `blob` identifies its assessment."""
        decisions = [step.decision.model_dump_json() for step in self.record.of(row.entry.id)]
        return self._names, self.shown(row), blob, decisions

    @cached_property
    def _everything(self) -> str:
        """All that is shown of all models."""
        return digest_of([self.shown(row) for row in self.models.board.rows])

    @cached_property
    def _names(self) -> str:
        """The ids and names of all models, to which pages link."""
        return digest_of(sorted((row.entry.id, row.entry.model) for row in self.models.board.rows))

    @property
    def _decisions(self) -> object:
        return self._names, [decision.model_dump_json() for decision in self.record.decisions]

    # ---- rendering ---------------------------------------------------------------------------------------------------

    @property
    def _rubric(self) -> Rubric:
        return self.models.board.rubric

    @property
    def _class_titles(self) -> dict[ChangeClass, str]:
        return {each: rule.title for each, rule in self.policy.classes.items()} if self.policy else {}

    def _decisions_page(self) -> str:
        return decisions_page(self.record, self.models.board.by_id.keys(), self._class_titles)

    def _study_pages(self) -> Iterator[Document]:
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
                render = partial(self._plot, self.reproduction, benchmark, series, scores)
                yield Document(f"{GENERATED}/{path}", (self.reproduction.maximum, benchmark, scores), render)
        page = partial(as_page, self.reproduction, pictures)
        yield Document(f"{GENERATED}/reproduction.md", self.reproduction, page)

    # The library of plots takes half a second to load, so it is imported where something is drawn.

    @staticmethod
    def _plot(reproduction: Reproduction, benchmark: BenchmarkComparison, series: Series, scores: str) -> str:
        from bot.site.plots.benchmark import score_against_benchmark

        return score_against_benchmark(series.points, series.correlation, benchmark.title, reproduction.maximum, scores)

    def _heat_map(self) -> str:
        from bot.site.plots.heat_map import heat_map

        entries = [row.entry for row in self.models.board.rows]
        columns = {criterion.id: column for column, criterion in enumerate(self._rubric.criteria)}
        disputed = {(row, columns[each]) for row, entry in enumerate(entries) for each, _ in entry.disputed}
        return heat_map([(entry.model, entry.levels) for entry in entries], self._rubric, disputed)


def _as_text(schema: Callable[[], dict[str, Any]]) -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _schemas(rubric: Rubric) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return a function for each JSON Schema, by its name."""
    # Imported here, because these models take a tenth of a second to load.

    def evidence_report() -> dict[str, Any]:
        from bot.sources.evidence.report import report_json_schema

        return report_json_schema()

    def hub_drift() -> dict[str, Any]:
        from bot.sources.hub.drift import drift_json_schema

        return drift_json_schema()

    return {
        "assessment": partial(assessment_json_schema, rubric),
        "crosswalk": partial(data_file_schema, Crosswalk, "crosswalk", "How another index corresponds to the criteria"),
        "decision": decision_json_schema,
        "developer": developer_json_schema,
        "evidence-report": evidence_report,
        "frameworks": partial(data_file_schema, Frameworks, "frameworks", "What frameworks of others require"),
        "governance": policy_json_schema,
        "hub-drift": hub_drift,
        "leaderboard": partial(leaderboard_json_schema, rubric),
        "precedents": partial(precedents_json_schema, rubric),
        "rubric": partial(data_file_schema, Rubric, "rubric", "Rubric: criteria, levels and weightings"),
    }
