"""What to judge, and what the engine's words mean in ours."""
