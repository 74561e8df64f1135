"""What to visit next. It decides; the store claims and the browser visits."""
