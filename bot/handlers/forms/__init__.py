"""Issue forms: parsed, validated, and answered with a pull request, a dispute or a list of problems."""
