"""GitHub: facts, commands and actions as plain data, and the client. The only package that imports PyGithub."""
