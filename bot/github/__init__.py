"""GitHub: what a run is about, what GitHub says, and what is done there. The only room that knows PyGithub."""
