"""Reports: one raw report, and views of it."""
