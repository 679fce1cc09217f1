"""The words of the sticky comment on a form: replies in English and Korean, and problems of answers by rule."""

from __future__ import annotations

REPLIES = {
    # Each in English and in Korean; what is in braces is Markdown already.
    "refused": (
        (
            "❌ **The form can't be used like this yet.**\n\n{problems}\n\n"
            "Edit the text of this issue (⋯, then *Edit*) below these headings; the bot looks at it again.{stays}"
        ),
        (
            "❌ **아직 이 양식을 사용할 수 없습니다.**\n\n{problems}\n\n"
            "이 이슈의 글(⋯, *Edit*)에서 해당 제목 아래를 고쳐 주세요. 고치면 봇이 다시 확인합니다.{stays}"
        ),
    ),
    "stays": (
        " Until then pull request #{number} stays as it is.",
        " 그때까지 풀 리퀘스트 #{number}은(는) 지금 그대로 둡니다.",
    ),
    "more-problems": ("- and {number} more", "- … {number}개 더 있습니다."),
    "proposed": (
        (
            "✅ **Pull request #{number} proposes this.** The bot checks it there, and people decide on it.\n\n{rest}"
            "To change it, edit the text of this issue: the pull request follows, until somebody else works on it."
        ),
        (
            "✅ **풀 리퀘스트 #{number}에서 제안했습니다.** 그곳에서 봇이 내용을 확인하고, 받아들일지는 사람이 결정합니다.\n\n{rest}"
            "바꾸고 싶으면 이 이슈의 글을 고쳐 주세요. 다른 사람이 작업을 시작하기 전까지는 풀 리퀘스트도 함께 바뀝니다."
        ),
    ),
    "missing": (
        (
            "{number} of the criteria have no rating yet: {criteria}. The file leaves them empty, because nobody has said "
            "anything about them; the pull request can't be merged before they are filled in{draft}. Add what you can show under "
            "*Ratings* in this issue, or let others do it in the pull request."
        ),
        (
            "아직 등급이 없는 기준이 {number}개 있습니다: {criteria}. 아무도 말하지 않은 내용을 지어낼 수 없으므로 파일에는 빈칸으로 남겨 두었습니다. "
            "빈칸이 모두 채워져야 병합할 수 있습니다.{draft} 보일 수 있는 근거가 있으면 이 이슈의 *등급* 아래에 더해 주시고, 나머지는 다른 분들이 "
            "풀 리퀘스트에서 채울 수 있습니다."
        ),
    ),
    "draft-until-then": (", and is a draft until then", " 그때까지 초안으로 둡니다."),
    "still-a-draft": (
        "The pull request is still a draft: a reviewer marks it as ready for review.",
        "풀 리퀘스트는 아직 초안입니다. 검토자가 검토 준비 완료로 표시합니다.",
    ),
    "disputed": (
        "The rating is disputed: the issue that its `disputed:` links to decides on the level. Evidence is welcome there.",
        "이의가 제기된 등급입니다. 등급은 파일의 `disputed:`에 적힌 이슈에서 결정됩니다. 근거가 있으면 그곳에도 알려 주세요.",
    ),
    "note-stays": (
        "The rating's present note stays, although the level changes: look whether it still fits.",
        "등급은 바뀌지만 지금 있는 설명은 그대로 남습니다. 아직 맞는 설명인지 확인해 주세요.",
    ),
    "evidence-stays": (
        "The evidence that the rating has already stays there.",
        "지금 있는 근거는 그대로 남습니다.",
    ),
    "developer-known": (
        "The developer is here already, so what the form says of the developer was not used.",
        "이미 순위표에 있는 개발사이므로, 양식에 적은 개발사 정보는 쓰지 않았습니다.",
    ),
    "taken-over": (
        (
            "⏸️ **Somebody else works on this by now{where}.** So what is edited here changes nothing there any more. Say in a "
            "comment what should be different."
        ),
        "⏸️ **이제 다른 사람이{where} 작업하고 있습니다.** 그래서 여기에서 글을 고쳐도 반영되지 않습니다. 달라져야 할 점이 있으면 댓글로 알려 주세요.",
    ),
    "not-opened": (
        (
            "⏳ **Nothing is wrong with this form, but the bot may not open pull requests in this repository.** The change is on a "
            "branch: anybody who may write here [opens the pull request]({link}). Maintainers: *Settings → Actions → General → "
            "Allow GitHub Actions to create and approve pull requests*; then write `/recheck` in a comment here."
        ),
        (
            "⏳ **양식에는 문제가 없지만, 이 저장소에서는 봇이 풀 리퀘스트를 열 수 없습니다.** 변경 내용은 브랜치에 있습니다. 쓰기 권한이 있는 분이 [풀 리퀘스트를 열어]({link}) 주세요. "
            "관리자는 *Settings → Actions → General → Allow GitHub Actions to create and approve pull requests*를 켠 다음 여기에 댓글로 `/recheck`라고 적어 "
            "주세요."
        ),
    ),
    "not-pushed": (
        (
            "⏳ **Nothing is wrong with this form, but a setting of this repository keeps the bot from making a branch for it.** "
            "{obstacle}. A maintainer does that, and then writes `/recheck` in a comment here."
        ),
        (
            "⏳ **양식에는 문제가 없지만, 이 저장소의 설정 때문에 봇이 브랜치를 만들 수 없습니다.** ({obstacle}) 관리자가 설정을 고친 다음 여기에 댓글로 `/recheck`라고 적어 주세요."
        ),
    ),
    "where": (" in #{number}", " #{number}에서"),
    "merged": (
        "✅ **Pull request #{number} was merged.** For anything else open a new form.",
        "✅ **풀 리퀘스트 #{number}이(가) 병합되었습니다.** 다른 내용이 있으면 새 양식을 열어 주세요.",
    ),
    "closed": (
        (
            "⏸️ **Pull request #{number} was closed without being merged.** Its conversation says why. The bot opens no other one "
            "for this form; when it is reopened, editing this issue changes it again."
        ),
        (
            "⏸️ **풀 리퀘스트 #{number}이(가) 병합되지 않고 닫혔습니다.** 이유는 그곳의 대화에 있습니다. 이 양식으로는 다른 풀 리퀘스트를 열지 않습니다. "
            "그 풀 리퀘스트가 다시 열리면 이 이슈를 고쳐 내용을 바꿀 수 있습니다."
        ),
    ),
    "too-many-proposals": (
        (
            "⏳ **Nothing is wrong with this form, but {most} pull requests {whose} are open already.** When one of them is merged "
            "or closed, write `/recheck` in a comment here."
        ),
        (
            "⏳ **양식에는 문제가 없지만, {whose} 풀 리퀘스트가 이미 {most}개 있습니다.** 그중 하나가 병합되거나 닫히면 여기에 댓글로 `/recheck`라고 적어 "
            "주세요."
        ),
    ),
    "proposals-of-all": ("from forms", "양식으로 열린"),
    "proposals-of-one": ("from your forms", "보내 주신 양식으로 열린"),
    "not-cited": (
        (
            "❔ **No assessment cites {url}.** Look whether that is the whole address as it stands in the assessment; edit this "
            "issue if it isn't."
        ),
        "❔ **{url} 주소를 인용한 평가가 없습니다.** 평가에 적힌 전체 주소가 맞는지 확인하고, 아니라면 이 이슈를 고쳐 주세요.",
    ),
    "cited": (
        (
            "🔎 **{number} {verb} {url}:**\n\n{citations}\n\nWhoever knows where the page is now, or an archived copy, can correct the "
            "evidence with the form *Correct a rating*. The level stays as it is until somebody shows otherwise."
        ),
        (
            "🔎 **{url} 주소를 인용한 등급이 {number}개 있습니다.**\n\n{citations}\n\n페이지가 옮겨 간 곳이나 보관된 사본을 아는 분은 *등급 바로잡기* 양식으로 "
            "근거를 고칠 수 있습니다. 다른 근거가 나올 때까지 등급은 그대로입니다."
        ),
    ),
    "dispute-opened": (
        "✅ **The dispute is #{number}.** It goes on there; what is edited here changes nothing any more.",
        "✅ **이의 제기는 #{number}에서 진행됩니다.** 여기에서 글을 고쳐도 더는 반영되지 않습니다.",
    ),
    "already-open": (
        "⏸️ **This rating is being disputed in #{number} already.** Say there what you know.",
        "⏸️ **이 등급에 대한 이의 제기가 이미 #{number}에서 진행되고 있습니다.** 아는 내용을 그곳에 적어 주세요.",
    ),
    "returns-later": (
        (
            "⏸️ **This was decided in #{number} not long ago.** It can be asked again from {until:%Y-%m-%d %H:%M} UTC on: then "
            "write `/recheck` in a comment here."
        ),
        (
            "⏸️ **얼마 전 #{number}에서 결정된 문제입니다.** {until:%Y-%m-%d %H:%M}(UTC)부터 다시 제기할 수 있습니다. 그때 여기에 댓글로 `/recheck`라고 적어 "
            "주세요."
        ),
    ),
    "too-many-disputes": (
        "⏳ **{there} already.** When one is over, write `/recheck` in a comment here.",
        "⏳ **{there} 이미 {most}건 있습니다.** 하나가 끝나면 여기에 댓글로 `/recheck`라고 적어 주세요.",
    ),
    "disputes-of-all": ("There are {most} open disputes", "진행 중인 이의 제기가"),
    "disputes-of-one": ("You have {most} open disputes", "보내 주신 이의 제기 가운데 진행 중인 것이"),
}

