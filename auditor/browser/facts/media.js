// The recordings of a page, for the inventory: what can be told without loading any of them.
auditor.media.facts($GIVEN.media)
