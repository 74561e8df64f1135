"""The accessibility statement: found, judged by the law's own list, held against the evidence, drafted."""
