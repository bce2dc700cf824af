"""Tryghedskort: maps of safety, and joint planning of who is where in the evening."""
