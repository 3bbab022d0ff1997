"""Speed as a ratio to tools that anyone can run; see ``docs/benchmarks.md``."""
