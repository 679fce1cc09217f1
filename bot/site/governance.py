"""The policy in GOVERNANCE.md: a table of what each class of changes needs, and a list of the other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.policy import Approvers, ChangeClass, Share
from bot.text.escaping import code_span, markdown_text
from bot.text.shaping import count, table_row

if TYPE_CHECKING:
    from bot.board.model.policy import Policy, Rule

_SHARES = {Share.MAJORITY: "a majority of the maintainers", Share.TWO_THIRDS: "two thirds of the maintainers"}
_HEADINGS = ("Change", "What falls under it", "Approvals", "From organisations", "Wait", "Besides")
_HOURS = 24


def policy_section(policy: Policy) -> str:
    """Return the text between the markers in GOVERNANCE.md."""
    rows = (_row(each, policy.classes[each]) for each in ChangeClass)
    table = "\n".join(map(table_row, [_HEADINGS, ["---"] * len(_HEADINGS), *rows]))
    return "\n\n".join([table, "\n".join(_numbers(policy))]) + "\n"


def _row(name: ChangeClass, rule: Rule) -> list[str]:
    besides = []
    if rule.final_comment_days:
        besides.append(f"final comment period of {count(rule.final_comment_days, 'day')}")
    if rule.notify_developer:
        besides.append("the developer is told")
    return [
        f"{markdown_text(rule.title)}<br>{code_span(name)}",
        markdown_text(rule.meaning),
        _approvals(rule),
        str(rule.organisations) if rule.organisations > 1 else "–",
        _hours(rule.wait_hours),
        "<br>".join(besides) or "–",
    ]


def _approvals(rule: Rule) -> str:
    if isinstance(rule.approvals, Share):
        return _SHARES[rule.approvals]
    return count(rule.approvals, "maintainer" if rule.approvers is Approvers.MAINTAINERS else "reviewer")


def _hours(hours: int) -> str:
    """Return a waiting time, in days too where it is a whole number of them above one."""
    if not hours:
        return "–"
    days = f" ({hours // _HOURS} days)" if hours > _HOURS and hours % _HOURS == 0 else ""
    return f"{count(hours, 'hour')}{days}"


def _numbers(policy: Policy) -> list[str]:
    """Return the numbers for all classes, as a list."""
    interests, bootstrap, disputes = policy.interests, policy.bootstrap, policy.disputes
    few = count(bootstrap.maintainers, "maintainer")
    count_them = "counts" if interests.rival_approvals == 1 else "count"
    are_enough = "is" if bootstrap.approvals == 1 else "are"
    items = {
        "Interests": f"""Who works for a developer, or left no more than {count(interests.months, "month")} ago, has that
            interest. At most {count(interests.rival_approvals, "approval")} by people of rival developers {count_them}.""",
        "Few maintainers": f"""While there are fewer than {few}, {count(bootstrap.approvals, "approval")} {are_enough}
            enough for every class, from whichever organisation, and every time in the table is
            {_times(bootstrap.wait_factor)}. What is merged meanwhile is provisional.""",
        "Disputes": f"""The developer has {count(disputes.reply_days, "day")} to reply. A panel of {disputes.panel}
            decides. An appeal is possible for {count(disputes.appeal_days, "day")}, once. The same question can return
            after {count(disputes.return_days, "day")}.""",
        "Declared": f"""{count(len(policy.people), "person has", "people have")} declared for whom they work, in
            [governance.yml](governance.yml), version {markdown_text(policy.version)} of these rules.""",
    }
    return [f"- **{title}.** {' '.join(text.split())}" for title, text in items.items()]


def _times(factor: int) -> str:
    return "as it stands there" if factor == 1 else "twice as long" if factor == 2 else f"{factor} times as long"
