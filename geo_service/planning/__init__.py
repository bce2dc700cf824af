"""Who is where, and why."""
