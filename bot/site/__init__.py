"""Everything that is generated for readers: README table, model pages, data files, plots."""
