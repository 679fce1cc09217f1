"""Issue forms: what was filled in, and the files that it makes. Pure; nothing of a form reaches a file unchecked."""
