"""Files become checked frames, and one rejection per bad value."""
