"""All generated files, each with what it is made from. Pure: `bot.site.build` writes them.

Decisions come from the files under `decisions/` and not from git: the same tree gives the same bytes, whatever its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from bot.board.model.assessment import assessment_json_schema
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.developer import developer_json_schema
from bot.board.model.frameworks import NO_FRAMEWORKS, Frameworks
from bot.board.model.json_document import data_file_schema
from bot.board.model.layout import BOARDS, GENERATED, GOVERNANCE, POLICY_TABLE, page_path
from bot.board.model.licenses import Licenses
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import NO_PRECEDENTS, precedents_json_schema
from bot.board.model.rubric import Rubric
from bot.board.study.page import as_page
from bot.governance.record.decisions import INDEX, Record, decision_json_schema
from bot.governance.record.page import decisions_page, model_history
from bot.site.document import Document, ModelInputs, digest_of
from bot.site.governance import policy_section
from bot.site.leaderboard import leaderboard_pages
from bot.site.leaderboard_json import leaderboard_json_schema
from bot.site.marks import MARK_FILES
from bot.site.model_page import page_parts
from bot.site.plots import MOST_ROWS
from bot.site.plots.theme import dark
from bot.site.readme import heat_map_name, readme_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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

    def documents(self, readmes: Mapping[str, str], governance: str | None) -> Iterator[Document]:
        """Yield the generated files, but not those with a part for each model; README.md comes last.

        `readmes` are the present texts of README.md and its translations by language, English first; `governance` is that of
        GOVERNANCE.md, None where there is none. Raises MarkersError when one has no markers for its generated part.
        """
        prose = {language: BOARDS[language].fill(text, "") for language, text in readmes.items()}
        if governance is not None and (policy := self.policy) is not None:
            frame = POLICY_TABLE.fill(governance, "")
            yield Document(GOVERNANCE, frame, lambda: POLICY_TABLE.fill(governance, policy_section(policy)))
        for name, schema in _schemas(self._rubric).items():
            yield Document(f"schema/{name}.schema.json", None, partial(_as_text, schema))
        yield Document(INDEX, self._decisions, self._decisions_page)
        for path, text in MARK_FILES.items():
            yield Document(path, None, partial(str, text))
        yield from leaderboard_pages(self.models, self._shown)
        yield from self._study_pages()
        drawn = [row.entry for row in self.models.board.rows[:MOST_ROWS]], len(self.models.board.rows)
        for language in reversed(prose):
            yield from _plots(heat_map_name(language), drawn, partial(self._heat_map, language))
            render = partial(self._readme, language, readmes[language])
            yield Document(BOARDS[language].file, (prose[language], self._shown), render)

    def model_page(self, model: ModelInputs) -> Document:
        """Return the page of one model."""
        parts = partial(page_parts, self.models, model, self._history, self.precedents, self.frameworks)
        return Document(page_path(model.row.entry.id), (model.board_key, model.assessment_key), parts)

    def _history(self, model_id: str) -> str:
        return model_history(self.record.of(model_id), self._rubric, self._class_titles)

    # ---- inputs ------------------------------------------------------------------------------------------------------

    @cached_property
    def _shown(self) -> dict[str, str]:
        """What documents show of each model, apart from its whole assessment and the decisions about it, by its id."""
        models, common = self.models, (len(self.models.board.rows), bool(self.models.study_ranks))
        return {
            row.entry.id: digest_of((common, row, models.range(row), self._beside(row), models.study_rank(row)))
            for row in models.board.rows
        }

    def _beside(self, row: Row) -> tuple[object, object]:
        """Return what is shown of a model that is in neither its assessment nor its ranks."""
        return self.models.developer(row), sorted(self.models.provisional_criteria(row))

    def model_inputs(self, row: Row, blob: str, assessment: Callable[[], Assessment]) -> ModelInputs:
        """Return the inputs of a model's page and of its parts of the data files. `blob` identifies its assessment."""
        own = row.entry.id
        decisions = [step.decision.model_dump_json() for step in self.record.of(own)]
        key = digest_of((self._names, own, blob, self._beside(row), decisions))
        return ModelInputs(row, assessment, self._shown[own], key)

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

    def _readme(self, language: str, text: str) -> str:
        return BOARDS[language].fill(text, readme_section(self.models, self.frameworks, language))

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
            for plot, series, scores in (
                (name, benchmark.living, "scores of today's assessments"),
                (f"{name}-2025", benchmark.plotted, "scores as plotted in the study"),
            ):
                draw = partial(self._plot, self.reproduction, benchmark, series, scores)
                yield from _plots(plot, (self.reproduction.maximum, benchmark, scores), draw)
        page = partial(as_page, self.reproduction, pictures)
        yield Document(f"{GENERATED}/reproduction.md", self.reproduction, page)

    # The library of plots takes half a second to load, so it is imported where something is drawn.

    @staticmethod
    def _plot(reproduction: Reproduction, benchmark: BenchmarkComparison, series: Series, scores: str) -> str:
        from bot.site.plots.benchmark import score_against_benchmark

        return score_against_benchmark(series.points, series.correlation, benchmark.title, reproduction.maximum, scores)

    def _heat_map(self, language: str) -> str:
        from bot.site.plots.heat_map import heat_map

        return heat_map([row.entry for row in self.models.board.rows], self._rubric, language)


def _plots(name: str, inputs: object, draw: Callable[[], str]) -> Iterator[Document]:
    """Yield a plot for light and one for dark pages."""
    drawn = cache(draw)
    yield Document(f"{GENERATED}/plots/{name}.svg", inputs, drawn)
    yield Document(f"{GENERATED}/plots/{name}-dark.svg", inputs, lambda: dark(drawn()))


def _as_text(schema: Callable[[], dict[str, Any]]) -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _schemas(rubric: Rubric) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return a function for each JSON Schema, by its name."""
    # Imported here, because these models take a tenth of a second to load.

    def evidence_report() -> dict[str, Any]:
        from bot.sources.evidence.report import report_json_schema

        return report_json_schema()

    def link_report() -> dict[str, Any]:
        from bot.sources.evidence.link_report import link_report_json_schema

        return link_report_json_schema()

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
        "link-report": link_report,
        "leaderboard": partial(leaderboard_json_schema, rubric),
        "licenses": partial(data_file_schema, Licenses, "licenses", "What licenses restrict"),
        "precedents": partial(precedents_json_schema, rubric),
        "rubric": partial(data_file_schema, Rubric, "rubric", "Rubric: criteria, levels and weightings"),
    }
