"""The HTML pages, one file per workspace or job."""
