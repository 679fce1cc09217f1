"""What is wrong with an answer, in Korean, by the rule, as Markdown. `{}` is the detail of the problem.

What stands in no line here is said in English; a test holds that every rule of the forms themselves does.
"""

from __future__ import annotations

from bot.text.korean import KOREAN_PROBLEMS

WORDS = KOREAN_PROBLEMS | {
    # ---- the form itself
    "answer-missing": "답이 없습니다. 제목 아래에 답을 적거나 하나 이상 골라 주세요.",
    "no-such-choice": "고를 수 없는 값입니다. 다음 중 하나를 적어 주세요: {}",
    "heading-missing": "제목 {}이(가) 없거나 제자리에 있지 않습니다. 제목을 한 줄에 따로 적고 그 아래에 답을 적거나, 양식을 새로 열어 주세요.",
    "heading-twice": "제목 {}이(가) 두 번 이상 나와서 답이 어디까지인지 알 수 없습니다. 양식에 있던 자리에만 남겨 주세요.",
    "form-outdated": "이 기준은 더 이상 없습니다. 양식을 새로 열어 주세요.",
    # ---- what is meant
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
