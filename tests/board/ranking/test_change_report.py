"""The report on a change as Markdown, as reviewers read it in the comment on a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.board.model.assessment import entry
from bot.board.model.rubric import Rubric
from bot.board.ranking import change_report
from bot.board.ranking.change import Change, DeveloperChange, Mover, diff_leaderboards
from bot.board.ranking.change_json import as_json
from bot.board.ranking.change_summary import summary
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring
from tests.board.ranking.changes import (
    ONE,
    OTHERS,
    SCORING,
    change_of,
    copies,
    developer,
    developers_changed,
    opened,
    rated,
    with_rubric,
)
from tests.samples import assessment, entry_with, rubric
from tests.site.boards import disclosing
from tests.site.page import html_of, rendered


def as_markdown(change: Change, board: Leaderboard, limit: int = 50_000) -> str:
    return change_report.as_markdown(change, board, limit).text


def test_a_raised_rating_is_shown_with_both_levels_and_its_evidence() -> None:
    raised = assessment(ratings={"code": rated(accessed="2026-11-20"), "license": rated("semi-open")})
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": raised}))
    link = "[example.org/page](https://example.org/page), Section 1"
    assert "would not fit" not in report
    assert "### " not in report
    assert f"| Code | ○&nbsp;closed → ●&nbsp;open | {link}: It is stated there. |" in report
    assert f"| License | ○&nbsp;closed → ◐&nbsp;semi-open | {link} (unverified): It is stated there. |" in report


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("github.com/example/one/issues/1", "redirect.github.com/example/one/issues/1"),
        ("github.com/example/one/pull/1#files", "redirect.github.com/example/one/pull/1#files"),
        ("www.github.com/example/one/discussions/1", "redirect.github.com/example/one/discussions/1"),
        ("github.com/example/one/blob/main/README.md", "github.com/example/one/blob/main/README.md"),
        ("example.org/github.com/example/one/issues/1", "example.org/github.com/example/one/issues/1"),
    ],
)
def test_no_link_makes_an_entry_in_the_conversation_of_another_project(address: str, leads_to: str) -> None:
    raised = assessment(ratings={"code": rated(url=f"https://{address}")})
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": raised}))
    assert rendered(report).links == [f"https://{leads_to}"]
    assert address in rendered(report).text


def test_weightings_that_move_a_model_otherwise_are_listed_together_where_they_agree() -> None:
    after = OTHERS | {"example/one": opened("rl_method", "finetuning_method")}
    report = as_markdown(*change_of(OTHERS | ONE, after))
    assert "| Equal weights (the board's order) | 4 (0.17 points) | 1 (0.83 points) | up 3 |" in report
    assert "| OSD, OSAID, Liesenfeld, White | 4 | 4 | stays |" in report
    assert "| Eiras | 3 | 3 | stays |" in report
    assert "(not applicable" not in report
    assert "By all other weightings and ways of counting it moves as in the first row." in report


def test_the_other_ways_are_not_mentioned_where_all_are_listed() -> None:
    change, board = change_of(OTHERS | ONE, OTHERS | {"example/one": opened("code", "api")})
    (model,) = change.models
    others = tuple(replace(model.board, way=way) for way in board.scoring.ways if way != board.default_way)
    every, but_one = (
        as_markdown(replace(change, models=(replace(model, other_ways=ways),)), board) for ways in (others, others[1:])
    )
    assert "By all other weightings" in but_one
    assert "By all other weightings" not in every


def test_the_way_of_counting_is_named_where_it_matters() -> None:
    absent = rated("not-applicable") | {"note": "A base model."}
    base = assessment(ratings=dict.fromkeys(("api", "hardware", "software"), absent))
    report = as_markdown(
        *change_of(OTHERS | {"example/one": opened("code", "license")}, OTHERS | {"example/one": base})
    )
    assert "| Liu, Eiras | 1 | 3 | down 2 |" in report
    assert "| OSD (not applicable left out) | 1 | 3 | down 2 |" in report


def test_other_evidence_for_the_same_level_is_shown_as_added_and_removed() -> None:
    before = {"example/one": assessment(ratings={"code": rated(url="https://example.org/old")})}
    after = {"example/one": assessment(ratings={"code": rated(url="https://example.org/new") | {"note": "Moved."}})}
    report = as_markdown(*change_of(before, after))
    assert "| Ranked by |" not in report
    assert "added: [example.org/new](https://example.org/new)" in report
    assert "removed: [example.org/old](https://example.org/old)" in report
    assert "<br>another note |" in report


def test_links_that_differ_only_in_the_scheme_are_shown_differently() -> None:
    before = {"example/one": assessment(ratings={"code": rated(url="http://example.org/page")})}
    after = {"example/one": assessment(ratings={"code": rated(url="https://example.org/page")})}
    report = as_markdown(*change_of(before, after))
    assert "added: [example.org/page](https://example.org/page)" in report
    assert "removed: [http&#58;//example.org/page](http://example.org/page)" in report


def test_of_many_changed_models_each_is_folded_under_its_move() -> None:
    before = OTHERS | ONE | {"example/two": opened("code", "paper", "api", model="Example Two")}
    changed = {
        "example/alpha": opened("code", "paper", "api", "license", model="Example Alpha"),
        "example/beta": opened("code", model="Example Beta", license="MIT"),
        "example/new": opened(model="Example New"),
    }
    after = {name: model for name, model in (before | changed).items() if name != "example/one"}
    report = as_markdown(*change_of(before, after))
    assert re.findall(r"<summary>(Example .*)</summary>", report) == [
        "Example Alpha: rank 2 → 1 (0.50 → 1.00 points)",
        "Example Beta: stays at rank 4 (0.33 points)",
        "Example New: enters at rank 5 (0.17 points)",
        "Example One: leaves from rank 5",
    ]


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, "<br>and 1 more")], ids=["five", "six"])
def test_five_pieces_of_evidence_and_five_precedents_are_shown(count: int, more: str) -> None:
    cited = [rated(where=f"Page {number}")["evidence"][0] for number in range(count)]
    rating = {"level": "open", "evidence": cited, "precedents": [f"p{number}" for number in range(count)]}
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": assessment(ratings={"code": rating})}))
    assert report.count(", Page ") == 5
    assert f", Page 4 (unverified): It is stated there.{more}<br>By precedent: `p0`, `p1`, `p2`, `p3`, `p4`" in report
    assert ("`p4` and more" in report) == bool(more)


def test_addresses_of_more_than_sixty_characters_are_cut() -> None:
    whole, long = "example.org/" + "x" * 48, "example.org/" + "y" * 49
    ratings = {"code": rated(url=f"https://{whole}"), "paper": rated(url=f"https://{long}")}
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": assessment(ratings=ratings)}))
    assert f"[{whole}](" in report
    assert f"[{long[:59]}…](" in report


def test_values_of_more_than_a_hundred_characters_are_cut() -> None:
    labs = {"a": developer(country="x" * 100), "b": developer(country="y" * 101), "c": developer(), "d": developer()}
    report = as_markdown(*developers_changed({}, labs))
    assert f"| country | – | {'x' * 100} |" in report
    assert f"| country | – | {'y' * 99}… |" in report


def test_facts_of_more_than_three_hundred_characters_are_cut() -> None:
    ratings = {"code": rated(fact="x" * 300), "paper": rated(fact="y" * 301)}
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": assessment(ratings=ratings)}))
    assert f": {'x' * 300} |" in report
    assert f": {'y' * 299}… |" in report


@pytest.mark.parametrize(("count", "is_folded"), [(10, False), (11, True)])
def test_more_than_ten_ratings_are_folded(count: int, *, is_folded: bool) -> None:
    raised = opened(*[each.id for each in rubric().criteria if each.id != "weights"][:count])
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": raised}))
    assert (f"<summary>All {count} ratings</summary>" in report) == is_folded
    assert report.count("→ ●&nbsp;open |") == count


def test_a_name_that_readers_take_for_another_model_is_shown_beside_the_former_one() -> None:
    one, large = (opened(model=name, huggingface="example/one") for name in ("Example *One*", "Example Large"))
    report = as_markdown(*change_of(OTHERS | {"example/one": one}, OTHERS | {"example/one": large}))
    assert "Its name was Example \\*One\\* before." in report


def test_a_changed_name_is_stated_in_words() -> None:
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": opened(model="EXAMPLE One")}))
    assert "only facts about the model (name) change" in report


def test_many_models_to_which_the_same_happens_are_counted_once() -> None:
    many = copies(opened(), "Example New {}", 1200)
    assert summary(*change_of(OTHERS, OTHERS | many)).startswith("1,200 models change: 1,200 enter. ")


def test_a_model_that_leaves_is_shown_with_its_last_rank_and_score() -> None:
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS))
    assert report.startswith(
        "Example One leaves the board, where it had rank 4 of 4. No other model moves.\n\n| Ranked"
    )
    assert "| Equal weights (the board's order) | 4 (0.17 points) | – | leaves |" in report


def test_models_that_move_are_listed_with_the_reason() -> None:
    four = OTHERS | {"example/delta": opened("code", "paper", "license", "api", model="Example Delta")}
    raised = {
        "example/one": opened("code", "license"),
        "example/delta": opened("code", "paper", model="Example Delta"),
    }
    report = as_markdown(*change_of(four | ONE, four | raised))
    assert "### Other models that move\n\n- " in report
    assert "- Example Beta moves down one place: Example One rises above it.\n" in report
    assert "Example Delta is no longer above" in report


def test_long_tables_are_folded_and_their_title_says_what_is_inside() -> None:
    many = {f"example/m{number}": opened("code", model=f"Example M{number}") for number in range(30)}
    report = as_markdown(*change_of(many, many | {"example/new": opened("code", "paper", model="Example New")}))
    assert "<summary>All 16 ratings</summary>\n\n| Criterion |" in report
    assert "30 other models move down one place." in report
    assert rendered(report).elements.count("table") == 1


def test_many_changed_models_are_folded_one_by_one() -> None:
    new = {f"example/m{number}": opened("code", model=f"Example M{number}") for number in range(5)}
    report = as_markdown(*change_of({}, new))
    assert len(re.findall("<summary>Example M[0-9]: enters at rank 1 \\(0.33 points\\)</summary>", report)) == 5


@pytest.mark.parametrize(
    ("models", "movers", "length"), [(1, 0, 40), (3, 10, 40), (60, 10, 40), (400, 400, 4000), (1, 2000, 40)]
)
def test_a_report_stays_within_what_github_accepts_and_is_whole_markdown(models: int, movers: int, length: int) -> None:
    wordy = {
        name: rated(fact="@a #1 " * (length // 6), url="https://example.org/" + "_" * (length // 4))
        for name in ("code", "paper", "api")
    }
    still = copies(opened("code"), "Example S{}" + "*" * 60, movers)
    new = copies(assessment(ratings=wordy), "Example N{} " + "@" * 60, models)
    report = as_markdown(*change_of(still, still | new))
    assert len(report) < 60_000
    assert report.count("<details>") == report.count("</details>")
    if models == 400:
        assert re.search(r"\n\n[0-9]+ more changed models would not fit here\.\n", report)
    if movers == 2000:
        assert "2,000 other models move down one place." in report


def test_evidence_that_does_not_fit_is_left_out_before_its_rating_is() -> None:
    stated = rated(fact="x" * 300)["evidence"] * 5
    wordy = assessment(ratings={"code": {"level": "open", "evidence": stated}})
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": wordy}), limit=900)
    assert "| Code | ○&nbsp;closed → ●&nbsp;open |  |" in report
    assert "The evidence would not fit here; it is in the file." in report


@pytest.mark.parametrize("models", [1, 5])
def test_what_a_contributor_writes_is_escaped(models: int) -> None:
    hostile = '</details> | <img src=x onerror=alert(1)> **bold** [a](javascript:alert) @everyone #1 `code` "q" --'
    rating = rated(where=hostile, fact=f"{hostile}\n\n# Heading", url="https://example.org/?a=(b)&c=[d]*e*")
    rating["note"] = hostile
    new = {f"example/n{number}": assessment(hostile, ratings={"code": rating}) for number in range(models)}
    page = html_of(as_markdown(*change_of(OTHERS, OTHERS | new)))
    assert "<img" not in page
    assert "<strong>bold" not in page
    assert "<h1>" not in page
    assert "javascript:alert" not in "".join(re.findall("<a [^>]*>", page))
    assert page.count("</details>") == page.count("<details>")
    assert not re.search("[^>]@everyone", page)
    assert 'href="https://example.org/?a=(b)&amp;c=%5Bd%5D*e*"' in page


def test_a_criterion_that_the_rubric_lost_is_shown_by_its_id() -> None:
    *others, data = rubric().categories
    fewer = (*others, data.model_copy(update={"criteria": data.criteria[:-1]}))
    fields = {name: getattr(rubric(), name) for name in Rubric.model_fields}
    smaller = Scoring(Rubric.model_validate(fields | {"categories": fewer}))
    before = rank_entries([entry_with("c" * 15)], smaller)
    after = rank_entries([entry_with("c" * 15 + "s")], SCORING)
    change = diff_leaderboards(before, after, {}, {})
    assert "| Data filtering | ◐&nbsp;semi-open | none |" in as_markdown(change, after)
    assert "| data_filtering |" in as_markdown(change, before).replace("\\_", "_")


def test_a_changed_developer_is_shown_before_and_after() -> None:
    report = as_markdown(
        *developers_changed({"a": developer()}, {"a": developer(country="a | <b>@c").model_copy(update={"url": None})})
    )
    assert report == (
        "The developer `a` changes: country International → a &#124; &lt;b&gt;<span>\\@</span>c, url "
        "https&#58;//example.org → –. No model moves.\n"
    )


def test_many_developers_are_folded() -> None:
    report = as_markdown(*developers_changed({}, {f"d{number}": developer() for number in range(4)}))
    assert "<summary>4 changed developers</summary>\n\n| Developer |" in report


def test_forty_lines_of_developers_are_shown_and_the_others_counted() -> None:
    new = {f"d{number}": developer() for number in range(10)}
    report = as_markdown(*developers_changed({"e": developer()}, {"e": developer("Another Lab"), **new}))
    assert report.count("\n| `d") == 40
    assert "\n\nand 1 more row\n" in report


def moved(number: int, step: int) -> Mover:
    return Mover(f"m{number}", f"m{number}", 100, 100 - step, (), 0)


def test_ten_groups_of_models_that_move_are_shown_and_the_others_counted() -> None:
    change, board = change_of({}, {})
    movers = tuple(moved(number, number + 1) for number in range(11))
    report = as_markdown(replace(change, movers=movers), board)
    assert report.startswith(
        "Nothing on the board changes.\n\n### Models that move\n\n- m0 moves up one place.\n- m1 moves up 2"
    )
    assert report.endswith("- m9 moves up 10 places.\n- and 1 more group of models\n")


@pytest.mark.parametrize(
    ("count", "whole", "named"),
    [(3, False, "m0, m1 and m2"), (4, False, "4 models"), (4, True, "4 models"), (200, True, "200 models")],
)
def test_a_group_of_more_than_three_models_is_counted_and_named_in_the_summary(
    count: int, named: str, *, whole: bool
) -> None:
    change, board = change_of({}, {})
    movers = (*(moved(number, -1) for number in range(count)), moved(1000, 2))
    text = change_report.as_markdown(replace(change, movers=movers), board, whole=whole).text
    names = {4: " (m0, m1, m2, m3)", 200: f" ({', '.join(f'm{number}' for number in range(100))} and 100 more)"}
    assert f"- {named} move down one place{names[count] if whole else ''}.\n" in text


def test_the_rubric_has_an_eighth_of_the_report_developers_an_eighth_and_models_that_move_a_quarter() -> None:
    change, board = change_of({}, {})
    large = replace(
        change,
        rubric_changes=("a" * 100, "b" * 90, "c" * 9),
        developers=tuple(DeveloperChange(letter * 8, "e" * 20, "f" * 50, "g" * 50) for letter in "abcd"),
        movers=(Mover("h", "h" * 350, 10, 11, (), 0), Mover("i", "i", 12, 14, (), 0), Mover("k", "k", 12, 15, (), 0)),
    )
    text, is_cut = change_report.as_markdown(large, board, 1600)
    assert is_cut
    assert f"In the rubric: {'a' * 100}; {'b' * 90}; and 1 more." in text
    assert "| `aaaaaaaa` |" in text
    assert "\n\nand 3 more rows\n" in text
    assert f"- {'h' * 350} moves down one place.\n- and 2 more groups of models\n" in text


def test_a_report_that_does_not_fit_at_all_is_left_out() -> None:
    assert change_report.as_markdown(*change_of(OTHERS, OTHERS | ONE), 50) == ("", True)


def test_very_many_wordy_developers_stay_within_what_github_accepts() -> None:
    many = {f"d{number}": developer("@" * 80, country="@" * 80) for number in range(2000)}
    report = as_markdown(*developers_changed({}, many))
    assert len(report) < 60_000
    assert report.startswith(
        "2,000 developers change. No model moves.\n\n<details>\n<summary>2,000 changed developers</summary>"
    )
    assert re.search(r"\n\nand 7,9[0-9]{2} more rows\n", report)


def reweighted(**weights: dict[str, int]) -> Scoring:
    weightings = [
        each.model_copy(update={"weights": {key: Fraction(value) for key, value in weights[each.id].items()}})
        if each.id in weights
        else each
        for each in rubric().weightings
    ]
    return with_rubric(weightings=tuple(weightings))


def test_unchanged_models_that_move_by_other_ways_are_counted_with_equal_numbers_together() -> None:
    entries = [entry_with("ooooooccccc" + "c" * 5, "example/a"), entry_with("ccccccooooo" + "c" * 5, "example/b")]
    other = {"basic": 0, "accessibility": 1, "methodology": 0, "data": 0}
    before = rank_entries(entries, SCORING)
    after = rank_entries(entries, reweighted(osaid=other, liesenfeld=other, white=other))
    report = as_markdown(diff_leaderboards(before, after, {}, {}), after)
    assert report.startswith("The rubric changes. No model moves on the board.")
    assert "\n\nBy other ways of ranking: 2 models move by OSAID, Liesenfeld, White.\n" in report


def test_other_ways_of_ranking_are_not_mentioned_where_no_model_moves() -> None:
    assert "other ways" not in as_markdown(
        *change_of(OTHERS | ONE, OTHERS | {"example/one": opened("api", "paper")} | ONE)
    )


def test_the_differences_of_the_rubric_are_listed_and_escaped() -> None:
    first, *others = rubric().weightings
    extra = first.model_copy(update={"id": "extra", "name": "<b>@extra"})
    changed = with_rubric(weightings=(first, *others, extra))
    before, after = (rank_entries([entry_with("o" * 16)], each) for each in (SCORING, changed))
    report = as_markdown(diff_leaderboards(before, after, {}, {}), after)
    assert report == (
        "The rubric changes. No model moves.\n\nIn the rubric: the weighting &lt;b&gt;<span>\\@</span>extra is new.\n"
    )


def test_a_board_that_is_ordered_by_another_weighting_is_not_described_as_moved_by_it() -> None:
    first, second, *others = rubric().weightings
    swapped = with_rubric(weightings=(second, first, *others))
    entries = [entry_with("cccccccccccooooo", "example/a"), entry_with("ooocccccccc" + "c" * 5, "example/b")]
    before, after = rank_entries(entries, SCORING), rank_entries(entries, swapped)
    change = diff_leaderboards(before, after, {}, {})
    assert change.rubric_changes == ("the board is ordered by OSD instead of Equal weights",)
    assert not any(count for _, count in change.elsewhere)
    assert summary(change, after) == "The rubric changes. 2 models move."
    assert "### Models that move\n\n- " in as_markdown(change, after)


DISPUTE = "https://github.com/example/openness/issues/12"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"disputed": DISPUTE}, "disputed: [github.com"),
        ({"disputed": DISPUTE}, {}, "no longer marked as disputed"),
        ({"disputed": DISPUTE}, {"disputed": f"{DISPUTE}3"}, "disputed elsewhere now: [github.com"),
        ({}, {"precedents": ["as-of"]}, "other precedents"),
    ],
)
def test_an_added_or_removed_mark_of_a_dispute_is_stated(
    before: dict[str, Any], after: dict[str, Any], said: str
) -> None:
    sides = [
        OTHERS | {"example/one": assessment(ratings={"code": {"level": "closed"} | more})} for more in (before, after)
    ]
    change, board = change_of(*sides)
    text = as_markdown(change, board)
    assert said in text
    assert "(https://github.com/" not in text
    only_marked = "precedents" not in after
    assert ("only marks of disputes (Code) change" in text) == only_marked
    shown = as_json(change)["models"][0]["evidence"][0]
    assert shown["disputed"] == {"before": before.get("disputed"), "after": after.get("disputed")}


def test_a_new_rating_names_what_it_cites_and_that_it_is_disputed() -> None:
    raised = assessment(ratings={"code": rated() | {"precedents": ["as-of"], "disputed": DISPUTE}})
    change, board = change_of(OTHERS | {"example/one": assessment()}, OTHERS | {"example/one": raised})
    text = as_markdown(change, board)
    assert "By precedent: `as-of`" in text
    assert "disputed: [" in text


def test_other_base_models_are_another_fact() -> None:
    after = OTHERS | {"example/one": assessment(base_models=["example/zero"])}
    change, board = change_of(OTHERS | {"example/one": assessment()}, after)
    assert "facts about the model (base models)" in as_markdown(change, board)


def test_a_doubtful_rating_is_marked() -> None:
    doubtful = rated() | {"confidence": "doubtful", "doubt": "Only one page says so."}
    raised = assessment(ratings={"code": doubtful, "paper": rated()})
    report = as_markdown(*change_of(OTHERS | ONE, OTHERS | {"example/one": raised}))
    assert "| Code | ○&nbsp;closed → ●&nbsp;open (doubtful) |" in report
    assert "| Paper | ○&nbsp;closed → ●&nbsp;open |" in report
    noted = assessment(ratings={"code": rated(), "paper": rated() | {"confidence": "doubtful", "doubt": "Who knows?"}})
    assert "●&nbsp;open (doubtful) | Doubtful: Who knows? |" in as_markdown(
        *change_of(OTHERS | {"example/one": raised}, OTHERS | {"example/one": noted})
    )


def test_a_table_of_ranks_is_left_out_where_all_ways_of_ranking_agree() -> None:
    report = as_markdown(*change_of(ONE, {"example/one": opened("code")}))
    assert "Ranked by" not in report


def test_what_is_only_described_is_never_called_open() -> None:
    scoring = Scoring(disclosing())
    before, after = {"example/one": opened()}, {"example/one": opened("pretraining_data")}
    old, new = (rank_entries([entry(name, each) for name, each in side.items()], scoring) for side in (before, after))
    report = as_markdown(diff_leaderboards(old, new, before, after), new)
    assert "| Pre-training data | ○&nbsp;closed → ●&nbsp;disclosed |" in report


def test_what_can_be_had_is_shown_with_its_evidence() -> None:
    seen = {"url": "https://example.org/run", "where": "run.py", "fact": "It runs the model.", "accessed": "2026-11-20"}
    before = {"training_code": {"available": "no"}, "model_card": {"available": "no"}}
    after = {
        "training_code": {"available": "partly", "license": "MIT", "evidence": [seen], "note": "Not all of it."},
        "inference_code": {"available": "no"},
    }
    report = as_markdown(
        *change_of(
            OTHERS | {"example/one": assessment(artifacts=before)},
            OTHERS | {"example/one": assessment(artifacts=after)},
        )
    )
    assert "| Inference code | no | none |" in report
    assert "| Training code | no → partly (MIT) | added: [" in report
    assert "run.py: It runs the model.<br>Note: Not all of it. |" in report
    assert "| Model card | no → not stated | none |" in report
