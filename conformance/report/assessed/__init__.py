"""The raw report of an assessment, and views of it."""
