"""Words and rules of the field: no files, no SQL."""
