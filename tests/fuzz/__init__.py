"""Fuzzing: invariants as functions of bytes, which pytest runs on seeds and `make fuzz` on what atheris makes of them."""
