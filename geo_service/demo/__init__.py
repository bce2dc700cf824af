"""The demo municipality: a made-up, believable year in Copenhagen, and its loading."""