# A phrase that says what is wrong, without a full stop, and sentences that say what to do; `{}` is the problem's detail.
ENGLISH = {
    # ---- the form itself
    "answer-missing": ("there is no answer", "Write it below the heading, in place of what stands there."),
    "no-such-choice": ("this can't be chosen", "Write one of these: {}."),
    "heading-missing": (
        "its heading is not there, or not in its place",
        "Write `{}` on a line of its own, with the answer below it, or open a new form.",
    ),
    "heading-twice": (
        "its heading stands there more than once, so that it isn't clear where the answer ends",
        "Leave `{}` only where the form put it.",
    ),
    "form-outdated": ("the rubric has no such criterion", "Open a new form."),
    # ---- models and developers
    "no-such-model": (
        "there is no assessment of this model",
        "Look for it in the README; a new model has a form of its own.",
    ),
    "two-files-for-one-model": ("{} is the same model", "Correct its ratings instead: there is a form for that."),
    "new-developer": ("this developer is new here, so it is needed", "Fill it in."),
    "short-name": (
        "this is no short name",
        "Write small letters a to z and digits, joined by hyphens or dots, at most 64.",
    ),
    "short-name-taken": (
        "{} is the short name of another developer",
        "Write another one; if it is the same developer, write this as the developer.",
    ),
    "no-address": ("there is no address", "Paste the whole address, beginning with https://."),
    # ---- ratings
    "criterion-twice": ("{} is rated twice", "Keep one of the two."),
    "line-unclear": (
        "`{}` isn't understood",
        "Begin each rating with a line `criterion: level`, such as `weights: open`, and put the address of a page below it.",
    ),
    "no-such-level": ("this is no level", "Write one of these: {}."),
    "no-such-criterion": ("this is no criterion", "Write one of these: {}."),
    "part-missing": ("there is no `{}:`", "Add it."),
    "too-long": ("the text has more than {} characters", "Shorten it, and link to sources instead of copying them."),
    "value": ("this can't stand here", "Look at what the form asks for."),
    "unseen-character": (
        "the invisible character {} stands there",
        "Type the text anew: such characters can make it look like something else.",
    ),
    "reason-missing": (
        "nothing shows that the level is another one",
        "Give the address of a page and what it states; for closed, a note on where you looked is enough.",
    ),
    "nothing-changes": (
        "the rating says this already",
        "Choose another level, or give evidence or a note that it doesn't have.",
    ),
    "note-missing": ("`not-applicable` has no note", "Say why this step does not exist for the model."),
    # ---- files
    "file-broken": ("{} has problems of its own", "They have to be mended first; the maintainers see this."),
    "not-rewritable": ("{} can't be changed by the bot", "Change it by hand."),
}

