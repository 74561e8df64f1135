"""`auditor serve`: the store's sites, audits and reports as pages that can only be read."""
