"""Everything a person or a program reads: README, pages, data files, plots, reports. Pure: values in, text out."""