# A rule without Korean words is explained in English; a test checks that no rule of the table above is without.
KOREAN = {
    # ---- the form itself
    "answer-missing": "답이 없습니다. 제목 아래에 답을 적거나 하나 이상 골라 주세요.",
    "no-such-choice": "고를 수 없는 값입니다. 다음 중 하나를 적어 주세요: {}",
    "heading-missing": "제목 {}이(가) 없거나 제자리에 있지 않습니다. 제목을 한 줄에 따로 적고 그 아래에 답을 적거나, 양식을 새로 열어 주세요.",
    "heading-twice": "제목 {}이(가) 두 번 이상 나와서 답이 어디까지인지 알 수 없습니다. 양식에 있던 자리에만 남겨 주세요.",
    "form-outdated": "이 기준은 더 이상 없습니다. 양식을 새로 열어 주세요.",
    # ---- models and developers
    "no-such-model": "이 모델의 평가가 없습니다. README에서 찾아보시고, 새 모델이라면 모델 제안 양식을 이용해 주세요.",
    "two-files-for-one-model": "{} 와 같은 모델입니다. 새로 제안하지 말고 등급 바로잡기 양식을 이용해 주세요.",
    "new-developer": "이 개발사는 아직 순위표에 없으므로 이 항목이 필요합니다.",
    "short-name": "짧은 이름으로 쓸 수 없습니다. 영어 소문자와 숫자를 하이픈이나 마침표로 이어 64자 이내로 적어 주세요.",
    "short-name-taken": "{} 은(는) 다른 개발사의 짧은 이름입니다. 다른 이름을 적어 주세요. 같은 개발사라면 개발사 칸에 이 이름을 적어 주세요.",
    "no-address": "주소가 없습니다. `https://`로 시작하는 전체 주소를 붙여 넣어 주세요.",
    # ---- ratings
    "criterion-twice": "{} 기준의 등급이 두 번 나옵니다. 하나만 남겨 주세요.",
    "line-unclear": "이 줄을 이해할 수 없습니다: {} — 등급마다 `weights: open`처럼 `기준: 등급`으로 시작하고, 그 아래에 주소를 적어 주세요.",
    "no-such-level": "없는 등급입니다. 다음 중 하나를 적어 주세요: {}",
    "no-such-criterion": "없는 기준입니다. 다음을 참고해 주세요: {}",
    "part-missing": "`{}` 항목이 없습니다. 내용을 적어 주세요.",
    "too-long": "글이 {}자보다 깁니다. 줄여 주시고, 출처는 베끼지 말고 링크로 알려 주세요.",
    "value": "여기에 쓸 수 없는 값입니다. 양식의 설명을 다시 보아 주세요.",
    "unseen-character": "보이지 않는 문자가 있습니다: {}. 글을 새로 입력해 주세요.",
    "reason-missing": "등급이 다르다는 근거가 없습니다. 페이지의 주소와 거기에 적힌 내용을 알려 주세요. closed(비공개)라면 어디를 찾아보았는지 설명만 적어도 됩니다.",
    "nothing-changes": "이미 그렇게 적혀 있습니다. 다른 등급을 고르거나, 아직 없는 근거나 설명을 적어 주세요.",
    "note-missing": "not-applicable(해당 없음)에는 설명이 필요합니다. 이 단계가 왜 없는지 적어 주세요.",
    "evidence-missing": "근거가 없습니다. closed(비공개)가 아닌 등급에는 페이지의 주소와 거기에 적힌 내용이 필요합니다.",
    "repeated-url": "한 기준에 같은 주소가 두 번 나옵니다. 하나로 합쳐 주세요.",
    # ---- files
    "file-broken": "{} 파일 자체에 고칠 점이 있습니다. 먼저 그것을 고쳐야 합니다.",
    "not-rewritable": "{} 파일은 봇이 고칠 수 없는 모양으로 적혀 있습니다. 직접 고쳐 주세요.",
    # ---- values
    "text-blank": "내용이 비어 있습니다. 내용을 적거나 칸을 비워 주세요.",
    "text-lines": "이름은 한 줄로 적어 주세요.",
    "url-list": "한 칸에 주소가 여러 개 있습니다. 하나만 적어 주세요.",
}  # fmt: skip
