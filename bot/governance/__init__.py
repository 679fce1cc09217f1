"""Who decides what: decisions as pure functions of facts and policy.

`conversation` replays what people say, `judgement` decides about pull requests, and `record` keeps what was decided.
"""
