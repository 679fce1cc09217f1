"""Who decides what: the policy (data), and decisions as pure functions of facts and policy.

What people said is heard in `conversation`, what it comes to is decided in `judgement` for pull requests and in `dispute`
for disputes. The words for people are `wording`'s.
"""
